//! The leaves in which two states of an object differ.

use std::collections::HashMap;

use super::{Action, Cause, FieldChange, HasLeaves, Leaf, ObjectChange, Value};

/// What happened to an object between two states; `None` if it was in neither. An object that only
/// changed in what nobody is shown has no fields.
pub fn compare<T: HasLeaves>(before: Option<&T>, after: Option<&T>) -> Option<ObjectChange> {
    let object = after.or(before)?.object();
    let action = match (before, after) {
        (None, _) => Action::Created,
        (Some(_), Some(_)) => Action::Updated,
        (Some(_), None) => Action::Deleted,
    };
    let leaves = |state: Option<&T>, other: Option<&T>| {
        let leaves = state.map(|state| state.leaves_unlike(other));
        leaves.unwrap_or_default()
    };
    Some(ObjectChange {
        object_type: object.object_type,
        id: Some(object.id),
        code: object.code,
        name: object.name,
        action,
        fields: differing_leaves(leaves(before, after), leaves(after, before)),
    })
}

/// What happened to objects of a type between two states of a catalog, in no order. Objects that only
/// changed in what nobody is shown are left out.
pub fn differing<'a, T: HasLeaves + 'a>(
    before: Vec<T>,
    after: impl IntoIterator<Item = &'a T>,
) -> Vec<ObjectChange> {
    let by_id = before
        .into_iter()
        .map(|object| (object.object().id, object));
    let mut before: HashMap<_, _> = by_id.collect();
    let mut found = Vec::new();
    for object in after {
        let old = before.remove(&object.object().id);
        let change = compare(old.as_ref(), Some(object));
        found.extend(change.filter(|change| old.is_none() || !change.fields.is_empty()));
    }
    let gone = before.values();
    found.extend(gone.filter_map(|gone| compare(Some(gone), None)));
    found
}

/// The leaves that differ: those that are there in their order, then those that are gone in theirs.
fn differing_leaves(before: Vec<Leaf>, after: Vec<Leaf>) -> Vec<FieldChange> {
    let indexes = before.iter().enumerate();
    let indexes: HashMap<_, _> = indexes
        .map(|(index, leaf)| (leaf.path.clone(), index))
        .collect();
    let mut before: Vec<_> = before.into_iter().map(Some).collect();
    let mut fields = Vec::new();
    for Leaf {
        path,
        value,
        is_derived,
    } in after
    {
        let old = indexes.get(&path).and_then(|index| before.get_mut(*index));
        let from = old.and_then(Option::take);
        let from = from.map_or(Value::Null, |old| old.value);
        push(&mut fields, path, (from, value), is_derived);
    }
    for gone in before.into_iter().flatten() {
        let values = (gone.value, Value::Null);
        push(&mut fields, gone.path, values, gone.is_derived);
    }
    fields
}

fn push(fields: &mut Vec<FieldChange>, path: String, values: (Value, Value), is_derived: bool) {
    let (from, to) = values;
    if from == to {
        return;
    }
    let cause = match is_derived {
        true => Cause::Derived,
        false => Cause::Request,
    };
    fields.push(FieldChange {
        path,
        from,
        to,
        cause,
    });
}
