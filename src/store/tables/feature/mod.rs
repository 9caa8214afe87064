//! Features.

pub(in crate::store) mod entity;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    TryIntoModel,
    sea_query::{Query, SelectStatement},
};

use self::entity as feature;
use super::by_creation;
use super::changes::Changes;
use super::plan::entity::{plan, plan_feature};
use super::row::Word;
use super::version;
use crate::domain::change::compare;
use crate::domain::error::PlansWithFeature;
use crate::domain::feature::{Feature, FeatureRef, FeatureType};
use crate::domain::id::FeatureId;
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::text::{Code, Description, Name, UnitName};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, only, within};
use crate::store::transaction::Transaction;

pub(in crate::store) fn from_row(row: feature::Model) -> Result<Feature> {
    let feature::Model {
        id,
        scope_id: _,
        code,
        name,
        feature_type,
        description,
        unit_name,
        created_at,
        updated_at,
        deleted_at: _,
        creation_order: _,
    } = row;
    Ok(Feature {
        id: FeatureId::from_row(id),
        code: Code::from_row(code),
        name: Name::from_row(name),
        feature_type: FeatureType::from_column(&feature_type)?,
        description: description.map(Description::from_row),
        unit_name: unit_name.map(UnitName::from_row),
        created_at: Timestamp::from_millis(created_at),
        updated_at: Timestamp::from_millis(updated_at),
    })
}

fn to_row(
    tx: &impl InScope,
    feature: &Feature,
    deleted_at: Option<Timestamp>,
) -> feature::ActiveModel {
    let Feature {
        id,
        code,
        name,
        feature_type,
        description,
        unit_name,
        created_at,
        updated_at,
    } = feature;
    feature::ActiveModel {
        id: Set(id.as_str().to_owned()),
        scope_id: Set(tx.scope().id.as_str().to_owned()),
        code: Set(code.as_str().to_owned()),
        name: Set(name.as_str().to_owned()),
        feature_type: Set(feature_type.as_str().to_owned()),
        description: Set(description.as_ref().map(|text| text.as_str().to_owned())),
        unit_name: Set(unit_name.as_ref().map(|text| text.as_str().to_owned())),
        created_at: Set(created_at.as_millis()),
        updated_at: Set(updated_at.as_millis()),
        deleted_at: Set(deleted_at.map(Timestamp::as_millis)),
        // Set once, when it is inserted.
        creation_order: NotSet,
    }
}

fn existing(tx: &impl InScope) -> Select<feature::Entity> {
    within::<feature::Entity>(tx).filter(feature::Column::DeletedAt.is_null())
}

/// The feature that is named.
///
/// # Errors
/// `FeatureNotFound`; `Unavailable` or `Internal`.
pub async fn find(tx: &impl InScope, feature: Option<&FeatureRef>) -> Result<Feature> {
    let named = match feature {
        Some(FeatureRef::Id(id)) => feature::Column::Id.eq(id.as_str()),
        Some(FeatureRef::Code(code)) => feature::Column::Code.eq(code.as_str()),
        None => return Err(Error::FeatureNotFound),
    };
    let row = only(existing(tx).filter(named), tx.connection()).await?;
    row.map(from_row).ok_or(Error::FeatureNotFound)?
}

/// Features, oldest first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn list(
    tx: &impl InScope,
    page: &PageRequest<CreationPosition<FeatureId>>,
) -> Result<Page<Positioned<Feature, FeatureId>>> {
    let query = by_creation::page(existing(tx), page);
    let rows = query.all(tx.connection()).await?;
    let features = rows.into_iter().map(placed).collect::<Result<_>>()?;
    Ok(Page::from_rows(features, page))
}

fn placed(row: feature::Model) -> Result<Positioned<Feature, FeatureId>> {
    let order = row.creation_order;
    let item = from_row(row)?;
    Ok(by_creation::placed(order, item.id.clone(), item))
}

/// How many of the plans that have a feature are named.
const NAMED_PLANS: u64 = 20;

/// The ids of the plans that have a feature, deleted ones included.
fn plans_having(tx: &impl InScope, id: &FeatureId) -> SelectStatement {
    Query::select()
        .column(plan_feature::Column::PlanId)
        .from(plan_feature::Entity)
        .and_where(plan_feature::Column::ScopeId.eq(tx.scope().id.as_str()))
        .and_where(plan_feature::Column::FeatureId.eq(id.as_str()))
        .to_owned()
}

/// The plans that are not deleted and have the feature, if there are any.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plans_with(tx: &impl InScope, id: &FeatureId) -> Result<Option<PlansWithFeature>> {
    let plans = within::<plan::Entity>(tx)
        .filter(plan::Column::DeletedAt.is_null())
        .filter(plan::Column::Id.in_subquery(plans_having(tx, id)));
    let count = plans.clone().count(tx.connection()).await?;
    if count == 0 {
        return Ok(None);
    }
    let codes: Vec<String> = plans
        .select_only()
        .column(plan::Column::Code)
        .order_by_asc(plan::Column::SortOrder)
        .order_by_asc(plan::Column::CreationOrder)
        .limit(NAMED_PLANS)
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(Some(PlansWithFeature {
        codes: codes.into_iter().map(Code::from_row).collect(),
        more: count.saturating_sub(NAMED_PLANS),
    }))
}

/// What the log says of a feature that changed. `row` is its row afterwards.
fn logged(
    before: Option<&Feature>,
    after: Option<&Feature>,
    row: Option<&feature::Model>,
) -> Result<Changes> {
    let version = row.map(version::write).transpose()?;
    Ok(Changes::logged(compare(before, after), version))
}

impl Transaction {
    /// Adds a feature.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn insert_feature(&self, feature: &Feature) -> Result<Changes> {
        let row = feature::ActiveModel {
            creation_order: Set(Some(by_creation::next::<feature::Entity>(self).await?)),
            ..to_row(self, feature, None)
        };
        let inserted = row.clone().try_into_model()?;
        feature::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        logged(None, Some(feature), Some(&inserted))
    }

    /// Saves a feature that was read in this transaction.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn update_feature(&self, before: &Feature, after: &Feature) -> Result<Changes> {
        let row = to_row(self, after, None).update(self.connection()).await?;
        // Answers about the plans that have it show it.
        let having = plans_having(self, &after.id);
        let marked = self
            .mark_plans(plan::Column::Id.in_subquery(having))
            .await?;
        Ok(logged(Some(before), Some(after), Some(&row))?.and(marked))
    }

    /// Brings a deleted feature back.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn restore_feature(&self, feature: &Feature) -> Result<Changes> {
        let row = to_row(self, feature, None)
            .update(self.connection())
            .await?;
        logged(None, Some(feature), Some(&row))
    }

    /// Deletes a feature; its code is free again.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn delete_feature(&self, feature: &Feature, now: Timestamp) -> Result<Changes> {
        to_row(self, feature, Some(now))
            .update(self.connection())
            .await?;
        logged(Some(feature), None, None)
    }
}
