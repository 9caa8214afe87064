//! A whole catalog, as it is or as it was.

use super::app::App;
use super::blocking::blocking;
use super::clock::now;
use super::past::{AtRevision, PastMoment};
use super::queue::Permit;
use crate::domain::Result;
use crate::domain::catalog::Catalog;
use crate::domain::document::Document;
use crate::domain::scope::{Mode, Scope};
use crate::domain::timestamp::Timestamp;
use crate::store::history;
use crate::store::tables::organization;
use crate::store::transaction::Snapshot;
use crate::store::whole;

/// A catalog at a revision, and the snapshot that it was read in.
pub(super) struct WholeState {
    pub snapshot: Snapshot,
    pub revision: i64,
    /// The time of the state: now, or the moment that was asked for.
    pub time: Timestamp,
    pub found: Catalog,
}

impl App {
    /// The catalog at a moment; `None` for now.
    ///
    /// # Errors
    /// Validation or `HistoryPruned` for a wrong moment; `Unavailable` or `Internal`.
    pub(super) async fn whole_at(
        &self,
        scope: &Scope,
        moment: Option<PastMoment>,
    ) -> Result<WholeState> {
        let Some(moment) = moment else {
            let snapshot = self.snapshot(scope).await?;
            let revision = history::reach(&snapshot).await?.head;
            let found = whole::catalog(&snapshot).await?;
            return Ok(WholeState {
                snapshot,
                revision,
                time: now(),
                found,
            });
        };
        let state = self.state_at(scope, moment, None).await?;
        let found = match state.past() {
            None => whole::catalog(&state.snapshot).await?,
            Some(revision) => whole::past_catalog(&state.snapshot, revision).await?,
        };
        let time = match moment {
            PastMoment::AsOf(time) => time,
            PastMoment::Revision(_) => now(),
        };
        Ok(WholeState {
            revision: state.revision,
            snapshot: state.snapshot,
            time,
            found,
        })
    }

    /// Waits until a call may work on a whole catalog; it may until the permit is dropped.
    ///
    /// # Errors
    /// `Unavailable`, if too many calls wait already or the wait takes too long.
    pub async fn begin_whole(&self) -> Result<Permit> {
        self.whole.acquire().await
    }

    /// The scope of an organization in a mode.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn scope_of(&self, own: &Scope, mode: Mode) -> Result<Scope> {
        organization::scope_in(&self.database, own, mode).await
    }

    /// The catalog as a document.
    ///
    /// # Errors
    /// Validation or `HistoryPruned` for a wrong moment; `Unavailable` or `Internal`.
    pub async fn export_catalog(
        &self,
        scope: &Scope,
        moment: Option<PastMoment>,
    ) -> Result<AtRevision<Document>> {
        let WholeState {
            snapshot: _,
            revision,
            time: _,
            found,
        } = self.whole_at(scope, moment).await?;
        let found = blocking(move || Document::of(&found)).await?;
        Ok(AtRevision { revision, found })
    }
}
