//! The operation that explains prices.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::envelope::{One, Read, ReadAt, Refused, refusals};
use crate::api::kit::needs::ReadPlans;
use crate::api::kit::parameter::{
    AsOf, AtRevision, DemoPlanParam, IfNoneMatch, Moment, OptionalCurrency, Param, together,
};
use crate::api::kit::query::KnownQuery;
use crate::api::schema::explain::PlanPricingExplanation;

refusals! {
    ExplainPlanPricingRefusals: PLAIN, PlanNotFound, HistoryPruned;
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
    #[allow(clippy::too_many_arguments)] // Each is a parameter of the call.
    async fn explain_plan_pricing(
        &self,
        caller: Authorized<ReadPlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<DemoPlanParam>,
        /// The currency of the values, in lower or upper case; all of them if omitted.
        currency: Param<OptionalCurrency>,
        /// The time as of which the plan is explained: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the plan is explained; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<One<PlanPricingExplanation>>, Refused<ExplainPlanPricingRefusals>> {
        let moment = Moment::new(as_of, revision).past();
        let (OptionalCurrency(currency), moment) = together(currency.0, moment)?;
        let (app, plan) = (&caller.app, id.0.0.as_ref());
        match moment {
            None => {
                let explained = app.explain_plan(caller.caller(), plan, currency).await?;
                let explained = PlanPricingExplanation::new(explained);
                Ok(Read::one(&explained, &if_none_match).await?.into())
            }
            Some(moment) => {
                let explained = app.explain_past_plan(caller.caller(), plan, currency, moment);
                let convert = PlanPricingExplanation::new;
                Ok(ReadAt::one(explained.await?, &if_none_match, convert).await?)
            }
        }
    }
}
