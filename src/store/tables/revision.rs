//! Revisions: the writes of a scope, counted.
//!
//! Every write raises the revision of its scope, which is also the lock at which the writes of a
//! scope queue, and leaves the new one at each plan that it changes. So whoever remembers a
//! [`State`] can ask which plans are different now, if what is found descends from it.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{BinOper, CaseStatement, Expr, Func, SimpleExpr},
};

use super::changes::ChangedPlan;
use super::organization::scope_entity as scope;
use super::plan::entity::plan;
use super::state::{Lineage, State, TAG_LENGTH, TAGS_KEPT, Tag};
use crate::domain::id::{PlanId, ScopeId};
use crate::domain::scope::Scope;
use crate::domain::text::Code;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::connection::db::Database;
use crate::store::query::{InScope, only, within};

impl From<scope::Model> for Lineage {
    fn from(row: scope::Model) -> Self {
        let scope::Model {
            id: _,
            organization_id: _,
            mode: _,
            revision,
            tracked_writes: _,
            keys_revision,
            states,
            last_write_at: _,
            idempotency_bytes: _,
            logged_revision: _,
            history_start: _,
        } = row;
        Self::new(revision, states, keys_revision)
    }
}

/// The number and the time of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Raised {
    /// The revision that the write leads to.
    pub revision: i64,
    /// When it was made: by the database's clock, so that replicas need not agree on the time, and
    /// never before the write before it.
    pub now: Timestamp,
    /// The revision up to which the log of changes will be complete, if this write logs its change;
    /// `None` if the log has no baseline.
    pub logged_revision: Option<i64>,
}

/// Raises the revision of a scope, which also locks it for the transaction.
pub(in crate::store) async fn raise(
    connection: &impl ConnectionTrait,
    of: &Scope,
) -> Result<Raised> {
    use scope::Column;
    let plus_one = |column: Column| Expr::col(column).add(1);
    let tag = Expr::value(Tag::random()?.to_string());
    let tags = tag.binary(BinOper::Custom("||"), Expr::col(Column::States));
    let raised = scope::Entity::update_many()
        .col_expr(Column::Revision, plus_one(Column::Revision))
        .col_expr(Column::TrackedWrites, plus_one(Column::TrackedWrites))
        .col_expr(Column::States, first_of(tags, TAG_LENGTH * TAGS_KEPT))
        .col_expr(Column::LastWriteAt, Expr::cust(now_or_later(connection)))
        .col_expr(Column::LoggedRevision, next_if_complete())
        .filter(Column::Id.eq(of.id.as_str()))
        .exec_with_returning(connection)
        .await?;
    match raised.as_slice() {
        [row] => Ok(Raised {
            revision: row.revision,
            now: Timestamp::from_millis(row.last_write_at),
            logged_revision: row.logged_revision,
        }),
        rows => Err(Error::internal(format!(
            "{} scopes have the id {}",
            rows.len(),
            of.id
        ))),
    }
}

/// The new revision, if the log of changes has everything up to the old one.
fn next_if_complete() -> SimpleExpr {
    use scope::Column;
    let is_complete = Expr::col(Column::LoggedRevision).eq(Expr::col(Column::Revision));
    CaseStatement::new()
        .case(is_complete, Expr::col(Column::Revision).add(1))
        .finally(Expr::col(Column::LoggedRevision))
        .into()
}

/// Takes the revision of a write back that changed nothing. The scope is again in the state in which
/// the write found it.
pub(in crate::store) async fn lower(connection: &impl ConnectionTrait, of: &Scope) -> Result<()> {
    use scope::Column;
    let minus_one = |column: Column| Expr::col(column).sub(1);
    let older_tags = Func::cust("SUBSTR").args([
        Expr::col(Column::States),
        Expr::value(i32::try_from(TAG_LENGTH + 1).unwrap_or(i32::MAX)),
    ]);
    scope::Entity::update_many()
        .col_expr(Column::Revision, minus_one(Column::Revision))
        .col_expr(Column::TrackedWrites, minus_one(Column::TrackedWrites))
        .col_expr(Column::States, older_tags.into())
        .col_expr(Column::LoggedRevision, minus_one(Column::LoggedRevision))
        .filter(Column::Id.eq(of.id.as_str()))
        .exec(connection)
        .await?;
    Ok(())
}

/// The first characters of a text.
fn first_of(text: impl Into<SimpleExpr>, characters: usize) -> SimpleExpr {
    let characters = i32::try_from(characters).unwrap_or(i32::MAX);
    let start = Expr::value(1_i32);
    Func::cust("SUBSTR")
        .args([text.into(), start, Expr::value(characters)])
        .into()
}

/// The database's time in milliseconds since 1970, or that of the last write if that is later.
/// PostgreSQL evaluates it after it has waited for the lock.
fn now_or_later(connection: &impl ConnectionTrait) -> &'static str {
    match connection.get_database_backend() {
        sea_orm::DbBackend::Postgres => {
            "GREATEST(last_write_at, \
             CAST(FLOOR(EXTRACT(EPOCH FROM CLOCK_TIMESTAMP()) * 1000) AS BIGINT))"
        }
        _ => "MAX(last_write_at, CAST(UNIXEPOCH('subsec') * 1000 AS INTEGER))",
    }
}

/// The state that the transaction sees, with those before it.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn lineage(tx: &impl InScope) -> Result<Lineage> {
    let row = scope::Entity::find_by_id(tx.scope().id.as_str());
    let row = only(row, tx.connection()).await?;
    row.map(Lineage::from)
        .ok_or_else(|| Error::internal("a scope is gone"))
}

/// Number of ids in one statement: constant, so that it is prepared once.
const IDS_AT_ONCE: usize = 16;

/// The states of some scopes.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn states_of(database: &Database, ids: &[ScopeId]) -> Result<HashMap<ScopeId, State>> {
    use scope::Column;
    let mut states = HashMap::new();
    for some in ids.chunks(IDS_AT_ONCE) {
        let padded = some.iter().cycle().take(IDS_AT_ONCE);
        let rows: Vec<(String, i64, String)> = scope::Entity::find()
            .select_only()
            .columns([Column::Id, Column::Revision])
            .expr_as(
                first_of(Expr::col(Column::States), TAG_LENGTH),
                "newest_tag",
            )
            .filter(Column::Id.is_in(padded.map(ScopeId::as_str)))
            .into_tuple()
            .all(database.reader())
            .await?;
        for (id, revision, newest_tag) in rows {
            states.insert(ScopeId::from_row(id), State::new(revision, &newest_tag));
        }
    }
    Ok(states)
}

/// The plans that were changed after a revision, deleted ones included.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plans_changed_since(tx: &impl InScope, number: i64) -> Result<Vec<ChangedPlan>> {
    let rows: Vec<(String, String)> = within::<plan::Entity>(tx)
        .select_only()
        .columns([plan::Column::Id, plan::Column::Code])
        .filter(plan::Column::Revision.gt(number))
        .into_tuple()
        .all(tx.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, code)| ChangedPlan {
            id: PlanId::from_row(id),
            code: Code::from_row(code),
        })
        .collect())
}
