//! The operations of plan groups.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{One, PagesOf, Read, ReadAt, Refused, Wrote, refusals};
use crate::api::kit::needs::{ReadPlanGroups, WritePlanGroups};
use crate::api::kit::parameter::{
    AsOf, AtRevision, Cursor, IfNoneMatch, Limit, Moment, PageWanted, Param, Pinned,
    PlanGroupParam, PlanParam,
};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::deleted::DeletedPlanGroup;
use crate::api::schema::plan_group::{
    AddPlanToGroupRequest, AddedPlanToGroup, CreatePlanGroupRequest, PlanGroup,
    RemovedPlanFromGroup, ReorderPlansRequest, ReorderedPlans, UpdatePlanGroupRequest,
};
use crate::catalog::plan_group::{
    AddPlanToGroup, CreatePlanGroup, DeletePlanGroup, RemovePlanFromGroup, ReorderPlansInGroup,
    UpdatePlanGroup,
};
use crate::domain::id::PlanGroupId;
use crate::domain::money::Count;
use crate::domain::page::CreationPosition;
use crate::domain::plan::PlanRef;

request_schemas!(
    CreatePlanGroupRequest,
    UpdatePlanGroupRequest,
    AddPlanToGroupRequest,
    ReorderPlansRequest,
);

refusals! {
    ListPlanGroupsRefusals: PLAIN, HistoryPruned;
    GetPlanGroupRefusals: PLAIN, PlanGroupNotFound, HistoryPruned;
    CreatePlanGroupRefusals: BODY, Duplicate;
    UpdatePlanGroupRefusals: BODY, PlanGroupNotFound, Duplicate;
    DeletePlanGroupRefusals: PLAIN, PlanGroupNotFound;
    AddPlanToGroupRefusals: BODY, PlanGroupNotFound, PlanNotFound, Duplicate;
    RemovePlanFromGroupRefusals: PLAIN, PlanGroupNotFound, PlanNotFound;
    ReorderPlansRefusals: BODY, PlanGroupNotFound;
}

/// The operations of plan groups.
#[derive(Debug)]
pub struct PlanGroupsApi;

