//! Conversions of plans from and to rows.

use super::contents::Contents;
use super::entity::plan::Model;
use crate::domain::Result;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::plan::{ConsumptionModel, Plan};
use crate::domain::text::{Code, Description, Metadata, Name};
use crate::domain::timestamp::Timestamp;
use crate::store::tables::row::Word;

/// A plan from its row and its contents.
pub(super) fn from_row(row: Model, contents: Contents) -> Result<Plan> {
    let Model {
        id,
        scope_id: _,
        code,
        name,
        description,
        consumption_model,
        is_public,
        is_default,
        is_free,
        block_on_exhaustion,
        sort_order,
        creation_order,
        plan_group_id,
        metadata,
        created_at,
        updated_at,
        deleted_at,
        revision: _,
    } = row;
    let Contents {
        features,
        prices,
        exchange_rates,
    } = contents;
    Ok(Plan {
        id: PlanId::from_row(id),
        code: Code::from_row(code),
        name: Name::from_row(name),
        description: description.map(Description::from_row),
        consumption_model: ConsumptionModel::from_column(&consumption_model)?,
        is_public,
        is_default,
        is_free,
        block_on_exhaustion,
        sort_order,
        creation_order,
        plan_group_id: plan_group_id.map(PlanGroupId::from_row),
        metadata: metadata.map(Metadata::from_row),
        created_at: Timestamp::from_millis(created_at),
        updated_at: Timestamp::from_millis(updated_at),
        deleted_at: deleted_at.map(Timestamp::from_millis),
        features,
        prices,
        exchange_rates,
    })
}

/// The row of a plan, without its contents.
pub(super) fn to_row(scope_id: &str, plan: &Plan, revision: i64) -> Model {
    let Plan {
        id,
        code,
        name,
        description,
        consumption_model,
        is_public,
        is_default,
        is_free,
        block_on_exhaustion,
        sort_order,
        creation_order,
        plan_group_id,
        metadata,
        created_at,
        updated_at,
        deleted_at,
        features: _,
        prices: _,
        exchange_rates: _,
    } = plan;
    Model {
        id: id.as_str().to_owned(),
        scope_id: scope_id.to_owned(),
        code: code.as_str().to_owned(),
        name: name.as_str().to_owned(),
        description: description.as_ref().map(|text| text.as_str().to_owned()),
        consumption_model: consumption_model.as_str().to_owned(),
        is_public: *is_public,
        is_default: *is_default,
        is_free: *is_free,
        block_on_exhaustion: *block_on_exhaustion,
        sort_order: *sort_order,
        creation_order: *creation_order,
        plan_group_id: plan_group_id.as_ref().map(|id| id.as_str().to_owned()),
        metadata: metadata.as_ref().map(|data| data.as_json().to_owned()),
        created_at: created_at.as_millis(),
        updated_at: updated_at.as_millis(),
        deleted_at: deleted_at.map(Timestamp::as_millis),
        revision,
    }
}
