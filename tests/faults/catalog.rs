//! Everything that the API shows of one scope.

use std::collections::BTreeMap;

use serde_json::Value;

use super::slot::Slot;
use crate::support::reads::all;
use crate::support::{Actor, Reply};

#[derive(Debug, PartialEq, Eq)]
pub struct Catalog {
    plans: BTreeMap<String, Value>,
    features: BTreeMap<String, Value>,
    groups: BTreeMap<String, Value>,
}

impl Catalog {
    pub async fn read(actor: &Actor) -> Self {
        let plans = actor.get("/plans?includePrivate=true").await;
        let features = actor.get("/features").await;
        let groups = all(actor, "/plan-groups", 100).await;
        Self {
            plans: by("code", items(&plans)),
            features: by("code", items(&features)),
            groups: by("name", &groups),
        }
    }

    /// The object of a slot, or the object that the slot is part of.
    pub fn thing(&self, slot: Slot, name: &str) -> Option<&Value> {
        match slot {
            Slot::Feature(_) => self.features.get(name),
            Slot::Group(_) => self.groups.get(name),
            _ => self.plans.get(name),
        }
    }

    /// The paths of all objects, by id.
    pub fn paths(&self) -> Vec<String> {
        let kinds = [
            ("/plans", &self.plans),
            ("/features", &self.features),
            ("/plan-groups", &self.groups),
        ];
        let paths = kinds.into_iter().flat_map(|(path, things)| {
            let ids = things.values().map(|thing| &thing["id"]);
            ids.map(move |id| format!("{path}/{}", id.as_str().expect("an id")))
        });
        paths.collect()
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.plans.len() + self.features.len() + self.groups.len()
    }
}

fn items(list: &Reply) -> &[Value] {
    list.data().as_array().expect("a list")
}

fn by(field: &str, items: &[Value]) -> BTreeMap<String, Value> {
    let name = |item: &Value| item[field].as_str().expect("a name").to_owned();
    items
        .iter()
        .map(|item| (name(item), item.clone()))
        .collect()
}
