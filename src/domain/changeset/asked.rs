//! What a proposal asks for, and what follows from that.

use std::collections::{HashMap, HashSet};

use super::proposal::Proposal;
use crate::domain::catalog::Catalog;
use crate::domain::change::{Action, Cause, FieldChange, ObjectChange, ObjectType, Value};
use crate::domain::document::{Document, PlanEntry};

/// What a document names.
struct Names<'a> {
    features: HashSet<&'a str>,
    groups: HashSet<&'a str>,
    plans: HashMap<&'a str, &'a PlanEntry>,
    /// The codes of the plans in the lists of groups.
    listed: HashSet<&'a str>,
    /// The ids of the groups whose plans are listed.
    with_list: HashSet<&'a str>,
}

/// What a proposal asks for.
pub struct Asked<'a> {
    /// `None` if it asks for everything that is not derived.
    names: Option<Names<'a>>,
}

impl<'a> Asked<'a> {
    /// What a proposal asks for in a catalog.
    pub fn by(proposal: &'a Proposal, before: &'a Catalog) -> Self {
        let names = match proposal {
            Proposal::Rates { .. } => None,
            Proposal::Document { document, .. } => Some(Names::of(document, before)),
        };
        Self { names }
    }

    /// Marks the fields of a change that were not asked for.
    pub fn mark(&self, mut change: ObjectChange) -> ObjectChange {
        let Some(names) = &self.names else {
            return change;
        };
        if !names.has(&change) {
            return change.not_asked_for();
        }
        if change.object_type == ObjectType::Plan && change.action == Action::Updated {
            let code = change.code.as_deref().unwrap_or_default();
            for field in &mut change.fields {
                if !names.ask_for(code, field) {
                    field.cause = Cause::Derived;
                }
            }
        }
        change
    }
}

impl<'a> Names<'a> {
    fn of(document: &'a Document, before: &'a Catalog) -> Self {
        let Document {
            features,
            groups,
            plans,
        } = document;
        let groups = || groups.iter().flatten();
        let lists = groups().filter_map(|group| group.plans.as_ref());
        let with_list: HashSet<_> = groups()
            .filter(|group| group.plans.is_some())
            .map(|group| group.name.as_str())
            .collect();
        let plans = plans.iter().flatten();
        let features = features.iter().flatten();
        let in_catalog = before.groups.iter();
        Self {
            features: features.map(|entry| entry.code.as_str()).collect(),
            groups: groups().map(|entry| entry.name.as_str()).collect(),
            plans: plans.map(|entry| (entry.code.as_str(), entry)).collect(),
            listed: lists.flatten().map(|code| code.as_str()).collect(),
            with_list: in_catalog
                .filter(|group| with_list.contains(group.name.as_str()))
                .map(|group| group.id.as_str())
                .collect(),
        }
    }

    /// Whether an object is named. What goes is missing on purpose.
    fn has(&self, change: &ObjectChange) -> bool {
        let name = change.code.as_deref().unwrap_or(&change.name);
        change.action == Action::Deleted
            || match change.object_type {
                ObjectType::Feature => self.features.contains(name),
                ObjectType::PlanGroup => self.groups.contains(name),
                ObjectType::Plan => self.plans.contains_key(name) || self.listed.contains(name),
                ObjectType::ApiKey => false,
            }
    }

    /// Whether a field of a plan that is named is asked for, if it is not derived anyway. What is the
    /// default where nobody says so, and what a group that goes leaves behind, follows from the rest.
    fn ask_for(&self, code: &str, field: &FieldChange) -> bool {
        let entry = self.plans.get(code);
        match field.path.as_str() {
            "isDefault" => entry.is_some_and(|entry| entry.is_default.is_some()),
            "planGroupId" => self.listed.contains(code) || self.lists_group(&field.from),
            path => match default_of(path) {
                Some(interval) if field.from != Value::Null && field.to != Value::Null => {
                    let mut prices = entry.iter().flat_map(|entry| entry.prices.iter().flatten());
                    let price = prices.find(|price| price.interval.as_str() == interval);
                    price.is_some_and(|price| price.is_default.is_some())
                }
                _ => true,
            },
        }
    }

    /// Whether the plans of the group with an id are listed.
    fn lists_group(&self, id: &Value) -> bool {
        matches!(id, Value::Text(id) if self.with_list.contains(id.as_str()))
    }
}

/// The interval of the price that a path says to be the default.
fn default_of(path: &str) -> Option<&str> {
    path.strip_prefix("prices[")?.strip_suffix("].isDefault")
}
