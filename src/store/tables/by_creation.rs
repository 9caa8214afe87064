//! Lists of a scope by creation.
//!
//! A row gets its position in the transaction that inserts it, which holds the lock of its scope: ids and
//! times come from the clocks of servers, which may differ. A row that a program of the previous version
//! inserts has no position. It is listed last, by id, until the next insert gives it one.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func, SimpleExpr},
};

use crate::domain::Result;
use crate::domain::page::{CreationPosition, PageRequest, Positioned, UNPOSITIONED};
use crate::store::query::{InScope, ScopedEntity, within};
use crate::store::transaction::Transaction;

/// A table whose rows have a position by creation.
pub(in crate::store) trait ByCreation: ScopedEntity {
    /// The column with the id.
    const ID: Self::Column;
    /// The column with the position.
    const ORDER: Self::Column;
}

/// The rows of a page.
pub(in crate::store) fn page<E: ByCreation, I: std::fmt::Display>(
    query: Select<E>,
    page: &PageRequest<CreationPosition<I>>,
) -> Select<E> {
    let query = query
        .order_by_asc(order::<E>())
        .order_by_asc(E::ID)
        .limit(page.rows_to_read());
    match &page.after {
        None => query,
        Some(CreationPosition { order: after, id }) => {
            let position = Expr::tuple([order::<E>(), Expr::col(E::ID)]);
            let bound = Expr::tuple([Expr::val(*after), Expr::val(id.to_string())]);
            query.filter(position.gt(bound))
        }
    }
}

fn order<E: ByCreation>() -> SimpleExpr {
    Func::coalesce([Expr::col(E::ORDER), Expr::val(UNPOSITIONED)]).into()
}

/// An item with its position, which a row of the previous version may not have yet.
pub(in crate::store) fn placed<T, I>(order: Option<i64>, id: I, item: T) -> Positioned<T, I> {
    let order = order.unwrap_or(UNPOSITIONED);
    let position = CreationPosition { order, id };
    Positioned { item, position }
}

/// The position of the next row: after all that the scope has. Rows without a position get theirs first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(in crate::store) async fn next<E>(tx: &Transaction) -> Result<i64>
where
    E: ByCreation,
    E::Model: FromQueryResult + Send + Sync,
{
    let connection = tx.connection();
    let newest: Option<Option<i64>> = within::<E>(tx)
        .select_only()
        .column_as(E::ORDER.max(), "newest")
        .into_tuple()
        .one(connection)
        .await?;
    let mut next = newest.flatten().map_or(0, |newest| newest + 1);
    let unplaced: Vec<String> = within::<E>(tx)
        .filter(E::ORDER.is_null())
        .select_only()
        .column(E::ID)
        .order_by_asc(E::ID)
        .into_tuple()
        .all(connection)
        .await?;
    for id in unplaced {
        set::<E>(tx, id, next).await?;
        next += 1;
    }
    Ok(next)
}

/// The positions of all rows that have one, by id.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub(in crate::store) async fn positions<E: ByCreation>(
    tx: &impl InScope,
) -> Result<HashMap<String, i64>> {
    let placed: Vec<(String, i64)> = within::<E>(tx)
        .filter(E::ORDER.is_not_null())
        .select_only()
        .columns([E::ID, E::ORDER])
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(placed.into_iter().collect())
}

async fn set<E: ByCreation>(tx: &Transaction, id: String, position: i64) -> Result<()> {
    E::update_many()
        .col_expr(E::ORDER, Expr::value(position))
        .filter(E::SCOPE_ID.eq(tx.scope().id.as_str()))
        .filter(E::ID.eq(id))
        .exec(tx.connection())
        .await?;
    Ok(())
}
