//! Revisions: what changed in a scope, and since when.
//!
//! Every write raises the revision of its scope and leaves the new one at each plan that it
//! changes. So whoever remembers a revision can ask which plans are different now. A program of an
//! older version raises the revision without leaving it at plans; `tracked_writes` tells, because
//! it then falls behind.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, SimpleExpr},
};

use super::db::Database;
use super::entity::{plan, plan_feature, scope};
use super::transaction::{InScope, Transaction, only, within};
use crate::domain::id::{FeatureId, PlanId, ScopeId};
use crate::domain::plan::Plan;
use crate::domain::scope::Scope;
use crate::domain::text::Code;
use crate::domain::{Error, Result};

/// How far a scope has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision {
    /// How many writes there were.
    pub number: i64,
    /// How many of them left their number at the plans that they changed.
    pub tracked_writes: i64,
    /// The number of the last write that changed what a key opens.
    pub keys: i64,
}

impl Revision {
    /// How many writes left no trace at plans.
    pub fn untracked_writes(self) -> i64 {
        self.number - self.tracked_writes
    }

    /// The revision with one more write.
    pub(super) fn next(self) -> Self {
        Self {
            number: self.number + 1,
            tracked_writes: self.tracked_writes + 1,
            ..self
        }
    }

    /// The revision, given whether its write changed what a key opens.
    pub(super) fn with_keys_changed(self, is_changed: bool) -> Self {
        let keys = if is_changed { self.number } else { self.keys };
        Self { keys, ..self }
    }

    /// Whether the revisions at plans tell all that changed since an earlier revision. They do not
    /// when a program of an older version wrote since, or the database was put back.
    pub fn tells_all_since(self, earlier: Self) -> bool {
        self.number >= earlier.number && self.untracked_writes() == earlier.untracked_writes()
    }
}

impl From<&scope::Model> for Revision {
    fn from(row: &scope::Model) -> Self {
        let scope::Model {
            id: _,
            organization_id: _,
            mode: _,
            revision,
            tracked_writes,
            keys_revision,
        } = row;
        Self {
            number: *revision,
            tracked_writes: *tracked_writes,
            keys: *keys_revision,
        }
    }
}

/// A plan that was changed, and what else it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedPlan {
    /// Its id.
    pub id: PlanId,
    /// Its code.
    pub code: Code,
}

impl From<&Plan> for ChangedPlan {
    fn from(plan: &Plan) -> Self {
        Self {
            id: plan.id.clone(),
            code: plan.code.clone(),
        }
    }
}

/// What a write changed that is kept in memory elsewhere.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The plans that it changed.
    pub plans: Vec<ChangedPlan>,
    /// Whether it changed what a key opens.
    pub keys: bool,
}

/// Raises the revision of a scope, which also locks it for the transaction.
pub(super) async fn raise(connection: &impl ConnectionTrait, of: &Scope) -> Result<Revision> {
    let plus_one = |column: scope::Column| Expr::col(column).add(1);
    let raised = scope::Entity::update_many()
        .col_expr(scope::Column::Revision, plus_one(scope::Column::Revision))
        .col_expr(
            scope::Column::TrackedWrites,
            plus_one(scope::Column::TrackedWrites),
        )
        .filter(scope::Column::Id.eq(of.id.as_str()))
        .exec_with_returning(connection)
        .await?;
    match raised.as_slice() {
        [row] => Ok(row.into()),
        rows => Err(Error::internal(format!(
            "{} scopes have the id {}",
            rows.len(),
            of.id
        ))),
    }
}

/// The revision that can be seen.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn current(at: &impl InScope) -> Result<Revision> {
    of_scope(at.connection().await?, at.scope()).await
}

/// The revision of a scope as a connection sees it.
pub(super) async fn of_scope(connection: &impl ConnectionTrait, of: &Scope) -> Result<Revision> {
    let row = only(scope::Entity::find_by_id(of.id.as_str()), connection).await?;
    row.as_ref()
        .map(Revision::from)
        .ok_or_else(|| Error::internal("a scope is gone"))
}

/// Raises the revision of a scope to what it has become.
pub(super) async fn set(
    connection: &impl ConnectionTrait,
    of: &ScopeId,
    to: Revision,
) -> Result<()> {
    scope::Entity::update_many()
        .col_expr(scope::Column::Revision, Expr::value(to.number))
        .col_expr(scope::Column::TrackedWrites, Expr::value(to.tracked_writes))
        .filter(scope::Column::Id.eq(of.as_str()))
        .exec(connection)
        .await?;
    Ok(())
}

/// Ids in one statement: always as many, so that it is prepared once.
const IDS_AT_ONCE: usize = 16;

/// The revisions of some scopes.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn of_scopes(database: &Database, ids: &[ScopeId]) -> Result<HashMap<ScopeId, Revision>> {
    let mut revisions = HashMap::new();
    for some in ids.chunks(IDS_AT_ONCE) {
        let padded = some.iter().cycle().take(IDS_AT_ONCE);
        let rows = scope::Entity::find()
            .filter(scope::Column::Id.is_in(padded.map(ScopeId::as_str)))
            .all(database.reader())
            .await?;
        for row in rows {
            let revision = Revision::from(&row);
            revisions.insert(ScopeId::from_row(row.id), revision);
        }
    }
    Ok(revisions)
}

/// The plans that were changed behind a revision, deleted ones included.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn plans_changed_since(at: &impl InScope, number: i64) -> Result<Vec<ChangedPlan>> {
    let rows: Vec<(String, String)> = within::<plan::Entity>(at)
        .select_only()
        .columns([plan::Column::Id, plan::Column::Code])
        .filter(plan::Column::Revision.gt(number))
        .into_tuple()
        .all(at.connection().await?)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, code)| ChangedPlan {
            id: PlanId::from_row(id),
            code: Code::from_row(code),
        })
        .collect())
}

impl Transaction {
    /// Notes that everything about the plans that have a feature is to be read again.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn mark_plans_with_feature(&self, id: &FeatureId) -> Result<()> {
        let having = sea_orm::sea_query::Query::select()
            .column(plan_feature::Column::PlanId)
            .from(plan_feature::Entity)
            .and_where(plan_feature::Column::ScopeId.eq(self.scope().id.as_str()))
            .and_where(plan_feature::Column::FeatureId.eq(id.as_str()))
            .to_owned();
        self.mark_plans(plan::Column::Id.in_subquery(having)).await
    }

    /// Leaves the revision of this write at the plans that fit.
    pub(super) async fn mark_plans(&self, fitting: SimpleExpr) -> Result<()> {
        let marked = plan::Entity::update_many()
            .col_expr(plan::Column::Revision, Expr::value(self.revision().number))
            .filter(plan::Column::ScopeId.eq(self.scope().id.as_str()))
            .filter(fitting)
            .exec_with_returning(self.connection().await?)
            .await?;
        self.note_plans(marked);
        Ok(())
    }

    /// Notes plans whose rows have the revision of this write already.
    pub(super) fn note_plans(&self, rows: Vec<plan::Model>) {
        for row in rows {
            self.note_plan(ChangedPlan {
                id: PlanId::from_row(row.id),
                code: Code::from_row(row.code),
            });
        }
    }

    /// Leaves the revision of this write at the keys of the scope.
    pub(super) async fn mark_keys(&self) -> Result<()> {
        scope::Entity::update_many()
            .col_expr(
                scope::Column::KeysRevision,
                Expr::value(self.revision().number),
            )
            .filter(scope::Column::Id.eq(self.scope().id.as_str()))
            .exec(self.connection().await?)
            .await?;
        self.note_keys();
        Ok(())
    }
}
