//! Answers about plans that are ready to send.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::app::App;
use crate::cache::key::ListKey;
use crate::cache::ready::Ready;
use crate::cache::view::{Look, View};
use crate::cache::views::{READS_AT_MOST, not_settled};
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::permission::Audience;
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::scope::Scope;
use crate::domain::{Error, OrNone, Result};
use crate::store::tables::plan as plans;
use crate::store::tables::plan::PlanHead;
pub use crate::store::tables::plan::PlanPosition;
use crate::store::tables::plan_group as groups;
use crate::store::tables::revision;
use crate::store::tables::state::State;
use crate::store::transaction::Snapshot;

/// Maximum number of plans that are read from the database at once, which bounds memory.
const PLANS_AT_ONCE: usize = 100;

/// The JSON of plans: plain functions from values to text.
#[derive(Debug, Clone, Copy)]
pub struct PlanJson {
    /// A plan as its audience sees it.
    pub plan: fn(Plan, &Scope, Audience) -> Result<String>,
    /// The cursor of the page after a position.
    pub cursor: fn(&PlanPosition) -> String,
}

/// Who reads plans, and how their JSON is written.
#[derive(Debug, Clone, Copy)]
pub struct PlanReader {
    /// Who reads them.
    pub audience: Audience,
    /// How their JSON is written.
    pub json: PlanJson,
}

impl App {
    /// The answer about one plan, with everything that its audience may see.
    ///
    /// # Errors
    /// `PlanNotFound`; `Unavailable` or `Internal`.
    pub async fn plan_answer(
        &self,
        view: &View,
        plan: Option<&PlanRef>,
        reader: PlanReader,
    ) -> Result<Arc<Ready>> {
        let plan = plan.ok_or(Error::PlanNotFound)?;
        self.views.make_current(view).await?;
        let PlanReader { audience, json } = reader;
        let key = view.plan_key(audience, plan);
        if view.is_missing(key) {
            return Err(Error::PlanNotFound);
        }
        let place = match self.views.answer_or_place(key).await {
            Ok(ready) => return Ok(ready),
            Err(place) => place,
        };
        // The previous holder of the place may have found that there is no such plan.
        if view.is_missing(key) {
            return Err(Error::PlanNotFound);
        }
        for _ in 0..READS_AT_MOST {
            let reading = self.begin_reading(view).await?;
            let found = plans::find_with_revision(&reading.snapshot, plan).await;
            if !self.is_vouched_for(view, &reading).await? {
                continue;
            }
            let found = match found.or_none()? {
                Some((found, revision)) => {
                    let shown = Shown::to(audience, &reading.snapshot).await?;
                    shown.plan(found).map(|found| (found, revision))
                }
                None => None,
            };
            let Some((found, revision)) = found else {
                view.keep_miss(reading.look, &reading.state, key);
                return Err(Error::PlanNotFound);
            };
            let data = (json.plan)(found, view.scope(), audience)?;
            let ready = Arc::new(Ready::about(&data, "", revision));
            // The place is gone if the plan changed meanwhile. Callers that asked before the change
            // may still get this answer.
            let _ = place.insert(ready.clone());
            return Ok(ready);
        }
        Err(not_settled())
    }

    async fn begin_reading(&self, view: &View) -> Result<Reading> {
        self.views.require_database()?;
        let edition = view.edition();
        let look = view.look();
        let snapshot = self.snapshot(view.scope()).await?;
        let state = revision::lineage(&snapshot).await?.state();
        Ok(Reading {
            edition,
            look,
            snapshot,
            state,
        })
    }

    /// Whether a reading belongs to the history that the view knows.
    async fn is_vouched_for(&self, view: &View, reading: &Reading) -> Result<bool> {
        let Reading { state, edition, .. } = reading;
        self.views.vouch(view, state, *edition).await
    }

