//! The operations of plans.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{ListOf, One, Read, ReadAt, Refused, Wrote, refusals};
use crate::api::kit::needs::{SeePlans, WritePlans};
use crate::api::kit::parameter::{
    AsOf, AtRevision, Cursor, IfNoneMatch, IncludePrivate, Moment, OptionalLimit, PageWanted,
    Param, Pinned, PlanParam, together,
};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::deleted::DeletedPlan;
use crate::api::schema::plan::{
    CreatePlanRequest, Plan, PlanVisibility, SetPlanVisibilityRequest, UpdatePlanRequest,
};
use crate::catalog::plan::{CreatePlan, DeletePlan, UpdatePlan};
use crate::catalog::plan_answers::{PlanJson, PlanPosition, PlanReader};
use crate::domain::permission::Audience;
use crate::domain::scope::Scope;
use crate::domain::{Error, plan};

request_schemas!(
    CreatePlanRequest,
    UpdatePlanRequest,
    SetPlanVisibilityRequest
);

refusals! {
    ListPlansRefusals: PLAIN, HistoryPruned;
    GetPlanRefusals: PLAIN, PlanNotFound, HistoryPruned;
    CreatePlanRefusals: BODY, PlanGroupNotFound, Duplicate;
    UpdatePlanRefusals: BODY, PlanNotFound;
    DeletePlanRefusals: PLAIN, PlanNotFound;
    SetPlanVisibilityRefusals: BODY, PlanNotFound;
}

/// How plans are written for whoever reads them.
const PLAN_JSON: PlanJson = PlanJson {
    plan: json_of,
    cursor: Cursor::after,
};

/// A plan as its audience is shown it.
fn json_of(plan: plan::Plan, scope: &Scope, audience: Audience) -> Result<String, Error> {
    let plan = Plan::new(plan, scope);
    let json = match audience {
        Audience::Full => serde_json::to_string(&plan),
        Audience::Public => serde_json::to_string(&plan.for_public()),
    };
    json.map_err(|why| Error::Internal(Box::new(why)))
}

/// The operations of plans.
#[derive(Debug)]
pub struct PlansApi;

#[OpenApi(tag = "Tag::Plans")]
impl PlansApi {
    /// List plans
    ///
    /// Lists the plans of the catalog with everything that is in them, by position and then by
    /// creation. Private plans are left out unless they are asked for. Without `limit` the list is
    /// whole; with it, `nextCursor` leads to the next page. A publishable key is shown public
    /// plans only.
    #[oai(path = "/plans", method = "get", operation_id = "list-plans")]
    #[allow(clippy::too_many_arguments)] // Each is a parameter of the query.
    async fn list_plans(
        &self,
        caller: Authorized<SeePlans>,
        _query: KnownQuery,
        /// `true` lists private plans too.
        #[oai(name = "includePrivate")]
        include_private: Param<IncludePrivate>,
        /// The maximum number of plans to return; all of them if omitted.
        limit: Param<OptionalLimit>,
        /// The `nextCursor` of the previous page.
        cursor: Param<Cursor<Pinned<PlanPosition>>>,
        /// The time as of which the catalog is shown: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is shown; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<ListOf<Plan>>, Refused<ListPlansRefusals>> {
        let moment = Moment::new(as_of, revision);
        caller.require_past(moment.is_given() || cursor.is_of_past())?;
        let page = moment.page(limit, cursor);
        let (page, IncludePrivate(private)) = together(page, include_private.0)?;
        match page {
            PageWanted::Present(page) => {
                let reader = PlanReader {
                    audience: caller.audience(),
                    json: PLAN_JSON,
                };
                let ready = caller
                    .app
                    .plans_answer(caller.view(), private, &page, reader);
                let ready = ready.await?;
                Ok(Read::ready(&ready, &if_none_match).await.into())
            }
            PageWanted::Past(page) => {
                let scope = caller.scope();
                let page = caller.app.past_plans(scope, private, &page).await?;
                let convert = |plan| Plan::new(plan, scope);
                Ok(ReadAt::page(page, &if_none_match, convert).await?)
            }
        }
    }

