//! What the objects of a change were around it, read at once.

use std::collections::HashMap;

use crate::domain::Result;
use crate::domain::change::{Change, HasLeaves, ObjectChange, ObjectType};
use crate::domain::feature::Feature;
use crate::domain::plan::Plan;
use crate::domain::plan_group::PlanGroup;
use crate::domain::revert::Written;
use crate::store::history::past;
use crate::store::transaction::Transaction;

/// The objects of a change that were there at a revision, by id.
struct Moment {
    plans: HashMap<String, Plan>,
    features: HashMap<String, Feature>,
    /// Each with its position by creation.
    groups: HashMap<String, (PlanGroup, Option<i64>)>,
}

impl Moment {
    async fn read(tx: &Transaction, change: &Change, revision: i64) -> Result<Self> {
        let ids = |object_type| {
            let objects = change.objects.iter();
            let own = objects.filter(move |object| object.object_type == object_type);
            own.filter_map(|object| object.id.as_deref())
                .collect::<Vec<_>>()
        };
        Ok(Self {
            plans: past::plans_by_ids(tx, &ids(ObjectType::Plan), revision).await?,
            features: past::features_by_ids(tx, &ids(ObjectType::Feature), revision).await?,
            groups: past::plan_groups_by_ids(tx, &ids(ObjectType::PlanGroup), revision).await?,
        })
    }
}

/// The objects of a change before and after it.
pub(super) struct Around {
    before: Moment,
    after: Moment,
}

impl Around {
    /// Reads them.
    pub async fn read(tx: &Transaction, change: &Change) -> Result<Self> {
        Ok(Self {
            before: Moment::read(tx, change, change.revision - 1).await?,
            after: Moment::read(tx, change, change.revision).await?,
        })
    }

    /// A plan before and after the change.
    pub fn plan(&self, id: &str) -> [Option<&Plan>; 2] {
        [self.before.plans.get(id), self.after.plans.get(id)]
    }

    /// A feature before and after the change.
    pub fn feature(&self, id: &str) -> [Option<&Feature>; 2] {
        [self.before.features.get(id), self.after.features.get(id)]
    }

    /// A group before and after the change.
    pub fn group(&self, id: &str) -> [Option<&(PlanGroup, Option<i64>)>; 2] {
        [self.before.groups.get(id), self.after.groups.get(id)]
    }

    /// What the change wrote in one of its objects.
    pub fn written(&self, object: &ObjectChange) -> Written {
        let id = object.id.as_deref().unwrap_or_default();
        match object.object_type {
            ObjectType::Plan => of_states(object, self.plan(id)),
            ObjectType::Feature => of_states(object, self.feature(id)),
            ObjectType::PlanGroup => {
                let groups = self.group(id);
                of_states(object, groups.map(|state| state.map(|(group, _)| group)))
            }
            ObjectType::ApiKey => of_states::<Plan>(object, [None, None]),
        }
    }
}

fn of_states<T: HasLeaves>(object: &ObjectChange, states: [Option<&T>; 2]) -> Written {
    Written::of(object, states)
}