#[OpenApi(tag = "Tag::PlanGroups")]
impl PlanGroupsApi {
    /// List plan groups
    ///
    /// Lists the plan groups of the catalog with their plans, oldest group first, in pages.
    #[oai(
        path = "/plan-groups",
        method = "get",
        operation_id = "list-plan-groups"
    )]
    #[allow(clippy::too_many_arguments)] // Each is a parameter of the query.
    async fn list_plan_groups(
        &self,
        caller: Authorized<ReadPlanGroups>,
        _query: KnownQuery,
        /// The maximum number of plan groups to return.
        limit: Param<Limit>,
        /// The `nextCursor` of the previous page.
        cursor: Param<Cursor<Pinned<CreationPosition<PlanGroupId>>>>,
        /// The time as of which the catalog is shown: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is shown; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<PagesOf<PlanGroup>>, Refused<ListPlanGroupsRefusals>> {
        let scope = caller.scope();
        let convert = |item| PlanGroup::new(item, scope);
        match Moment::new(as_of, revision).page(limit, cursor)? {
            PageWanted::Present(page) => {
                let page = caller.app.list_plan_groups(scope, &page).await?;
                Ok(Read::page(page, &if_none_match, convert).await?.into())
            }
            PageWanted::Past(page) => {
                let page = caller.app.past_plan_groups(scope, &page).await?;
                Ok(ReadAt::page(page, &if_none_match, convert).await?)
            }
        }
    }

    /// Get a plan group
    ///
    /// Reads one plan group with its plans in their order.
    #[oai(
        path = "/plan-groups/:id",
        method = "get",
        operation_id = "get-plan-group"
    )]
    async fn get_plan_group(
        &self,
        caller: Authorized<ReadPlanGroups>,
        _query: KnownQuery,
        /// The id of the plan group.
        id: Path<PlanGroupParam>,
        /// The time as of which the catalog is shown: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is shown; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<One<PlanGroup>>, Refused<GetPlanGroupRefusals>> {
        let (scope, id) = (caller.scope(), id.0.0.as_ref());
        let convert = |group| PlanGroup::new(group, scope);
        match Moment::new(as_of, revision).past()? {
            None => {
                let group = caller.app.get_plan_group(scope, id).await?;
                Ok(Read::one(&convert(group), &if_none_match).await?.into())
            }
            Some(moment) => {
                let group = caller.app.past_plan_group(scope, id, moment).await?;
                Ok(ReadAt::one(group, &if_none_match, convert).await?)
            }
        }
    }

    /// Create a plan group
    ///
    /// Adds an empty plan group to the catalog. Its name must be free.
    #[oai(
        path = "/plan-groups",
        method = "post",
        operation_id = "create-plan-group"
    )]
    async fn create_plan_group(
        &self,
        caller: Authorized<WritePlanGroups>,
        _query: KnownQuery,
        headers: WriteHeaders,
        body: Body<CreatePlanGroupRequest>,
    ) -> Result<Wrote<One<PlanGroup>>, Refused<CreatePlanGroupRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = CreatePlanGroup(body.request.into_domain());
        let answer = caller.write(call, command, |group, scope| {
            PlanGroup::new(group.clone(), scope)
        });
        Ok(answer.await?)
    }

    /// Update a plan group
    ///
    /// Changes the name, description or visibility of a plan group. Its name must be free.
    #[oai(
        path = "/plan-groups/:id",
        method = "put",
        operation_id = "update-plan-group"
    )]
    async fn update_plan_group(
        &self,
        caller: Authorized<WritePlanGroups>,
        _query: KnownQuery,
        /// The id of the plan group.
        id: Path<PlanGroupParam>,
        headers: WriteHeaders,
        body: Body<UpdatePlanGroupRequest>,
    ) -> Result<Wrote<One<PlanGroup>>, Refused<UpdatePlanGroupRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = UpdatePlanGroup {
            id: id.0.0,
            patch: body.request.into_domain(),
        };
        let answer = caller.write(call, command, |group, scope| {
            PlanGroup::new(group.clone(), scope)
        });
        Ok(answer.await?)
    }

    /// Delete a plan group
    ///
    /// Deletes a plan group. Its plans are kept, in no group.
    #[oai(
        path = "/plan-groups/:id",
        method = "delete",
        operation_id = "delete-plan-group"
    )]
    async fn delete_plan_group(
        &self,
        caller: Authorized<WritePlanGroups>,
        _query: KnownQuery,
        /// The id of the plan group.
        id: Path<PlanGroupParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedPlanGroup>>, Refused<DeletePlanGroupRefusals>> {
        let command = DeletePlanGroup { id: id.0.0 };
        Ok(caller
            .write(headers.call()?, command, DeletedPlanGroup::new)
            .await?)
    }

    /// Add a plan to a group
    ///
    /// Puts a plan into a group, at a position or after the last plan. A plan is in at most one
    /// group: remove it from its present group first.
    #[oai(
        path = "/plan-groups/:id/plans",
        method = "post",
        operation_id = "add-plan-to-group"
    )]
    async fn add_plan_to_group(
        &self,
        caller: Authorized<WritePlanGroups>,
        _query: KnownQuery,
        /// The id of the plan group.
        id: Path<PlanGroupParam>,
        headers: WriteHeaders,
        body: Body<AddPlanToGroupRequest>,
    ) -> Result<Wrote<One<AddedPlanToGroup>>, Refused<AddPlanToGroupRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let AddPlanToGroupRequest {
            plan_id,
            sort_order,
        } = body.request;
        let command = AddPlanToGroup {
            id: id.0.0,
            plan: PlanRef::parse(plan_id.as_str()),
            sort_order: sort_order.map(Count::get),
        };
        let answer = caller.write(call, command, |(), scope| AddedPlanToGroup::new(scope));
        Ok(answer.await?)
    }

    /// Remove a plan from a group
    ///
    /// Removes a plan from a group. The plan is kept and is ordered by creation again.
    #[oai(
        path = "/plan-groups/:id/plans/:planId",
        method = "delete",
        operation_id = "remove-plan-from-group"
    )]
    async fn remove_plan_from_group(
        &self,
        caller: Authorized<WritePlanGroups>,
        _query: KnownQuery,
        /// The id of the plan group.
        id: Path<PlanGroupParam>,
        /// The id or code of the plan.
        #[oai(name = "planId")]
        plan_id: Path<PlanParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<RemovedPlanFromGroup>>, Refused<RemovePlanFromGroupRefusals>> {
        let command = RemovePlanFromGroup {
            id: id.0.0,
            plan: plan_id.0.0,
        };
        Ok(caller
            .write(headers.call()?, command, RemovedPlanFromGroup::new)
            .await?)
    }

    // The path of the next operation hides the plan with the code `reorder` from the one above.
    #[oai(
        path = "/plan-groups/:id/plans/reorder",
        method = "delete",
        hidden = true
    )]
    async fn remove_plan_with_code_reorder(
        &self,
        caller: Authorized<WritePlanGroups>,
        _query: KnownQuery,
        id: Path<PlanGroupParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<RemovedPlanFromGroup>>, Refused<RemovePlanFromGroupRefusals>> {
        let plan = PlanRef::parse("reorder");
        let command = RemovePlanFromGroup { id: id.0.0, plan };
        Ok(caller
            .write(headers.call()?, command, RemovedPlanFromGroup::new)
            .await?)
    }

    /// Reorder the plans of a group
    ///
    /// Gives the plans of a group a new order. The request names every plan of the group exactly
    /// once.
    #[oai(
        path = "/plan-groups/:id/plans/reorder",
        method = "put",
        operation_id = "reorder-plans-in-group"
    )]
    async fn reorder_plans_in_group(
        &self,
        caller: Authorized<WritePlanGroups>,
        _query: KnownQuery,
        /// The id of the plan group.
        id: Path<PlanGroupParam>,
        headers: WriteHeaders,
        body: Body<ReorderPlansRequest>,
    ) -> Result<Wrote<One<ReorderedPlans>>, Refused<ReorderPlansRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = ReorderPlansInGroup {
            id: id.0.0,
            plans: body.request.into_domain(),
        };
        let answer = caller.write(call, command, |(), scope| ReorderedPlans::new(scope));
        Ok(answer.await?)
    }
}
