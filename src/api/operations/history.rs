//! The operations of the history.

use std::slice;
use std::time::Duration;

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{ChangesOf, LogPlace, One, Read, Refused, Wrote, refusals};
use crate::api::kit::needs::{ReadHistory, RevertChanges};
use crate::api::kit::parameter::{
    ActorId, After, ChangePosition, Cursor, FromRevision, IfNoneMatch, Limit, ObjectName,
    ObjectTypeFilter, Param, RevisionParam, Since, ToRevision, Until, Wait, together,
};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::change::{Change, RevertChangeRequest, RevisionComparison};
use crate::catalog::history::{ChangeFilter, EntryPage, LogPage, is_large};
use crate::catalog::revert::{RevertChange, Reverted};
use crate::domain::change::Revision;
use crate::domain::error::Violations;
use crate::domain::scope::Scope;

request_schemas!(RevertChangeRequest);

refusals! {
    ListChangesRefusals: PLAIN, HistoryPruned;
    GetChangeRefusals: PLAIN, ChangeNotFound, HistoryPruned;
    CompareRevisionsRefusals: PLAIN, HistoryPruned;
    RevertChangeRefusals: BODY, ChangeNotFound, HistoryPruned, RevertConflict, Duplicate, FeatureInUse;
}

/// The operations of the history.
#[derive(Debug)]
pub struct HistoryApi;

/// The parameters that filter changes.
struct Filters {
    object_type: Param<ObjectTypeFilter>,
    object: Param<ObjectName>,
    actor: Param<ActorId>,
    since: Param<Since>,
    until: Param<Until>,
}

impl Filters {
    fn read(self) -> Result<ChangeFilter, Violations> {
        let object = together(self.object_type.0, self.object.0);
        let times = together(self.since.0, self.until.0);
        let rest = together(self.actor.0, times);
        let ((object_type, object), (actor, (since, until))) = together(object, rest)?;
        Ok(ChangeFilter {
            object_type: object_type.0,
            object: object.0,
            ids: None,
            actor: actor.0,
            since: since.0,
            until: until.0,
        })
    }
}

/// Which part of the log is wanted.
enum Wanted {
    /// A page, the newest changes first.
    Page(LogPage),
    /// What is after a revision, for which the call waits.
    Feed { after: i64, wait: Duration },
}

fn page(
    after: Param<After>,
    cursor: Param<Cursor<ChangePosition>>,
    wait: Param<Wait>,
) -> Result<Wanted, Violations> {
    let (after, (cursor, wait)) = together(after.0, together(cursor.0, wait.0))?;
    match (after.0, cursor.0, wait.0) {
        (Some(_), Some(_), _) => {
            let message = "Cannot be sent with `after`: ask for what is after the last revision.";
            Err(Violations::of("cursor", message))
        }
        (Some(after), None, wait) => Ok(Wanted::Feed {
            after,
            wait: Duration::from_secs(wait.unwrap_or_default()),
        }),
        (None, _, Some(_)) => Err(Violations::of("wait", "Needs `after`.")),
        (None, cursor, None) => {
            let before = cursor.map(|position| position.0);
            Ok(Wanted::Page(LogPage::Before(before)))
        }
    }
}

