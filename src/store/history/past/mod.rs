//! Reading plans, features and plan groups as they were at a revision.
//!
//! Codes never change, and rows of deleted plans and features stay, so these tables say which objects a
//! code can stand for; the log says which of them was there.

mod feature;
mod plan;
mod plan_group;

use std::collections::HashMap;

use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

pub use self::feature::{feature, feature_by_id, features};
pub use self::plan::{plan, plan_by_id, plans};
pub use self::plan_group::{plan_group, plan_group_by_id, plan_groups};
use crate::domain::Result;
use crate::domain::text::Code;
use crate::store::query::{InScope, ScopedEntity, within};
use crate::store::tables::by_creation::{ByCreation, positions};

/// The current positions of objects of a type, if some of them had none yet: that is no change, so the
/// log does not say which they got.
async fn later_positions<E: ByCreation>(
    tx: &impl InScope,
    mut then: impl Iterator<Item = Option<i64>>,
) -> Result<HashMap<String, i64>> {
    match then.any(|position| position.is_none()) {
        true => positions::<E>(tx).await,
        false => Ok(HashMap::new()),
    }
}

/// The ids of the objects that have or had a code.
async fn ids_by_code<E: ScopedEntity>(
    tx: &impl InScope,
    (id, code): (E::Column, E::Column),
    wanted: &Code,
) -> Result<Vec<String>> {
    let ids = within::<E>(tx)
        .select_only()
        .column(id)
        .filter(code.eq(wanted.as_str()))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(ids)
}
