//! Features.

use super::app::App;
use super::clock::unique;
use super::write::{Changed, Command};
use crate::domain::error::Taken;
use crate::domain::feature::{Feature, FeaturePatch, FeatureRef, NewFeature};
use crate::domain::id::FeatureId;
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, OrNone, Result};
use crate::store::tables::feature as features;
use crate::store::transaction::Transaction;

impl App {
    /// Features of the scope, oldest first.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn list_features(
        &self,
        scope: &Scope,
        page: &PageRequest<CreationPosition<FeatureId>>,
    ) -> Result<Page<Positioned<Feature, FeatureId>>> {
        features::list(&self.snapshot(scope).await?, page).await
    }

    /// One feature.
    ///
    /// # Errors
    /// `FeatureNotFound`; `Unavailable` or `Internal`.
    pub async fn get_feature(
        &self,
        scope: &Scope,
        feature: Option<&FeatureRef>,
    ) -> Result<Feature> {
        features::find(&self.snapshot(scope).await?, feature).await
    }
}

/// Creates a feature.
#[derive(Debug, Clone)]
pub struct CreateFeature(pub NewFeature);

impl Command for CreateFeature {
    type Outcome = Feature;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<Feature>> {
        let feature = Feature::create(self.0, FeatureId::from_uuid(unique()), now)?;
        let code = FeatureRef::Code(feature.code.clone());
        if features::find(tx, Some(&code)).await.or_none()?.is_some() {
            let taken = Taken::new("code", "A feature with this code exists already.");
            return Err(Error::FeatureAlreadyExists(taken));
        }
        let changes = tx.insert_feature(&feature).await?;
        Ok(Changed::new(feature, changes))
    }
}

/// Changes a feature.
#[derive(Debug, Clone)]
pub struct UpdateFeature {
    /// The feature; `None` for a text that can name none.
    pub feature: Option<FeatureRef>,
    /// The change.
    pub patch: FeaturePatch,
}

impl Command for UpdateFeature {
    type Outcome = Feature;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<Feature>> {
        let before = features::find(tx, self.feature.as_ref()).await?;
        let mut feature = before.clone();
        feature.update(self.patch, now);
        if feature == before {
            return Ok(Changed::nothing(feature));
        }
        let changes = tx.update_feature(&before, &feature).await?;
        Ok(Changed::new(feature, changes))
    }
}

/// Deletes a feature that no plan has.
#[derive(Debug, Clone)]
pub struct DeleteFeature {
    /// The feature; `None` for a text that can name none.
    pub feature: Option<FeatureRef>,
}

impl Command for DeleteFeature {
    type Outcome = FeatureId;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<FeatureId>> {
        let feature = features::find(tx, self.feature.as_ref()).await?;
        if let Some(plans) = features::plans_with(tx, &feature.id).await? {
            return Err(Error::FeatureInUse(plans));
        }
        let changes = tx.delete_feature(&feature, now).await?;
        Ok(Changed::new(feature.id, changes))
    }
}
