//! What means the same in a file and on a server.

use std::collections::HashMap;

use crate::document::tree::Tree;
use crate::document::tree_of;
use crate::domain::document::Document;

/// Two documents, compared by what they mean: `None` if they mean the same.
#[derive(Debug)]
pub struct Comparison(Option<Difference>);

/// How two values differ.
#[derive(Debug)]
enum Difference {
    /// As a whole.
    Whole,
    /// In these entries, which are not all there are.
    In(HashMap<String, Difference>),
}

impl Comparison {
    /// Compares the document of a file with that of a server, whose groups have the handles of the
    /// file.
    pub fn of(local: &Document, server: &Document) -> Self {
        let local = local.clone().with_rates_of(server).without_defaults();
        let server = server.clone().without_defaults();
        Self(difference(&tree_of(&local), &tree_of(&server), 0))
    }

    /// Whether the part at a path of keys means the same in both.
    pub fn is_same(&self, path: &[String]) -> bool {
        let mut found = self.0.as_ref();
        for key in path {
            found = match found {
                None => return true,
                Some(Difference::Whole) => return false,
                Some(Difference::In(parts)) => parts.get(key),
            };
        }
        found.is_none()
    }
}

/// The depth of the client's own data: `plans.<code>.metadata`.
const DATA_DEPTH: usize = 3;

/// How two values at a depth differ. The order of entries counts in the client's own data alone.
fn difference(local: &Tree, server: &Tree, depth: usize) -> Option<Difference> {
    let (Tree::Map(ours), Tree::Map(theirs)) = (local, server) else {
        return (local != server).then_some(Difference::Whole);
    };
    let ours: HashMap<_, _> = ours.iter().map(|(key, tree)| (key, tree)).collect();
    let theirs: HashMap<_, _> = theirs.iter().map(|(key, tree)| (key, tree)).collect();
    let mut parts = HashMap::new();
    for key in ours
        .keys()
        .chain(theirs.keys().filter(|key| !ours.contains_key(*key)))
    {
        let found = match (ours.get(key), theirs.get(key)) {
            (Some(ours), Some(theirs)) if depth + 1 == DATA_DEPTH && *key == "metadata" => {
                (ours != theirs).then_some(Difference::Whole)
            }
            (Some(ours), Some(theirs)) => difference(ours, theirs, depth + 1),
            _ => Some(Difference::Whole),
        };
        parts.extend(found.map(|found| ((*key).clone(), found)));
    }
    (!parts.is_empty()).then_some(Difference::In(parts))
}
