//! The operations of changesets.

use std::sync::Arc;

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::changeset_source::{SourceKey, wanted};
use crate::api::kit::document_body::DocumentBody;
use crate::api::kit::envelope::{
    ObjectsOf, One, PagesOf, Read, Refused, Wrote, body_of, body_with_objects, refusals,
};
use crate::api::kit::error::Rejection;
use crate::api::kit::needs::{MakeChangesets, ReadCatalog, WriteCatalog};
use crate::api::kit::parameter::{
    ChangesetParam, Cursor, IfNoneMatch, Limit, ObjectLimit, ObjectPosition, Param, SourceApiKey,
    StatusFilter, page, together,
};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::changeset::{
    AppliedChangeset, ApplyChangesetRequest, Changeset, CreateChangesetRequest,
};
use crate::api::schema::deleted::DeletedChangeset;
use crate::catalog::changeset::{
    Applied, ApplyChangeset, ChangesetPosition, ChangesetView, DiscardChangeset, KeepChangeset,
    ObjectPage,
};
use crate::catalog::write::Answer;
use crate::domain::Error;
use crate::domain::id::ChangesetId;
use crate::domain::scope::{Mode, Scope};

request_schemas!(CreateChangesetRequest, ApplyChangesetRequest);

refusals! {
    CreateChangesetRefusals: BODY, DocumentInvalid, FeatureInUse, PlanNotFound, HistoryPruned;
    ListChangesetsRefusals: PLAIN;
    GetChangesetRefusals: PLAIN, ChangesetNotFound;
    DiscardChangesetRefusals: PLAIN, ChangesetNotFound, AlreadyApplied;
    ApplyChangesetRefusals: BODY, ChangesetNotFound, DigestMismatch, ConfirmationRequired,
        FindingsNotAcknowledged, ChangesetStale, AlreadyApplied;
}

/// The operations of changesets.
#[derive(Debug)]
pub struct ChangesetsApi;

