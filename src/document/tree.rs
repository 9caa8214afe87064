//! What is written: a tree of values that becomes YAML or JSON.

/// A value of a document to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    /// Null.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, by its JSON literal.
    Number(String),
    /// A text; YAML quotes it where it would be read as something else.
    Text(String),
    /// A text that is always quoted: money and rates.
    Quoted(String),
    /// A list.
    List(Vec<Tree>),
    /// A mapping, in order. Its keys differ.
    Map(Vec<(String, Tree)>),
}

#[cfg(test)]
pub mod samples;