    /// Get a plan
    ///
    /// Reads one plan by its id or code, with everything that is in it. For a publishable key a
    /// private plan does not exist.
    #[oai(path = "/plans/:id", method = "get", operation_id = "get-plan")]
    async fn get_plan(
        &self,
        caller: Authorized<SeePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        /// The time as of which the catalog is shown: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is shown; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<One<Plan>>, Refused<GetPlanRefusals>> {
        let moment = Moment::new(as_of, revision);
        caller.require_past(moment.is_given())?;
        let id = id.0.0.as_ref();
        match moment.past()? {
            None => {
                let reader = PlanReader {
                    audience: caller.audience(),
                    json: PLAN_JSON,
                };
                let ready = caller.app.plan_answer(caller.view(), id, reader).await?;
                Ok(Read::ready(&ready, &if_none_match).await.into())
            }
            Some(moment) => {
                let scope = caller.scope();
                let plan = caller.app.past_plan(scope, id, moment).await?;
                let convert = |plan| Plan::new(plan, scope);
                Ok(ReadAt::one(plan, &if_none_match, convert).await?)
            }
        }
    }

    /// Create a plan
    ///
    /// Adds a plan to the catalog. Its code must be free. The first plan of a catalog is its
    /// default plan. Features and prices are added afterwards.
    #[oai(path = "/plans/manage", method = "post", operation_id = "create-plan")]
    async fn create_plan(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        headers: WriteHeaders,
        body: Body<CreatePlanRequest>,
    ) -> Result<Wrote<One<Plan>>, Refused<CreatePlanRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let (new, group) = body.request.into_domain();
        let command = CreatePlan { new, group };
        let answer = caller.write(call, command, |plan, scope| Plan::new(plan.clone(), scope));
        Ok(answer.await?)
    }

    /// Update a plan
    ///
    /// Changes the name, description, visibility or metadata of a plan. Metadata is replaced as a
    /// whole.
    #[oai(
        path = "/plans/:id/manage",
        method = "put",
        operation_id = "update-plan"
    )]
    async fn update_plan(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        headers: WriteHeaders,
        body: Body<UpdatePlanRequest>,
    ) -> Result<Wrote<One<Plan>>, Refused<UpdatePlanRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = UpdatePlan {
            plan: id.0.0,
            patch: body.request.into_domain(),
        };
        let answer = caller.write(call, command, |plan, scope| Plan::new(plan.clone(), scope));
        Ok(answer.await?)
    }

    /// Delete a plan
    ///
    /// Deletes a plan; its code is free again. If it was the default plan, the next one in the
    /// list becomes the default.
    #[oai(
        path = "/plans/:id/manage",
        method = "delete",
        operation_id = "delete-plan"
    )]
    async fn delete_plan(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedPlan>>, Refused<DeletePlanRefusals>> {
        let command = DeletePlan { plan: id.0.0 };
        Ok(caller
            .write(headers.call()?, command, DeletedPlan::new)
            .await?)
    }

    /// Set the visibility of a plan
    ///
    /// Makes a plan public or private. Lists leave private plans out unless they are asked for.
    #[oai(
        path = "/plans/:id/visibility",
        method = "put",
        operation_id = "set-plan-visibility"
    )]
    async fn set_plan_visibility(
        &self,
        caller: Authorized<WritePlans>,
        _query: KnownQuery,
        /// The id or code of the plan.
        id: Path<PlanParam>,
        headers: WriteHeaders,
        body: Body<SetPlanVisibilityRequest>,
    ) -> Result<Wrote<One<PlanVisibility>>, Refused<SetPlanVisibilityRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = UpdatePlan {
            plan: id.0.0,
            patch: body.request.into_domain(),
        };
        Ok(caller.write(call, command, PlanVisibility::new).await?)
    }
}
