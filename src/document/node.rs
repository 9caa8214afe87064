//! What is read: the nodes of a document, with their positions in its text.

/// A position in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line; the first is 1.
    pub line: usize,
    /// The column in characters; the first is 1.
    pub column: usize,
}

/// A value of a document, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The value.
    pub content: Content,
    /// Where it begins.
    pub at: Position,
}

/// The value of a node. What a scalar means depends on where it stands, so it is kept as it was
/// written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A scalar without quotes: in YAML plain, in JSON a number, `true`, `false` or `null`.
    Plain(String),
    /// A scalar that can only be a text: in quotes, or a block of YAML.
    Quoted(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in order. No key stands twice.
    Map(Vec<Entry>),
}

/// An entry of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, as it was written without quotes.
    pub key: String,
    /// Where the key begins.
    pub key_at: Position,
    /// The value.
    pub value: Node,
}

/// A mistake in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The path of the part at fault, such as `plans.pro.prices.monthly.price`; empty for the whole.
    pub field: String,
    /// Where it is.
    pub at: Position,
    /// A sentence for people.
    pub message: String,
}

impl Node {
    /// Where the part at a path of keys begins, such as `plans.pro.prices.monthly`: as much of the
    /// path as there is.
    pub fn place_of(&self, path: &str) -> Position {
        let mut place = self.at;
        let mut node = self;
        for key in path.split(['.', '[']).map(|key| key.trim_end_matches(']')) {
            let below = match &node.content {
                Content::Map(entries) => {
                    let mut entries = entries.iter();
                    entries
                        .find(|entry| entry.key == key)
                        .map(|entry| (entry.key_at, &entry.value))
                }
                Content::List(items) => {
                    let item = key.parse().ok().and_then(|index: usize| items.get(index));
                    item.map(|item| (item.at, item))
                }
                Content::Plain(_) | Content::Quoted(_) => None,
            };
            let Some((at, value)) = below else {
                return place;
            };
            place = if matches!(value.content, Content::Plain(_) | Content::Quoted(_)) {
                value.at
            } else {
                at
            };
            node = value;
        }
        place
    }
}
