//! The operations, one file a resource.

pub(in crate::api) mod api_keys;
pub(in crate::api) mod catalog;
pub(in crate::api) mod changesets;
pub(in crate::api) mod currencies;
pub(in crate::api) mod explain;
pub(in crate::api) mod features;
pub(in crate::api) mod history;
pub(in crate::api) mod plan_features;
pub(in crate::api) mod plan_groups;
pub(in crate::api) mod plan_prices;
pub(in crate::api) mod plans;
pub(in crate::api) mod regional_pricing;
pub(in crate::api) mod tag;

use poem_openapi::OpenApi;

use self::api_keys::ApiKeysApi;
use self::catalog::CatalogApi;
use self::changesets::ChangesetsApi;
use self::currencies::CurrenciesApi;
use self::explain::ExplainApi;
use self::features::FeaturesApi;
use self::history::HistoryApi;
use self::plan_features::PlanFeaturesApi;
use self::plan_groups::PlanGroupsApi;
use self::plan_prices::PlanPricesApi;
use self::plans::PlansApi;
use self::regional_pricing::RegionalPricingApi;

/// The operations, resource by resource.
pub fn all() -> impl OpenApi {
    (
        PlansApi,
        PlanFeaturesApi,
        PlanPricesApi,
        RegionalPricingApi,
        ExplainApi,
        FeaturesApi,
        PlanGroupsApi,
        CatalogApi,
        ChangesetsApi,
        HistoryApi,
        CurrenciesApi,
        ApiKeysApi,
    )
}