#[OpenApi(tag = "Tag::History")]
impl HistoryApi {
    /// List changes
    ///
    /// Lists the changes of the catalog, the newest first, in pages: who changed what, when and why.
    /// With `after` it is a feed: the changes after a revision, the oldest first. Whoever asks again with
    /// the `revision` of the last change gets each change exactly once; with `wait` such a call waits for
    /// the next change.
    #[oai(path = "/changes", method = "get", operation_id = "list-changes")]
    #[allow(clippy::too_many_arguments)] // Each is a parameter of the query.
    async fn list_changes(
        &self,
        caller: Authorized<ReadHistory>,
        _query: KnownQuery,
        /// The revision after which changes are wanted, the oldest first; 0 for all of them.
        after: Param<After>,
        /// How many seconds an empty answer is held back until there is a change; only with `after`.
        wait: Param<Wait>,
        /// The `nextCursor` of the previous page; not with `after`.
        cursor: Param<Cursor<ChangePosition>>,
        /// The maximum number of changes to return.
        limit: Param<Limit>,
        /// Only changes of objects of this kind.
        #[oai(name = "objectType")]
        object_type: Param<ObjectTypeFilter>,
        /// Only changes of the object with this id or code.
        #[oai(name = "objectId")]
        object_id: Param<ObjectName>,
        /// Only changes made with the API key that has this id.
        actor: Param<ActorId>,
        /// Only changes made at this time or later.
        since: Param<Since>,
        /// Only changes made at this time or earlier.
        until: Param<Until>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<ChangesOf<Change>>, Refused<ListChangesRefusals>> {
        let filters = Filters {
            object_type,
            object: object_id,
            actor,
            since,
            until,
        };
        let page = together(limit.0, page(after, cursor, wait));
        let (filter, (limit, page)) = together(filters.read(), page)?;
        let scope = caller.scope();
        let found = match page {
            Wanted::Page(page) => {
                let listed = caller.app.list_changes(scope, &filter, page, limit.0);
                listed.await?
            }
            Wanted::Feed { after, wait } => {
                let view = caller.view();
                let followed = caller
                    .app
                    .follow_changes(view, &filter, after, limit.0, wait);
                followed.await?
            }
        };
        let EntryPage {
            entries,
            more,
            head,
        } = found;
        let last = entries.last().map(|entry| ChangePosition(entry.revision()));
        let last = last.filter(|_| more && matches!(page, Wanted::Page(_)));
        let is_large = is_large(&entries);
        let _permit = caller.begin_if_large(is_large).await?;
        let mut changes = Vec::with_capacity(entries.len());
        for entry in entries {
            changes.push(caller.app.whole_change(scope, entry).await?);
        }
        let place = LogPlace { more, last, head };
        let scope = scope.clone();
        let data = move || {
            let changes = changes.into_iter();
            changes.map(|change| Change::new(change, &scope)).collect()
        };
        Ok(Read::changes(place, is_large, data, &if_none_match).await?)
    }

    /// Get a change
    ///
    /// Reads one change by its revision.
    #[oai(
        path = "/changes/:revision",
        method = "get",
        operation_id = "get-change"
    )]
    async fn get_change(
        &self,
        caller: Authorized<ReadHistory>,
        _query: KnownQuery,
        /// The revision that the change led to.
        revision: Path<RevisionParam>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<One<Change>>, Refused<GetChangeRefusals>> {
        let revision = revision.0.0.map(Revision::get);
        let scope = caller.scope().clone();
        let entry = caller.app.get_change(&scope, revision).await?;
        let is_large = is_large(slice::from_ref(&entry));
        let _permit = caller.begin_if_large(is_large).await?;
        let change = caller.app.whole_change(&scope, entry).await?;
        let data = move || Change::new(change, &scope);
        Ok(Read::one_large(is_large, data, &if_none_match).await?)
    }

    /// Compare revisions
    ///
    /// Shows what is different between two revisions of the catalog. From a later to an earlier one
    /// it is the way back. The `cause` of a field is that of the newest change of it.
    #[oai(
        path = "/changes/compare",
        method = "get",
        operation_id = "compare-revisions"
    )]
    async fn compare_revisions(
        &self,
        caller: Authorized<ReadHistory>,
        _query: KnownQuery,
        /// The revision to compare with.
        from: Param<FromRevision>,
        /// The revision that is compared; the newest one if omitted.
        to: Param<ToRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<One<RevisionComparison>>, Refused<CompareRevisionsRefusals>> {
        let (from, to) = together(from.0, to.0)?;
        let _permit = caller.begin_whole().await?;
        let scope = caller.scope();
        let compared = caller.app.compare_revisions(scope, from.0, to.0).await?;
        let is_large = compared.is_large();
        let data = move || RevisionComparison::from(compared);
        Ok(Read::one_large(is_large, data, &if_none_match).await?)
    }

    /// Take back a change
    ///
    /// Makes one new change: what the change wrote goes back to what it was before, what it made goes,
    /// and what it deleted returns with its id, code and place. Derived values follow today's exchange
    /// rates. If others built on the change, it is refused, and `details` lists their changes; `force`
    /// takes it back all the same. Changes of API keys cannot be taken back.
    #[oai(
        path = "/changes/:revision/revert",
        method = "post",
        operation_id = "revert-change"
    )]
    async fn revert_change(
        &self,
        caller: Authorized<RevertChanges>,
        _query: KnownQuery,
        /// The revision that the change led to.
        revision: Path<RevisionParam>,
        headers: WriteHeaders,
        body: Body<RevertChangeRequest>,
    ) -> Result<Wrote<One<Change>>, Refused<RevertChangeRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = RevertChange {
            revision: revision.0.0.map(Revision::get),
            force: body.request.force.unwrap_or_default(),
            rights: caller.caller().rights.clone(),
        };
        let origin = call.origin(caller.caller());
        let entry = caller.app.get_change(caller.scope(), command.revision);
        // Each object is read at several revisions, so that fewer of them take long.
        let is_large = entry.await.is_ok_and(|entry| !entry.is_whole());
        let _permit = caller.begin_if_large(is_large).await?;
        let answer =
            move |reverted: &Reverted, scope: &Scope| Change::of_revert(reverted, &origin, scope);
        Ok(caller.write(call, command, answer).await?)
    }
}
