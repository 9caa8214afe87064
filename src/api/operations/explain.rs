//! The operation that explains prices.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::envelope::{One, Read, Refused, refusals};
use crate::api::kit::needs::ReadPlans;
use crate::api::kit::parameter::{IfNoneMatch, OptionalCurrency, Param, PlanParam};
use crate::api::kit::query::KnownQuery;
use crate::api::schema::explain::PlanPricingExplanation;

refusals! {
    ExplainPlanPricingRefusals: PLAIN, PlanNotFound;
}

/// The operation that explains prices.
#[derive(Debug)]
pub struct ExplainApi;

#[OpenApi(tag = "Tag::Explain")]
impl ExplainApi {
    /// Explain the pricing of a plan
    ///
    /// Says of each money value of a plan where it comes from: prices, included balances, discounts
    /// of an amount, and prices of overage, in US dollars and in every other currency. For a
    /// derived value it shows the base, the exchange rate and their exact product; for one that was
    /// set by hand, the value that would be derived and how far from it the value is. Offers and
    /// overage that are switched off are left out.
    ///
    /// In the catalog of `pricebook demo`, try the plan `pro`, whose prices in `eur` are set by
    /// hand.
    #[oai(
        path = "/plans/:id/explain",
        method = "get",
        operation_id = "explain-plan-pricing"
    )]
    async fn explain_plan_pricing(
        &self,
        caller: Authorized<ReadPlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The currency of the values, in lower or upper case; all of them if omitted.
        currency: Param<OptionalCurrency>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<One<PlanPricingExplanation>>, Refused<ExplainPlanPricingRefusals>> {
        let explained = caller
            .app
            .explain_plan(caller.caller(), id.0.0.as_ref(), currency.0?.0)
            .await?;
        Ok(Read::one(&PlanPricingExplanation::new(explained), &if_none_match).await?)
    }
}
