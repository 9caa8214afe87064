//! The operations of prices of plans.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{One, Refused, Wrote, refusals};
use crate::api::kit::needs::WritePlans;
use crate::api::kit::parameter::{PlanParam, PriceParam};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::deleted::DeletedPlan;
use crate::api::schema::plan_price::{
    AddPlanPriceRequest, DefaultPlanPrice, PlanPrice, UpdatePlanPriceRequest,
};
use crate::catalog::plan_price::{
    AddPlanPrice, DeletePlanPrice, SetDefaultPlanPrice, UpdatePlanPrice,
};

request_schemas!(AddPlanPriceRequest, UpdatePlanPriceRequest);

refusals! {
    AddPlanPriceRefusals: BODY, PlanNotFound, Duplicate;
    UpdatePlanPriceRefusals: BODY, PlanNotFound, PriceNotFound, DefaultPriceRequired;
    DeletePlanPriceRefusals: PLAIN, PlanNotFound, PriceNotFound;
    SetDefaultPlanPriceRefusals: KEYED, PlanNotFound, PriceNotFound;
}

/// The operations of prices of plans.
#[derive(Debug)]
pub struct PlanPricesApi;

#[OpenApi(tag = "Tag::PlanPrices")]
impl PlanPricesApi {
    /// Add a price to a plan
    ///
    /// Adds a price in US dollars for a billing interval that the plan has no price for yet. It
    /// gets its values in every currency that the plan has a rate for. The first price of a plan
    /// is its default price.
    #[oai(
        path = "/plans/:id/prices",
        method = "post",
        operation_id = "add-plan-price"
    )]
    async fn add_plan_price(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        headers: WriteHeaders,
        body: Body<AddPlanPriceRequest>,
    ) -> Result<Wrote<One<PlanPrice>>, Refused<AddPlanPriceRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let (billing_interval, terms, is_default) = body.request.into_domain();
        let command = AddPlanPrice {
            plan: id.0.0,
            billing_interval,
            terms,
            is_default,
        };
        Ok(caller.write(call, command, PlanPrice::new).await?)
    }

    /// Update a price of a plan
    ///
    /// Changes a price. Derived values in other currencies follow in the same step; values set by
    /// hand stay. If a derived value would become too large, or free by rounding, or a discount would
    /// be larger than the price beside it in any currency, the whole change is refused. While an
    /// intro offer is switched off it is held to no limit, and no currency shows it.
    #[oai(
        path = "/plans/:id/prices/:priceId",
        method = "put",
        operation_id = "update-plan-price"
    )]
    async fn update_plan_price(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The id of the price.
        #[oai(name = "priceId")]
        price_id: Path<PriceParam>,
        headers: WriteHeaders,
        body: Body<UpdatePlanPriceRequest>,
    ) -> Result<Wrote<One<PlanPrice>>, Refused<UpdatePlanPriceRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = UpdatePlanPrice {
            plan: id.0.0,
            price: price_id.0.0,
            patch: body.request.into_domain(),
        };
        Ok(caller.write(call, command, PlanPrice::new).await?)
    }

    /// Delete a price of a plan
    ///
    /// Deletes a price with its values in other currencies. If it was the default price, the
    /// oldest remaining price becomes the default.
    #[oai(
        path = "/plans/:id/prices/:priceId",
        method = "delete",
        operation_id = "delete-plan-price"
    )]
    async fn delete_plan_price(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The id of the price.
        #[oai(name = "priceId")]
        price_id: Path<PriceParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedPlan>>, Refused<DeletePlanPriceRefusals>> {
        let command = DeletePlanPrice {
            plan: id.0.0,
            price: price_id.0.0,
        };
        Ok(caller
            .write(headers.call()?, command, DeletedPlan::of_price)
            .await?)
    }

    /// Set the default price of a plan
    ///
    /// Makes a price the default of its plan, in place of the previous one. There is no body.
    #[oai(
        path = "/plans/:id/prices/:priceId/default",
        method = "put",
        operation_id = "set-default-plan-price"
    )]
    async fn set_default_plan_price(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The id of the price.
        #[oai(name = "priceId")]
        price_id: Path<PriceParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DefaultPlanPrice>>, Refused<SetDefaultPlanPriceRefusals>> {
        let command = SetDefaultPlanPrice {
            plan: id.0.0,
            price: price_id.0.0,
        };
        Ok(caller
            .write(headers.call()?, command, DefaultPlanPrice::new)
            .await?)
    }
}
