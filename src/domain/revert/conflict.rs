//! Whether others built on a change.

use std::collections::{HashMap, HashSet};

use crate::domain::change::{Action, Cause, HasLeaves, ObjectChange};

/// What a change wrote in an object, without what is derived: that follows today's rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    action: Action,
    paths: HashSet<String>,
    /// The parts that it made or deleted.
    parts: Vec<String>,
}

impl Written {
    /// What a change wrote in an object with these states before and after it.
    pub fn of<T: HasLeaves>(change: &ObjectChange, states: [Option<&T>; 2]) -> Self {
        let mut is_derived: HashMap<String, bool> = HashMap::new();
        for leaf in states
            .into_iter()
            .flatten()
            .flat_map(|state| state.leaves_unlike(None))
        {
            let known = is_derived.entry(leaf.path).or_insert(true);
            *known &= leaf.is_derived;
        }
        let fields = change.fields.iter();
        let own = fields.filter(|field| is_derived.get(&field.path) != Some(&true));
        let paths: HashSet<_> = own.map(|field| field.path.clone()).collect();
        Self {
            action: change.action,
            parts: paths
                .iter()
                .filter(|path| path.ends_with(']'))
                .cloned()
                .collect(),
            paths,
        }
    }

    /// Whether a later change of the object built on this one: it wrote the same, or something in what
    /// this one made, or it decided whether the object exists.
    pub fn is_built_on_by(&self, later: &ObjectChange) -> bool {
        if later.action != Action::Updated {
            return true;
        }
        later.fields.iter().any(|field| {
            let is_asked_for = field.cause == Cause::Request;
            let is_inside = |part: &String| {
                let rest = field.path.strip_prefix(part.as_str());
                rest.is_some_and(|rest| rest.starts_with('.'))
            };
            self.paths.contains(&field.path)
                || is_asked_for
                    && (self.action == Action::Created || self.parts.iter().any(is_inside))
        })
    }
}
