//! The operations of features in plans.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{One, Refused, Wrote, refusals};
use crate::api::kit::needs::WritePlans;
use crate::api::kit::parameter::{FeatureParam, PlanParam};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::plan_feature::{
    AddPlanFeatureRequest, PlanFeature, RemovedPlanFeature, UpdatePlanFeatureRequest,
};
use crate::catalog::plan_feature::{AddPlanFeature, RemovePlanFeature, UpdatePlanFeature};

request_schemas!(AddPlanFeatureRequest, UpdatePlanFeatureRequest);

refusals! {
    AddPlanFeatureRefusals: BODY, PlanNotFound, FeatureNotFound, FeatureAlreadyExists;
    UpdatePlanFeatureRefusals: BODY, PlanNotFound, FeatureNotInPlan;
    RemovePlanFeatureRefusals: PLAIN, PlanNotFound, FeatureNotInPlan;
}

/// The operations of features in plans.
#[derive(Debug)]
pub struct PlanFeaturesApi;

#[OpenApi(tag = "Tag::PlanFeatures")]
impl PlanFeaturesApi {
    /// Add a feature to a plan
    ///
    /// Adds a feature to a plan, with its limits and what use beyond them costs. A boolean feature
    /// takes only `enabled`. Overage gets its prices in every currency that the plan has a rate
    /// for.
    #[oai(
        path = "/plans/:id/features",
        method = "post",
        operation_id = "add-plan-feature"
    )]
    async fn add_plan_feature(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        headers: WriteHeaders,
        body: Body<AddPlanFeatureRequest>,
    ) -> Result<Wrote<One<PlanFeature>>, Refused<AddPlanFeatureRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let (feature, settings) = body.request.into_domain();
        let command = AddPlanFeature {
            plan: id.0.0,
            feature,
            settings,
        };
        Ok(caller.write(call, command, PlanFeature::new).await?)
    }

    /// Update a feature of a plan
    ///
    /// Changes how a plan includes a feature. Derived prices of overage follow; prices set by hand
    /// stay.
    #[oai(
        path = "/plans/:id/features/:featureId",
        method = "put",
        operation_id = "update-plan-feature"
    )]
    async fn update_plan_feature(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The id or code of the feature.
        #[oai(name = "featureId")]
        feature_id: Path<FeatureParam>,
        headers: WriteHeaders,
        body: Body<UpdatePlanFeatureRequest>,
    ) -> Result<Wrote<One<PlanFeature>>, Refused<UpdatePlanFeatureRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let patch = body.request.into_domain();
        let command = UpdatePlanFeature {
            plan: id.0.0,
            feature: feature_id.0.0,
            patch,
        };
        Ok(caller.write(call, command, PlanFeature::new).await?)
    }

    /// Remove a feature from a plan
    ///
    /// Takes a feature out of a plan, with all its prices of overage. The feature itself stays in
    /// the catalog.
    #[oai(
        path = "/plans/:id/features/:featureId",
        method = "delete",
        operation_id = "remove-plan-feature"
    )]
    async fn remove_plan_feature(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The id or code of the feature.
        #[oai(name = "featureId")]
        feature_id: Path<FeatureParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<RemovedPlanFeature>>, Refused<RemovePlanFeatureRefusals>> {
        let command = RemovePlanFeature {
            plan: id.0.0,
            feature: feature_id.0.0,
        };
        Ok(caller
            .write(headers.call()?, command, RemovedPlanFeature::new)
            .await?)
    }
}
