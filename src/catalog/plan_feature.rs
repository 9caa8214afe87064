//! Features in plans.

use super::plan::change;
use super::write::{Changed, Command};
use crate::domain::Result;
use crate::domain::feature::FeatureRef;
use crate::domain::id::{FeatureId, PlanId};
use crate::domain::plan::PlanRef;
use crate::domain::plan_feature::{PlanFeature, PlanFeaturePatch, PlanFeatureSettings};
use crate::domain::timestamp::Timestamp;
use crate::store::tables::{feature as features, plan as plans};
use crate::store::transaction::Transaction;

/// A feature in a plan, and the plan.
#[derive(Debug)]
pub struct FeatureOfPlan {
    /// The plan.
    pub plan_id: PlanId,
    /// The feature and how the plan includes it.
    pub feature: PlanFeature,
}

/// Adds a feature to a plan.
#[derive(Debug, Clone)]
pub struct AddPlanFeature {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The feature; `None` for a text that can name none.
    pub feature: Option<FeatureRef>,
    /// How the plan includes it.
    pub settings: PlanFeatureSettings,
}

impl Command for AddPlanFeature {
    type Outcome = FeatureOfPlan;

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<FeatureOfPlan>> {
        let before = plans::find(tx, self.plan.as_ref()).await?;
        let feature = features::find(tx, self.feature.as_ref()).await;
        let feature = feature.map_err(|error| error.in_field("featureId"))?;
        let mut plan = before.clone();
        let feature = plan.add_feature(feature, self.settings)?.clone();
        let changes = tx.save_plan(&before, &plan).await?;
        let outcome = FeatureOfPlan {
            plan_id: plan.id,
            feature,
        };
        Ok(Changed::new(outcome, changes))
    }
}

/// Changes how a plan includes a feature.
#[derive(Debug, Clone)]
pub struct UpdatePlanFeature {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The feature; `None` for a text that can name none.
    pub feature: Option<FeatureRef>,
    /// The change.
    pub patch: PlanFeaturePatch,
}

impl Command for UpdatePlanFeature {
    type Outcome = FeatureOfPlan;

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<FeatureOfPlan>> {
        let changed = change(tx, self.plan.as_ref(), |plan| {
            plan.update_feature(self.feature.as_ref(), &self.patch)
                .cloned()
        });
        Ok(changed.await?.map(|(plan, feature)| FeatureOfPlan {
            plan_id: plan.id,
            feature,
        }))
    }
}

/// Removes a feature from a plan.
#[derive(Debug, Clone)]
pub struct RemovePlanFeature {
    /// The plan; `None` for a text that can name none.
    pub plan: Option<PlanRef>,
    /// The feature; `None` for a text that can name none.
    pub feature: Option<FeatureRef>,
}

impl Command for RemovePlanFeature {
    type Outcome = FeatureId;

    async fn execute(self, tx: &Transaction, _now: Timestamp) -> Result<Changed<FeatureId>> {
        let removed = change(tx, self.plan.as_ref(), |plan| {
            plan.remove_feature(self.feature.as_ref())
        });
        Ok(removed.await?.map(|(_, id)| id))
    }
}
