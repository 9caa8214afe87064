//! The catalog as it was.

use super::app::App;
use super::clock::now;
use super::history::{require_kept, require_past};
use crate::domain::feature::{Feature, FeatureRef};
use crate::domain::id::{FeatureId, PlanGroupId};
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::plan_group::PlanGroupWithPlans;
use crate::domain::scope::Scope;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::history::{self, Reach, past};
use crate::store::tables::plan::PlanPosition;
use crate::store::tables::{feature as features, plan as plans, plan_group as groups};
use crate::store::transaction::Snapshot;

/// Which state of the catalog is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastMoment {
    /// The newest one that is not later than a time.
    AsOf(Timestamp),
    /// The one at a revision.
    Revision(i64),
}

/// The page of a list that is wanted, in one state of the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPage<P> {
    /// The state.
    pub moment: PastMoment,
    /// The revision that the cursor belongs to, if there is a cursor. It must be that of the state.
    pub cursor: Option<i64>,
    /// The page.
    pub page: PageRequest<P>,
}

/// What the catalog had at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtRevision<T> {
    /// The revision.
    pub revision: i64,
    /// What it had.
    pub found: T,
}

/// Items with their positions.
type Placed<T, P> = Page<(T, P)>;

impl App {
    /// A plan, with everything that is in it.
    ///
    /// # Errors
    /// `PlanNotFound`; validation and `HistoryPruned`, see [`PastMoment`]; `Unavailable` or `Internal`.
    pub async fn past_plan(
        &self,
        scope: &Scope,
        plan: Option<&PlanRef>,
        moment: PastMoment,
    ) -> Result<AtRevision<Plan>> {
        let state = self.state_at(scope, moment, None).await?;
        let found = state.plan(plan).await?;
        Ok(state.with(found))
    }

    /// Plans with everything that is in them, by position and then by age.
    ///
    /// # Errors
    /// Validation and `HistoryPruned`, see [`PastMoment`]; `Unavailable` or `Internal`.
    pub async fn past_plans(
        &self,
        scope: &Scope,
        include_private: bool,
        wanted: &PastPage<PlanPosition>,
    ) -> Result<AtRevision<Placed<Plan, PlanPosition>>> {
        let state = self.state_of(scope, wanted).await?;
        let (snapshot, page) = (&state.snapshot, &wanted.page);
        let found = match state.past() {
            None => history::listed_plans(snapshot, include_private, page).await,
            Some(revision) => past::plans(snapshot, include_private, page, revision).await,
        };
        Ok(state.with(found?))
    }

    /// A feature.
    ///
    /// # Errors
    /// `FeatureNotFound`; validation and `HistoryPruned`, see [`PastMoment`]; `Unavailable` or
    /// `Internal`.
    pub async fn past_feature(
        &self,
        scope: &Scope,
        feature: Option<&FeatureRef>,
        moment: PastMoment,
    ) -> Result<AtRevision<Feature>> {
        let state = self.state_at(scope, moment, None).await?;
        let feature = feature.ok_or(Error::FeatureNotFound)?;
        let found = match state.past() {
            None => features::find(&state.snapshot, Some(feature)).await,
            Some(revision) => past::feature(&state.snapshot, feature, revision).await,
        };
        Ok(state.with(found?))
    }

    /// Features, oldest first.
    ///
    /// # Errors
    /// Validation and `HistoryPruned`, see [`PastMoment`]; `Unavailable` or `Internal`.
    pub async fn past_features(
        &self,
        scope: &Scope,
        wanted: &PastPage<CreationPosition<FeatureId>>,
    ) -> Result<AtRevision<Placed<Feature, CreationPosition<FeatureId>>>> {
        let state = self.state_of(scope, wanted).await?;
        let found = match state.past() {
            None => features::list(&state.snapshot, &wanted.page).await,
            Some(revision) => past::features(&state.snapshot, &wanted.page, revision).await,
        };
        Ok(state.with(in_pairs(found?)))
    }

    /// A plan group with its plans.
    ///
    /// # Errors
    /// `PlanGroupNotFound`; validation and `HistoryPruned`, see [`PastMoment`]; `Unavailable` or
    /// `Internal`.
    pub async fn past_plan_group(
        &self,
        scope: &Scope,
        id: Option<&PlanGroupId>,
        moment: PastMoment,
    ) -> Result<AtRevision<PlanGroupWithPlans>> {
        let state = self.state_at(scope, moment, None).await?;
        let id = id.ok_or(Error::PlanGroupNotFound)?;
        let found = match state.past() {
            None => {
                let group = groups::find(&state.snapshot, Some(id)).await?;
                groups::with_plans(&state.snapshot, group).await
            }
            Some(revision) => past::plan_group(&state.snapshot, id, revision).await,
        };
        Ok(state.with(found?))
    }

