//! Gathers leaves.

use std::fmt::Display;

use crate::domain::change::{Leaf, Value};

/// Gathers leaves below a path.
pub(super) struct Gatherer<'a> {
    leaves: &'a mut Vec<Leaf>,
    path: String,
}

/// The leaves that a function gathers.
pub(super) fn gathered(gather: impl FnOnce(&mut Gatherer<'_>)) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    gather(&mut Gatherer {
        leaves: &mut leaves,
        path: String::new(),
    });
    leaves
}

impl Gatherer<'_> {
    /// A gatherer for what is below a part, such as `prices[monthly]`.
    pub fn part(&mut self, part: impl Display) -> Gatherer<'_> {
        Gatherer {
            path: self.below(part),
            leaves: self.leaves,
        }
    }

    fn below(&self, part: impl Display) -> String {
        let dot = if self.path.is_empty() { "" } else { "." };
        format!("{}{dot}{part}", self.path)
    }

    /// Adds the leaf at the path of the part itself.
    pub fn own(&mut self, value: impl Into<Value>) -> &mut Self {
        self.push(self.path.clone(), value, false)
    }

    /// Adds a value that clients set.
    pub fn add(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.push(self.below(name), value, false)
    }

    /// Adds a value that the server computes if `is_derived`.
    pub fn add_derived(
        &mut self,
        name: &str,
        value: impl Into<Value>,
        is_derived: bool,
    ) -> &mut Self {
        self.push(self.below(name), value, is_derived)
    }

    fn push(&mut self, path: String, value: impl Into<Value>, is_derived: bool) -> &mut Self {
        self.leaves.push(Leaf {
            path,
            value: value.into(),
            is_derived,
        });
        self
    }
}