#[OpenApi(tag = "Tag::Changesets")]
impl ChangesetsApi {
    /// Make a changeset
    ///
    /// Finds what it takes to make the catalog what a source says, and keeps it to be looked at and
    /// applied. The source is a document, the catalog of the other mode, an earlier revision of this
    /// catalog, or exchange rates. Objects match by code, groups by name and prices by interval, and
    /// keep their ids. Nothing changes before the changeset is applied.
    ///
    /// A body may have up to 32 MiB. A mistake in a document is told with its path, line and column.
    #[oai(
        path = "/changesets",
        method = "post",
        operation_id = "create-changeset"
    )]
    async fn create_changeset(
        &self,
        caller: Authorized<MakeChangesets>,
        _query: KnownQuery,
        headers: WriteHeaders,
        source_key: SourceKey,
        /// An API key of the catalog that the changeset is made from, if the caller's key may not read it.
        #[oai(name = "Source-Api-Key")]
        source_api_key: Param<SourceApiKey>,
        body: DocumentBody,
    ) -> Result<Wrote<ObjectsOf<Changeset>>, Refused<CreateChangesetRefusals>> {
        let (call, SourceApiKey) = together(headers.call_with(&body.digest), source_api_key.0)?;
        let source_key = source_key.caller()?;
        let DocumentBody {
            request, document, ..
        } = body;
        let _permit = caller.begin_whole().await?;
        let (wanted, document) =
            wanted(request, document, caller.caller(), source_key, &caller.app).await?;
        let origin = call.origin(caller.caller());
        let draft = caller.app.draft_changeset(caller.scope(), wanted, &origin);
        let draft = draft.await.map_err(|error| match document {
            Some(document) => document.placed(error),
            None => Rejection::from(error),
        })?;
        let command = KeepChangeset(Arc::new(draft));
        let answer = |view: &ChangesetView, scope: &Scope| {
            body_with_objects(view.clone(), 0, scope).map(Answer::from)
        };
        Ok(caller.write_with(call, command, answer).await?)
    }

    /// List changesets
    ///
    /// Lists the changesets of the last 7 days, the newest first and without their objects.
    #[oai(path = "/changesets", method = "get", operation_id = "list-changesets")]
    async fn list_changesets(
        &self,
        caller: Authorized<ReadCatalog>,
        _query: KnownQuery,
        /// Only changesets of which this became.
        status: Param<StatusFilter>,
        /// The maximum number of changesets to return.
        limit: Param<Limit>,
        /// The `nextCursor` of the previous page.
        cursor: Param<Cursor<ChangesetPosition>>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<PagesOf<Changeset>>, Refused<ListChangesetsRefusals>> {
        let (StatusFilter(status), page) = together(status.0, page(limit, cursor))?;
        let scope = caller.scope();
        let found = caller.app.list_changesets(scope, status, &page).await?;
        let convert = |changeset| Changeset::listed(changeset, scope);
        Ok(Read::placed(found, &if_none_match, convert).await?)
    }

    /// Get a changeset
    ///
    /// Reads one changeset, with up to 1000 of its objects; `nextCursor` leads to more.
    #[oai(
        path = "/changesets/:id",
        method = "get",
        operation_id = "get-changeset"
    )]
    async fn get_changeset(
        &self,
        caller: Authorized<ReadCatalog>,
        _query: KnownQuery,
        /// The id of the changeset.
        id: Path<ChangesetParam>,
        /// The maximum number of objects to return.
        limit: Param<ObjectLimit>,
        /// The `nextCursor` of the previous page.
        cursor: Param<Cursor<ObjectPosition>>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<ObjectsOf<Changeset>>, Refused<GetChangesetRefusals>> {
        let (limit, cursor) = together(limit.0, cursor.0)?;
        let page = ObjectPage {
            skip: cursor.0.map_or(0, |position| position.0),
            limit: limit.0,
        };
        let scope = caller.scope();
        let view = caller
            .app
            .get_changeset(scope, id.0.0.as_ref(), page)
            .await?;
        let body = body_with_objects(view, page.skip, scope)?;
        Ok(Read::of_body(body, &if_none_match).await)
    }

    /// Discard a changeset
    ///
    /// Sees to it that nobody applies the changeset. It can still be read.
    #[oai(
        path = "/changesets/:id",
        method = "delete",
        operation_id = "discard-changeset"
    )]
    async fn discard_changeset(
        &self,
        caller: Authorized<WriteCatalog>,
        _query: KnownQuery,
        /// The id of the changeset.
        id: Path<ChangesetParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedChangeset>>, Refused<DiscardChangesetRefusals>> {
        let call = headers.call()?;
        let command = DiscardChangeset { id: id.0.0 };
        let answer = |id: &ChangesetId, scope: &Scope| DeletedChangeset::new(id, scope);
        Ok(caller.write(call, command, answer).await?)
    }

    /// Apply a changeset
    ///
    /// Does what the changeset shows, whole or not at all, as one change of the catalog. If the catalog
    /// has moved since so that it would do anything else, it is refused, and `details` lists the
    /// changes that moved it; it stays stale. Findings that are errors must be named in `acknowledge`,
    /// and deletions in live confirmed.
    #[oai(
        path = "/changesets/:id/apply",
        method = "post",
        operation_id = "apply-changeset"
    )]
    async fn apply_changeset(
        &self,
        caller: Authorized<WriteCatalog>,
        _query: KnownQuery,
        /// The id of the changeset.
        id: Path<ChangesetParam>,
        headers: WriteHeaders,
        body: Body<ApplyChangesetRequest>,
    ) -> Result<Wrote<One<AppliedChangeset>>, Refused<ApplyChangesetRefusals>> {
        let call = headers.call_with(&body.digest)?;
        if body.request.confirm == Some(Mode::Sandbox) {
            return Err(Error::invalid("confirm", "Must be `live`.").into());
        }
        let ApplyChangesetRequest {
            digest,
            acknowledge,
            confirm,
        } = body.request;
        let command = ApplyChangeset {
            id: id.0.0,
            digest,
            acknowledge: acknowledge.unwrap_or_default(),
            is_confirmed: confirm.is_some(),
            rights: caller.caller().rights.clone(),
        };
        let (id, origin) = (command.id.clone(), call.origin(caller.caller()));
        let is_real = !call.is_dry_run();
        let answer = |applied: &Applied, scope: &Scope| {
            body_of(&AppliedChangeset::new(applied, scope)).map(Answer::from)
        };
        let _permit = caller.begin_whole().await?;
        let written = caller.write_with(call, command, answer).await;
        if let (Err(Rejection::Domain(Error::ChangesetStale(_))), Some(id), true) =
            (&written, id, is_real)
        {
            caller.app.note_stale(caller.scope(), origin, id).await?;
        }
        Ok(written?)
    }
}