    /// The answer about the plans of a scope, with everything that its audience may see, by
    /// position and then by age. Private plans are never shown to the public.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn plans_answer(
        &self,
        view: &View,
        include_private: bool,
        page: &PageRequest<PlanPosition>,
        reader: PlanReader,
    ) -> Result<Arc<Ready>> {
        let PlanReader { audience, json } = reader;
        let list = ListKey::new(audience, include_private, page);
        self.views.make_current(view).await?;
        let place = match self.views.answer_or_place(view.list_key(list)).await {
            Ok(ready) => return Ok(ready),
            Err(place) => place,
        };
        view.note_list(list);
        for _ in 0..READS_AT_MOST {
            let reading = self.begin_reading(view).await?;
            let snapshot = &reading.snapshot;
            let Page { items, has_more } =
                plans::heads(snapshot, list.include_private(), page).await?;
            let next = has_more.map(|more| items.last().filter(|_| more).map(|head| head.position));
            let found = items.iter().map(|head| self.kept(view, audience, head));
            let found = found.collect();
            let answers = fill(snapshot, view.scope(), items, found, reader).await?;
            if self.is_vouched_for(view, &reading).await? {
                view.keep_plans(reading.look, &reading.state, audience, &answers.made);
                let list = list_of(&answers.all);
                let ready = Ready::about(&list, &page_fields(next, json), reading.state.revision);
                let ready = Arc::new(ready);
                let _ = place.insert(ready.clone());
                return Ok(ready);
            }
        }
        Err(not_settled())
    }

    /// The cached answer about the plan with an id or code, if there is one. The caller must have
    /// just checked that the view is current.
    pub fn kept_plan(&self, view: &View, audience: Audience, name: &str) -> Option<Arc<Ready>> {
        self.views.taken(view.named(audience, name))
    }

    /// The cached answer about a list of plans, if there is one. The caller must have just checked
    /// that the view is current.
    pub fn kept_plans(
        &self,
        view: &View,
        audience: Audience,
        include_private: bool,
        page: &PageRequest<PlanPosition>,
    ) -> Option<Arc<Ready>> {
        let list = ListKey::new(audience, include_private, page);
        self.views.taken(view.list_key(list))
    }

    /// The cached answer about a plan of a list, if there is one for the plan's revision.
    fn kept(&self, view: &View, audience: Audience, head: &PlanHead) -> Option<Arc<Ready>> {
        let ready = self.views.kept(view.plan_id_key(audience, &head.id));
        ready.filter(|ready| ready.revision() == head.revision)
    }
}

/// A snapshot to make answers from.
struct Reading {
    /// The edition of the view before the snapshot was taken.
    edition: u64,
    look: Look,
    snapshot: Snapshot,
    /// The state that it shows.
    state: State,
}

/// The plans and groups that an audience may see.
enum Shown {
    /// All of them.
    Everything,
    /// The public plans, without these groups.
    Public { private: HashSet<PlanGroupId> },
}

impl Shown {
    async fn to(audience: Audience, tx: &Snapshot) -> Result<Self> {
        Ok(match audience {
            Audience::Full => Self::Everything,
            Audience::Public => Self::Public {
                private: groups::private_ids(tx).await?,
            },
        })
    }

    /// A plan as the audience sees it; `None` if it may not.
    fn plan(&self, mut plan: Plan) -> Option<Plan> {
        let Self::Public { private } = self else {
            return Some(plan);
        };
        plan.plan_group_id = plan.plan_group_id.filter(|group| !private.contains(group));
        plan.is_public.then_some(plan)
    }
}

/// The answers about the plans of a list.
struct Answers {
    all: Vec<Arc<Ready>>,
    /// Those that were not cached.
    made: HashMap<PlanId, Arc<Ready>>,
}

/// Makes the missing answers.
async fn fill(
    tx: &Snapshot,
    scope: &Scope,
    heads: Vec<PlanHead>,
    found: Vec<Option<Arc<Ready>>>,
    reader: PlanReader,
) -> Result<Answers> {
    let missing = heads
        .iter()
        .zip(&found)
        .filter(|(_, ready)| ready.is_none());
    let missing: Vec<_> = missing.map(|(head, _)| head).collect();
    let mut made = HashMap::new();
    let shown = Shown::to(reader.audience, tx).await?;
    for some in missing.chunks(PLANS_AT_ONCE) {
        for (plan, revision) in plans::of_heads(tx, some).await? {
            let id = plan.id.clone();
            let plan = shown.plan(plan);
            let plan =
                plan.ok_or_else(|| Error::internal("a list has a plan that is not public"))?;
            let data = (reader.json.plan)(plan, scope, reader.audience)?;
            made.insert(id, Arc::new(Ready::about(&data, "", revision)));
        }
    }
    let all = heads.iter().zip(found);
    let all = all.map(|(head, ready)| ready.or_else(|| made.get(&head.id).cloned()));
    let all: Option<_> = all.collect();
    let all = all.ok_or_else(|| Error::internal("a plan of a list is missing"))?;
    Ok(Answers { all, made })
}

/// The JSON of a list of plans. It copies the JSON of each plan, so that a list is cheap to make
/// after one plan changed.
fn list_of(plans: &[Arc<Ready>]) -> String {
    let bytes: usize = plans.iter().map(|plan| plan.data().len() + 1).sum();
    let mut list = String::with_capacity(bytes + 2);
    list.push('[');
    for (index, plan) in plans.iter().enumerate() {
        if index > 0 {
            list.push(',');
        }
        list.push_str(plan.data());
    }
    list.push(']');
    list
}

/// The pagination fields of the envelope, if a page was requested.
fn page_fields(next: Option<Option<PlanPosition>>, json: PlanJson) -> String {
    match next {
        None => String::new(),
        Some(None) => r#","hasMore":false,"nextCursor":null"#.to_owned(),
        // A cursor has no character that JSON escapes.
        Some(Some(last)) => {
            let cursor = (json.cursor)(&last);
            format!(r#","hasMore":true,"nextCursor":"{cursor}""#)
        }
    }
}
