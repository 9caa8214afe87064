//! The features that a document leads to.

use std::collections::{HashMap, HashSet};

use super::Reading;
use crate::domain::changeset::include::Section;
use crate::domain::changeset::proposal::Prune;
use crate::domain::document::FeatureEntry;
use crate::domain::error::{Error, PlansWithFeature, Result, Violations};
use crate::domain::feature::{Feature, FeaturePatch, NewFeature};
use crate::domain::id::FeatureId;
use crate::domain::patch::Patch;
use crate::domain::plan::Plan;

/// Maximum number of plans that a refusal names.
const MAX_NAMED: usize = 10;

pub(super) fn propose(
    current: &[Feature],
    entries: Option<&[FeatureEntry]>,
    reading: Reading<'_>,
    violations: &mut Violations,
) -> Vec<Feature> {
    let Some(entries) = entries else {
        return current.to_vec();
    };
    let mut named: HashMap<_, _> = entries.iter().map(|entry| (&entry.code, entry)).collect();
    let mut after = Vec::with_capacity(current.len());
    for feature in current {
        match named.remove(&feature.code) {
            Some(entry) => after.push(changed(feature, entry, reading, violations)),
            None if is_deleted(feature, reading) => {}
            None => after.push(feature.clone()),
        }
    }
    for entry in entries {
        if named.contains_key(&entry.code) {
            after.extend(created(entry, reading, violations));
        }
    }
    after
}

fn is_deleted(feature: &Feature, reading: Reading<'_>) -> bool {
    reading.prune == Prune::All
        && reading
            .inclusion
            .has(Section::Features, feature.code.as_str())
}

/// A field of a whole document that is left out is empty.
pub(super) fn whole<T: Clone>(patch: &Patch<T>, is_whole: bool) -> Patch<T> {
    match patch {
        Patch::Keep if is_whole => Patch::Clear,
        other => other.clone(),
    }
}

fn changed(
    feature: &Feature,
    entry: &FeatureEntry,
    reading: Reading<'_>,
    violations: &mut Violations,
) -> Feature {
    let FeatureEntry {
        code,
        name,
        feature_type,
        description,
        unit_name,
    } = entry;
    if *feature_type != feature.feature_type {
        let message = format!(
            "The feature is of type `{}`, which is fixed when it is created.",
            feature.feature_type
        );
        violations.add(format!("features.{}.type", code.as_str()), message);
    }
    let mut changed = feature.clone();
    let patch = FeaturePatch {
        name: Some(name.clone()),
        description: whole(description, reading.is_whole),
        unit_name: whole(unit_name, reading.is_whole),
    };
    changed.update(patch, reading.moment.now);
    changed
}

fn created(
    entry: &FeatureEntry,
    reading: Reading<'_>,
    violations: &mut Violations,
) -> Option<Feature> {
    let FeatureEntry {
        code,
        name,
        feature_type,
        description,
        unit_name,
    } = entry.clone();
    let path = format!("features.{}", code.as_str());
    let new = NewFeature {
        name,
        code,
        feature_type,
        description: description.into_value(),
        unit_name: unit_name.into_value(),
    };
    let id = FeatureId::from_uuid((reading.moment.unique)());
    at(
        &path,
        violations,
        Feature::create(new, id, reading.moment.now),
    )
}

/// The value, or `None` with its violations added below a path. A violation of the code is about the
/// key, which is the path itself.
pub(super) fn at<T>(path: &str, violations: &mut Violations, found: Result<T>) -> Option<T> {
    match found {
        Ok(found) => Some(found),
        Err(Error::Validation(wrong)) => {
            for one in wrong.as_slice() {
                let field = match one.field.as_str() {
                    "code" => path.to_owned(),
                    field => format!("{path}.{field}"),
                };
                violations.add(field, one.message.clone());
            }
            None
        }
        Err(other) => {
            violations.add(path, other.to_string());
            None
        }
    }
}

/// Refuses to delete a feature that a plan has.
pub(super) fn require_unused(before: &[Feature], after: &[Feature], plans: &[Plan]) -> Result<()> {
    let kept: HashSet<&FeatureId> = after.iter().map(|feature| &feature.id).collect();
    for gone in before.iter().filter(|feature| !kept.contains(&feature.id)) {
        let has = |plan: &&Plan| plan.features.iter().any(|item| item.feature.id == gone.id);
        let codes: Vec<_> = plans
            .iter()
            .filter(has)
            .map(|plan| plan.code.clone())
            .collect();
        if !codes.is_empty() {
            let more = codes.len().saturating_sub(MAX_NAMED) as u64;
            let codes = codes.into_iter().take(MAX_NAMED).collect();
            return Err(Error::FeatureInUse(PlansWithFeature { codes, more }));
        }
    }
    Ok(())
}
