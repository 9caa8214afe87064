//! The leaves in which two states of an object differ.

use std::collections::HashMap;

use super::{Action, Cause, FieldChange, HasLeaves, Leaf, ObjectChange, Value};

/// What of an object the client asked to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<'a> {
    /// Whatever it likes.
    All,
    /// One part of it, by its path, such as `prices[monthly]`.
    Part(&'a str),
    /// Nothing: that it changes followed from what happened elsewhere.
    Nothing,
}

impl Asked<'_> {
    fn covers(self, path: &str) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Part(part) => path
                .strip_prefix(part)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        }
    }
}

/// What happened to an object between two states; `None` where nothing that people see did.
pub fn compare<T: HasLeaves>(
    before: Option<&T>,
    after: Option<&T>,
    asked: Asked<'_>,
) -> Option<ObjectChange> {
    let object = after.or(before)?.object();
    let action = match (before, after) {
        (None, _) => Action::Created,
        (Some(_), Some(_)) => Action::Updated,
        (Some(_), None) => Action::Deleted,
    };
    let leaves = |state: Option<&T>| state.map(HasLeaves::leaves).unwrap_or_default();
    let fields = differing(leaves(before), leaves(after), asked);
    if fields.is_empty() && action == Action::Updated {
        return None;
    }
    Some(ObjectChange {
        object_type: object.object_type,
        id: Some(object.id),
        code: object.code,
        name: object.name,
        action,
        fields,
    })
}

/// The leaves that differ: those that are there in their order, then those that are gone in theirs.
fn differing(before: Vec<Leaf>, after: Vec<Leaf>, asked: Asked<'_>) -> Vec<FieldChange> {
    let mut gone: HashMap<String, Leaf> = before
        .iter()
        .map(|leaf| (leaf.path.clone(), leaf.clone()))
        .collect();
    let mut fields = Vec::new();
    for leaf in after {
        let from = gone.remove(&leaf.path).map_or(Value::Null, |old| old.value);
        push(
            &mut fields,
            leaf.path,
            from,
            leaf.value,
            asked,
            leaf.is_derived,
        );
    }
    for leaf in before {
        if gone.contains_key(&leaf.path) {
            push(
                &mut fields,
                leaf.path,
                leaf.value,
                Value::Null,
                asked,
                leaf.is_derived,
            );
        }
    }
    fields
}

fn push(
    fields: &mut Vec<FieldChange>,
    path: String,
    from: Value,
    to: Value,
    asked: Asked<'_>,
    is_derived: bool,
) {
    if from == to {
        return;
    }
    let cause = if asked.covers(&path) && !is_derived {
        Cause::Request
    } else {
        Cause::Derived
    };
    fields.push(FieldChange {
        path,
        from,
        to,
        cause,
    });
}
