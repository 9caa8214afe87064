//! The tables as sea_orm sees them. Rows are not the domain's values: the conversions stand with
//! the queries of each resource and take both apart field by field, so that a new column breaks
//! the build until it is carried through.

pub mod api_key;
pub mod feature;
pub mod idempotency_record;
pub mod organization;
pub mod plan;
pub mod plan_exchange_rate;
pub mod plan_feature;
pub mod plan_group;
pub mod plan_price;
pub mod regional_overage;
pub mod regional_price;
pub mod scope;

use super::transaction::ScopedEntity;

macro_rules! scoped {
    ($($entity:ident),+) => {
        $(impl ScopedEntity for $entity::Entity {
            const SCOPE_ID: Self::Column = $entity::Column::ScopeId;
        })+
    };
}

scoped!(
    api_key,
    feature,
    idempotency_record,
    plan,
    plan_exchange_rate,
    plan_feature,
    plan_group,
    plan_price,
    regional_overage,
    regional_price
);
