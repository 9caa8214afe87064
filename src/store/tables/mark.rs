//! Rows that get the revision of the write that changed them.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, SimpleExpr},
};

use super::changes::Changes;
use super::organization::scope_entity as scope;
use super::plan::entity::plan;
use crate::domain::Result;
use crate::store::query::InScope;
use crate::store::transaction::Transaction;

impl Transaction {
    /// Sets the revision of this write on the plans that fit.
    pub(in crate::store) async fn mark_plans(&self, fitting: SimpleExpr) -> Result<Changes> {
        let marked = plan::Entity::update_many()
            .col_expr(plan::Column::Revision, Expr::value(self.revision()))
            .filter(plan::Column::ScopeId.eq(self.scope().id.as_str()))
            .filter(fitting)
            .exec_with_returning(self.connection())
            .await?;
        Ok(marked.into_iter().collect())
    }

    /// Sets the revision of this write as that of the scope's keys.
    pub(in crate::store) async fn mark_keys(&self) -> Result<Changes> {
        scope::Entity::update_many()
            .col_expr(scope::Column::KeysRevision, Expr::value(self.revision()))
            .filter(scope::Column::Id.eq(self.scope().id.as_str()))
            .exec(self.connection())
            .await?;
        Ok(Changes::KEYS)
    }
}
