//! What is different between the catalog and the one that a proposal leads to.

use std::collections::{HashMap, HashSet};

use super::asked::Asked;
use crate::domain::catalog::Catalog;
use crate::domain::change::{HasLeaves, ObjectChange, Value, compare};
use crate::domain::explain::{Explained, Money, Source};
use crate::domain::plan::Plan;

/// What happens to which object: first the features, then the groups, then the plans; of each kind
/// first those that are there afterwards, by age, then those that go.
pub fn object_changes(before: &Catalog, after: &Catalog, asked: &Asked<'_>) -> Vec<ObjectChange> {
    let mut changes = differing(&before.features, &after.features);
    changes.extend(differing(&before.groups, &after.groups));
    changes.extend(differing(&before.plans, &after.plans));
    changes
        .into_iter()
        .map(|change| asked.mark(change))
        .collect()
}

fn differing<T: HasLeaves + PartialEq>(before: &[T], after: &[T]) -> Vec<ObjectChange> {
    let mut old: HashMap<_, _> = before
        .iter()
        .map(|object| (object.object().id, object))
        .collect();
    let mut changes = Vec::new();
    for new in after {
        let old = old.remove(&new.object().id);
        if old == Some(new) {
            continue;
        }
        let change = compare(old, Some(new));
        changes.extend(change.filter(|change| old.is_none() || !change.fields.is_empty()));
    }
    let gone = before
        .iter()
        .filter(|object| old.contains_key(&object.object().id));
    changes.extend(gone.filter_map(|gone| compare(Some(gone), None)));
    changes
}

/// The ids that only the new one of two catalogs has.
pub fn new_ids(before: &Catalog, after: &Catalog) -> HashSet<String> {
    let old: HashSet<&str> = ids(before).collect();
    let new = ids(after).filter(|id| !old.contains(id));
    new.map(str::to_owned).collect()
}

fn ids(catalog: &Catalog) -> impl Iterator<Item = &str> {
    let features = catalog.features.iter().map(|feature| feature.id.as_str());
    let groups = catalog.groups.iter().map(|group| group.id.as_str());
    let plans = catalog.plans.iter().flat_map(|plan| {
        let prices = plan.prices.iter().map(|price| price.id.as_str());
        prices.chain([plan.id.as_str()])
    });
    features.chain(groups).chain(plans)
}

/// The same changes without the ids of what does not exist yet.
pub fn without_ids(mut changes: Vec<ObjectChange>, new: &HashSet<String>) -> Vec<ObjectChange> {
    for change in &mut changes {
        change.id = change.id.take().filter(|id| !new.contains(id));
        for field in &mut change.fields {
            if matches!(&field.to, Value::Text(id) if new.contains(id)) {
                field.to = Value::Null;
            }
        }
    }
    changes
}

/// A value that was set by hand and stays, while its derived value moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManualValue {
    /// The plan's id.
    pub id: String,
    /// The plan's code.
    pub code: String,
    /// The leaf, such as `prices[monthly].regionalPrices[eur].price`.
    pub path: String,
    /// The value, in wire units.
    pub value: i64,
    /// What would be derived after the change, in wire units; `None` if nothing can be.
    pub derived_would_be: Option<i64>,
    /// How far the value is from that, as a fraction of it: `-0.0816` is 8.16 % below.
    pub deviation: Option<String>,
}

/// The values set by hand that a change leaves as they are while their derived values move.
pub fn manual_values(before: &Catalog, after: &Catalog) -> Vec<ManualValue> {
    let old = before.plans_by_id();
    let changed = after.plans.iter().filter_map(|plan| {
        let old = old.get(&plan.id).filter(|old| **old != plan)?;
        Some((*old, plan))
    });
    changed
        .flat_map(|(old, new)| left_behind(old, new))
        .collect()
}

fn left_behind(old: &Plan, new: &Plan) -> Vec<ManualValue> {
    let by_hand = |plan: &Plan| {
        let values = plan.explain(None).into_iter();
        values.filter(|value| value.source == Source::Manual)
    };
    let before: HashMap<_, _> = by_hand(old)
        .map(|value| (value.path.clone(), value))
        .collect();
    let stays = |value: &Explained| {
        let old = before.get(&value.path);
        old.is_some_and(|old| {
            old.value == value.value && old.derived_would_be != value.derived_would_be
        })
    };
    let values = by_hand(new).filter(stays).map(|value| ManualValue {
        id: new.id.to_string(),
        code: new.code.as_str().to_owned(),
        deviation: value.deviation(),
        value: value.value.get(),
        derived_would_be: value.derived_would_be.map(Money::get),
        path: value.path,
    });
    values.collect()
}
