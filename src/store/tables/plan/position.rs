//! The order of the list of plans: by sort order, then by creation.

use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, SimpleExpr},
};

use super::entity::plan::Column;

/// The position of a plan in the list of plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlanPosition {
    /// See [`Plan::sort_order`](crate::domain::plan::Plan::sort_order).
    pub sort_order: i64,
    /// See [`Plan::creation_order`](crate::domain::plan::Plan::creation_order).
    pub creation_order: i64,
}

/// The part of the list from one position to another, both included.
pub(in crate::store) fn from_to(first: &PlanPosition, last: &PlanPosition) -> SimpleExpr {
    let position = || {
        Expr::tuple([
            Expr::col(Column::SortOrder),
            Expr::col(Column::CreationOrder),
        ])
    };
    let bound = |end: &PlanPosition| {
        Expr::tuple([Expr::value(end.sort_order), Expr::value(end.creation_order)])
    };
    position()
        .gte(bound(first))
        .and(position().lte(bound(last)))
}

/// The part of the list after a position.
pub(in crate::store) fn after(position: &PlanPosition) -> Condition {
    Condition::any()
        .add(Column::SortOrder.gt(position.sort_order))
        .add(
            Condition::all()
                .add(Column::SortOrder.eq(position.sort_order))
                .add(Column::CreationOrder.gt(position.creation_order)),
        )
}