    /// Plan groups with their plans, oldest group first.
    ///
    /// # Errors
    /// Validation and `HistoryPruned`, see [`PastMoment`]; `Unavailable` or `Internal`.
    pub async fn past_plan_groups(
        &self,
        scope: &Scope,
        wanted: &PastPage<CreationPosition<PlanGroupId>>,
    ) -> Result<AtRevision<Placed<PlanGroupWithPlans, CreationPosition<PlanGroupId>>>> {
        let state = self.state_of(scope, wanted).await?;
        let found = match state.past() {
            None => groups::list(&state.snapshot, &wanted.page).await,
            Some(revision) => past::plan_groups(&state.snapshot, &wanted.page, revision).await,
        };
        Ok(state.with(in_pairs(found?)))
    }

    async fn state_of<P>(&self, scope: &Scope, wanted: &PastPage<P>) -> Result<PastState> {
        self.state_at(scope, wanted.moment, wanted.cursor).await
    }

    /// The state of a scope at a moment, which must be that of the cursor if there is one.
    ///
    /// # Errors
    /// Validation, if the moment is in the future or the cursor belongs to another revision;
    /// `HistoryPruned`; `Unavailable` or `Internal`.
    pub(super) async fn state_at(
        &self,
        scope: &Scope,
        moment: PastMoment,
        cursor: Option<i64>,
    ) -> Result<PastState> {
        let snapshot = self.snapshot(scope).await?;
        let reach = history::reach(&snapshot).await?;
        if let Some(revision) = cursor {
            require_past(&reach, "cursor", revision)?;
        }
        let revision = match moment {
            PastMoment::AsOf(time) => revision_at(&snapshot, &reach, time).await?,
            PastMoment::Revision(revision) => {
                require_past(&reach, "revision", revision)?;
                require_kept(&reach, revision)?;
                revision
            }
        };
        if let Some(own) = cursor.filter(|own| *own != revision) {
            let message = format!(
                "Is a cursor of revision {own}, not of {revision}: send it alone, or with the `asOf` \
                 or `revision` of the previous page."
            );
            return Err(Error::invalid("cursor", message));
        }
        Ok(PastState {
            snapshot,
            revision,
            is_newest: revision == reach.head,
        })
    }
}

/// A state of a scope, to be read from.
pub(super) struct PastState {
    pub snapshot: Snapshot,
    pub revision: i64,
    is_newest: bool,
}

impl PastState {
    /// The revision to read in the log; `None` for the newest one, which is read as it is stored: a
    /// program of the previous version may have written it, and does not log.
    pub fn past(&self) -> Option<i64> {
        (!self.is_newest).then_some(self.revision)
    }

    /// A plan in this state.
    ///
    /// # Errors
    /// `PlanNotFound`; `Unavailable` or `Internal`.
    pub async fn plan(&self, plan: Option<&PlanRef>) -> Result<Plan> {
        let plan = plan.ok_or(Error::PlanNotFound)?;
        match self.past() {
            None => plans::find(&self.snapshot, Some(plan)).await,
            Some(revision) => past::plan(&self.snapshot, plan, revision).await,
        }
    }

    /// What was found in this state.
    pub fn with<T>(&self, found: T) -> AtRevision<T> {
        AtRevision {
            revision: self.revision,
            found,
        }
    }
}

/// The newest revision that is not later than a time.
async fn revision_at(snapshot: &Snapshot, reach: &Reach, time: Timestamp) -> Result<i64> {
    // The times of changes are those of the database, whose clock may be ahead.
    let now = now().max(reach.last_write_at);
    if time > now {
        let message = format!("Is in the future: it is {now} now.");
        return Err(Error::invalid("asOf", message));
    }
    if time >= reach.last_write_at {
        return Ok(reach.head);
    }
    if reach.start > 0 && time < history::kept_since(snapshot, reach).await? {
        let oldest = reach.start;
        return Err(Error::HistoryPruned { oldest });
    }
    // What is not logged yet is later than what is.
    let logged = Reach {
        head: reach.logged,
        ..*reach
    };
    history::revision_at(snapshot, &logged, time).await
}

fn in_pairs<T, I>(page: Page<Positioned<T, I>>) -> Placed<T, CreationPosition<I>> {
    let pairs = page.items.into_iter();
    let pairs = pairs.map(|Positioned { item, position }| (item, position));
    Page {
        items: pairs.collect(),
        has_more: page.has_more,
    }
}
