//! Whose contents are read.

use sea_orm::{
    ColumnTrait, QueryFilter, Select,
    sea_query::{Query, SelectStatement, SimpleExpr},
};

use crate::store::query::{InScope, ScopedEntity, within};
use crate::store::tables::plan::entity::plan;
use crate::store::tables::plan::position::{PlanPosition, from_to};

/// The plans whose contents are read.
pub(in crate::store) enum PlanRange {
    /// The plan with this id.
    One(String),
    /// The plans of a part of the list, ends included.
    Between {
        first: PlanPosition,
        last: PlanPosition,
    },
}

impl PlanRange {
    /// The rows of a table that belong to these plans.
    pub fn select<E: ScopedEntity>(&self, tx: &impl InScope, plan_id: E::Column) -> Select<E> {
        within::<E>(tx).filter(self.holds(tx, plan_id))
    }

    /// Whether a plan is one of them.
    fn holds(&self, tx: &impl InScope, plan_id: impl ColumnTrait) -> SimpleExpr {
        match self {
            Self::One(id) => plan_id.eq(id.as_str()),
            Self::Between { first, last } => plan_id.in_subquery(plans_between(tx, first, last)),
        }
    }
}

fn plans_between(tx: &impl InScope, first: &PlanPosition, last: &PlanPosition) -> SelectStatement {
    Query::select()
        .column(plan::Column::Id)
        .from(plan::Entity)
        .and_where(plan::Column::ScopeId.eq(tx.scope().id.as_str()))
        .and_where(plan::Column::DeletedAt.is_null())
        .and_where(from_to(first, last))
        .to_owned()
}
