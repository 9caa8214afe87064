//! What a code can stand for.

use sea_orm::{ColumnTrait, QueryFilter, QuerySelect};

use crate::domain::Result;
use crate::domain::text::Code;
use crate::store::query::{InScope, ScopedEntity, within};

/// The ids of the objects that have or had a code.
pub(super) async fn ids_by_code<E: ScopedEntity>(
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
