//! The features of plans as they are now.

use std::collections::HashMap;

use crate::domain::feature::{Feature, FeatureRef};
use crate::domain::id::FeatureId;
use crate::domain::plan::Plan;
use crate::domain::{OrNone, Result};
use crate::store::tables::feature as features;
use crate::store::transaction::Transaction;

/// The features that were looked up, each once; `None` for those that are gone.
#[derive(Debug, Default)]
pub(super) struct CurrentFeatures(HashMap<FeatureId, Option<Feature>>);

impl CurrentFeatures {
    /// The features of a plan as it was, as far as they still exist.
    pub async fn of(&mut self, tx: &Transaction, plan: &Plan) -> Result<Vec<Feature>> {
        let mut found = Vec::with_capacity(plan.features.len());
        for item in &plan.features {
            found.extend(self.find(tx, &item.feature.id).await?.cloned());
        }
        Ok(found)
    }

    async fn find(&mut self, tx: &Transaction, id: &FeatureId) -> Result<Option<&Feature>> {
        if !self.0.contains_key(id) {
            let name = FeatureRef::Id(id.clone());
            let found = features::find(tx, Some(&name)).await.or_none()?;
            self.0.insert(id.clone(), found);
        }
        Ok(self.0.get(id).and_then(Option::as_ref))
    }
}
