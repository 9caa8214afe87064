//! The invalid fields of a request.

use std::collections::HashSet;
use std::fmt;

/// An invalid field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, such as `overage.unitPrice` or `prices[2].price`.
    pub field: String,
    /// The message for the client.
    pub message: String,
}

/// The violations of a request, in the order in which they were found. Beyond [`Violations::MAX`]
/// they are only counted, to bound memory.
#[derive(Debug, Default)]
pub struct Violations {
    kept: Vec<Violation>,
    more: usize,
    /// The fields that [`Self::add_once`] has added.
    once: HashSet<String>,
}

impl Violations {
    /// Maximum number of violations kept.
    pub const MAX: usize = 100;

    /// A single violation.
    pub fn of(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut violations = Self::default();
        violations.add(field, message);
        violations
    }

    /// Adds the violations of another value.
    pub fn append(&mut self, more: Self) {
        self.more += more.more;
        for violation in more.kept {
            self.push(violation);
        }
        self.once.extend(more.once);
    }

    /// Adds a violation.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.push(Violation {
            field: field.into(),
            message: message.into(),
        });
    }

    fn push(&mut self, violation: Violation) {
        if self.kept.len() < Self::MAX {
            self.kept.push(violation);
        } else {
            self.more += 1;
        }
    }

    /// Adds a violation, unless this method has already added one for `field`.
    pub fn add_once(&mut self, field: String, message: String) {
        if self.once.insert(field.clone()) {
            self.add(field, message);
        }
    }

    /// Adds a violation unless `holds`.
    pub fn require(&mut self, holds: bool, field: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.add(field, message);
        }
    }

    /// The same violations of fields below a path.
    #[must_use]
    pub fn below(self, path: &str) -> Self {
        self.map(|violation| Violation {
            field: format!("{path}.{}", violation.field),
            ..violation
        })
    }

    /// The violations that those kept stand for.
    #[must_use]
    pub fn map(mut self, change: impl Fn(Violation) -> Violation) -> Self {
        self.kept = self.kept.into_iter().map(change).collect();
        self
    }

    /// Whether there are no violations.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The violations kept, up to [`Self::MAX`].
    pub fn as_slice(&self) -> &[Violation] {
        &self.kept
    }

    /// The number of violations beyond [`Self::as_slice`].
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.kept.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", violation.field, violation.message)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_beyond_the_maximum_are_counted() {
        let mut violations = Violations::default();
        for index in 0..Violations::MAX + 7 {
            violations.add(format!("items[{index}]"), "Is wrong.");
            violations.add_once("items".to_owned(), "Are wrong.".to_owned());
        }
        assert_eq!(violations.as_slice().len(), Violations::MAX);
        assert_eq!(violations.more(), 8);
        let mut all = Violations::of("first", "Is wrong.");
        all.append(violations);
        assert_eq!(all.as_slice().len(), Violations::MAX);
        assert_eq!(all.more(), 9);
    }
}
