//! Rows that get the revision of the write that changed them.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, SimpleExpr},
};

use super::changes::ChangedPlan;
use super::organization::scope_entity as scope;
use super::plan::entity::plan;
use crate::domain::Result;
use crate::domain::id::PlanId;
use crate::domain::text::Code;
use crate::store::query::InScope;
use crate::store::transaction::Transaction;

impl Transaction {
    /// Leaves the revision of this write at the plans that fit.
    pub(in crate::store) async fn mark_plans(&self, fitting: SimpleExpr) -> Result<()> {
        let marked = plan::Entity::update_many()
            .col_expr(plan::Column::Revision, Expr::value(self.revision()))
            .filter(plan::Column::ScopeId.eq(self.scope().id.as_str()))
            .filter(fitting)
            .exec_with_returning(self.connection())
            .await?;
        self.note_plans(marked);
        Ok(())
    }

    /// Notes plans whose rows have the revision of this write already.
    pub(in crate::store) fn note_plans(&self, rows: Vec<plan::Model>) {
        for row in rows {
            self.note_plan(ChangedPlan {
                id: PlanId::from_row(row.id),
                code: Code::from_row(row.code),
            });
        }
    }

    /// Leaves the revision of this write at the keys of the scope.
    pub(in crate::store) async fn mark_keys(&self) -> Result<()> {
        scope::Entity::update_many()
            .col_expr(scope::Column::KeysRevision, Expr::value(self.revision()))
            .filter(scope::Column::Id.eq(self.scope().id.as_str()))
            .exec(self.connection())
            .await?;
        self.note_keys();
        Ok(())
    }
}
