//! The start of every query: the scope.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, Select,
};

use crate::domain::scope::Scope;

/// A transaction that is bound to a scope, for queries to run in.
pub trait InScope {
    /// The scope that its queries see.
    fn scope(&self) -> &Scope;

    /// The connection, for statements of this room.
    #[doc(hidden)]
    fn connection(&self) -> &DatabaseTransaction;
}

/// An entity whose rows belong to a scope.
pub(in crate::store) trait ScopedEntity: EntityTrait {
    /// The column with the id of the scope.
    const SCOPE_ID: Self::Column;
}

/// The start of every query of an entity: its rows in the scope, and no others.
pub(in crate::store) fn within<E: ScopedEntity>(tx: &impl InScope) -> Select<E> {
    E::find().filter(E::SCOPE_ID.eq(tx.scope().id.as_str()))
}

/// The row that a query by a unique key finds.
///
/// [`Select::one`] would add a `LIMIT` with a parameter, and SQLite parses such a statement again each
/// time that it runs, prepared or not: it plans for the number (`sqlite3ExprIsInteger` in its
/// source, unless built with `SQLITE_ENABLE_QPSG`).
pub(in crate::store) async fn only<E: EntityTrait>(
    query: Select<E>,
    connection: &impl ConnectionTrait,
) -> std::result::Result<Option<E::Model>, DbErr> {
    Ok(query.all(connection).await?.pop())
}
