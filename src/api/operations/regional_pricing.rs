//! The operations of regional pricing.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{One, Refused, Wrote, refusals};
use crate::api::kit::needs::WritePlans;
use crate::api::kit::parameter::{CurrencyParam, PlanParam, PriceParam};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::deleted::{DeletedPlanCurrency, DeletedPlanRegionalPricing};
use crate::api::schema::regional::{
    PlanRegionalPricing, PlanRegionalPricingResult, ResyncPlanRegionalPricingRequest,
    SetPlanRegionalPricingRequest, UpsertRegionalPricesRequest,
};
use crate::catalog::regional::{
    DeletePlanRegionalPricing, DeleteRegionalPrices, ResyncPlanRegionalPricing,
    SetPlanRegionalPricing, UpsertRegionalPrices,
};

request_schemas!(
    UpsertRegionalPricesRequest,
    SetPlanRegionalPricingRequest,
    ResyncPlanRegionalPricingRequest
);

refusals! {
    UpsertRegionalPricesRefusals: BODY, PlanNotFound, PriceNotFound;
    DeleteRegionalPricesRefusals: PLAIN, PlanNotFound, PriceNotFound;
    SetPlanRegionalPricingRefusals: BODY, PlanNotFound, PriceNotFound, FeatureNotInPlan;
    DeletePlanRegionalPricingRefusals: PLAIN, PlanNotFound, RegionalPricingNotFound;
    ResyncPlanRegionalPricingRefusals: BODY, PlanNotFound, PriceNotFound, FeatureNotInPlan,
        RegionalPricingNotFound;
}

/// The operations of regional pricing.
#[derive(Debug)]
pub struct RegionalPricingApi;

#[OpenApi(tag = "Tag::RegionalPricing")]
impl RegionalPricingApi {
    /// Set the regional pricing of a plan
    ///
    /// Prices a plan in one currency. The exchange rate is stored, and every price, included
    /// balance, price of overage and intro offer that is not set by hand is derived with it:
    /// converted exactly and rounded once, half away from zero, to minor units of the currency.
    /// Values in the request are set by hand and stay until they are set again. Sending the same
    /// request again changes nothing.
    #[oai(
        path = "/plans/:id/regional",
        method = "put",
        operation_id = "set-plan-regional-pricing"
    )]
    async fn set_plan_regional_pricing(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        headers: WriteHeaders,
        body: Body<SetPlanRegionalPricingRequest>,
    ) -> Result<Wrote<One<PlanRegionalPricingResult>>, Refused<SetPlanRegionalPricingRefusals>>
    {
        let call = headers.call_with(&body.digest)?;
        let command = SetPlanRegionalPricing {
            plan: id.0.0,
            pricing: body.request.into_domain(),
        };
        Ok(caller
            .write(call, command, PlanRegionalPricingResult::new)
            .await?)
    }

    /// Delete the regional pricing of a plan
    ///
    /// Withdraws a currency from a plan: deletes its exchange rate and every value in it, whether derived
    /// or set by hand.
    #[oai(
        path = "/plans/:id/regional/:currency",
        method = "delete",
        operation_id = "delete-plan-regional-pricing"
    )]
    async fn delete_plan_regional_pricing(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The currency by its ISO 4217 code, in lower or upper case.
        currency: Path<CurrencyParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedPlanCurrency>>, Refused<DeletePlanRegionalPricingRefusals>> {
        let command = DeletePlanRegionalPricing {
            plan: id.0.0,
            currency: currency.0.0,
        };
        Ok(caller
            .write(headers.call()?, command, DeletedPlanCurrency::new)
            .await?)
    }

    /// Resync the regional pricing of a plan
    ///
    /// Derives values again that were set by hand in one currency, at its exchange rate: those that
    /// the request names, or all of them. Values that were deleted stay away until the exchange rate
    /// is set again.
    #[oai(
        path = "/plans/:id/regional/:currency/resync",
        method = "post",
        operation_id = "resync-plan-regional-pricing"
    )]
    async fn resync_plan_regional_pricing(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The currency by its ISO 4217 code, in lower or upper case.
        currency: Path<CurrencyParam>,
        headers: WriteHeaders,
        body: Body<ResyncPlanRegionalPricingRequest>,
    ) -> Result<Wrote<One<PlanRegionalPricingResult>>, Refused<ResyncPlanRegionalPricingRefusals>>
    {
        let call = headers.call_with(&body.digest)?;
        let command = ResyncPlanRegionalPricing {
            plan: id.0.0,
            currency: currency.0.0,
            resync: body.request.into_domain(),
        };
        Ok(caller
            .write(call, command, PlanRegionalPricingResult::new)
            .await?)
    }

    /// Set regional prices of a price
    ///
    /// Sets prices of one price in other currencies by hand. Currencies that the request does not
    /// name stay as they are, and no exchange rate is stored.
    #[oai(
        path = "/plans/:id/prices/:priceId/regional",
        method = "put",
        operation_id = "upsert-regional-prices"
    )]
    async fn upsert_regional_prices(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The id of the price.
        #[oai(name = "priceId")]
        price_id: Path<PriceParam>,
        headers: WriteHeaders,
        body: Body<UpsertRegionalPricesRequest>,
    ) -> Result<Wrote<One<PlanRegionalPricing>>, Refused<UpsertRegionalPricesRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let overrides = body.request.into_domain();
        let command = UpsertRegionalPrices {
            plan: id.0.0,
            price: price_id.0.0,
            overrides,
        };
        Ok(caller
            .write(call, command, PlanRegionalPricing::new)
            .await?)
    }

    /// Delete the regional prices of a price
    ///
    /// Deletes the regional values of a price, whether derived or set by hand. The exchange rates of the
    /// plan stay; derived values come back only when the rate of their currency is set
    /// again.
    #[oai(
        path = "/plans/:id/prices/:priceId/regional",
        method = "delete",
        operation_id = "delete-regional-prices"
    )]
    async fn delete_regional_prices(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The id of the price.
        #[oai(name = "priceId")]
        price_id: Path<PriceParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedPlanRegionalPricing>>, Refused<DeleteRegionalPricesRefusals>> {
        let command = DeleteRegionalPrices {
            plan: id.0.0,
            price: price_id.0.0,
        };
        let answer = caller.write(headers.call()?, command, |(), scope| {
            DeletedPlanRegionalPricing::new(scope)
        });
        Ok(answer.await?)
    }
}
