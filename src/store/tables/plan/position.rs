//! The order of the list of plans: by place and then by age.

use sea_orm::{
    ColumnTrait, Condition, ExprTrait,
    sea_query::{Expr, SimpleExpr},
};

use super::entity::plan::Column;

/// The place of a plan in the list of plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanPlace {
    /// See [`Plan::sort_order`].
    pub sort_order: i64,
    /// See [`Plan::creation_order`].
    pub creation_order: i64,
}

/// The stretch of the list from one place to another, both included.
pub(in crate::store) fn from_to(first: &PlanPlace, last: &PlanPlace) -> SimpleExpr {
    let place = || {
        Expr::tuple([
            Expr::col(Column::SortOrder),
            Expr::col(Column::CreationOrder),
        ])
    };
    let bound =
        |at: &PlanPlace| Expr::tuple([Expr::value(at.sort_order), Expr::value(at.creation_order)]);
    place().gte(bound(first)).and(place().lte(bound(last)))
}

/// The part of the list after a place.
pub(in crate::store) fn behind(place: &PlanPlace) -> Condition {
    Condition::any()
        .add(Column::SortOrder.gt(place.sort_order))
        .add(
            Condition::all()
                .add(Column::SortOrder.eq(place.sort_order))
                .add(Column::CreationOrder.gt(place.creation_order)),
        )
}
