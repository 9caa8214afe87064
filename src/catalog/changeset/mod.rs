//! Changesets: a change of many things at once, made from a document, another catalog, a revision or
//! exchange rates, which is looked at and then applied, whole or not at all.

mod apply;
mod compute;
mod digest;
mod draft;
mod keep;
mod moved;
mod save;

pub use apply::{Applied, ApplyChangeset};
pub use draft::{Draft, Wanted, WantedSource};
pub use keep::{DiscardChangeset, KeepChangeset};

use super::app::App;
use super::clock::now;
use crate::domain::Result;
use crate::domain::change::ObjectChange;
use crate::domain::changeset::{Changeset, ChangesetStatus};
use crate::domain::id::ChangesetId;
use crate::domain::page::{Page, PageRequest};
use crate::domain::scope::Scope;
use crate::store::tables::changeset as changesets;
pub use crate::store::tables::changeset::{ChangesetPosition, MAX_OBJECTS, ObjectPage};

/// A changeset with some of its objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangesetView {
    /// The changeset.
    pub changeset: Changeset,
    /// The objects.
    pub objects: Vec<ObjectChange>,
    /// Whether there are more after them.
    pub has_more: bool,
}

impl App {
    /// A changeset with a page of its objects.
    ///
    /// # Errors
    /// `ChangesetNotFound`; `Unavailable` or `Internal`.
    pub async fn get_changeset(
        &self,
        scope: &Scope,
        id: Option<&ChangesetId>,
        page: ObjectPage,
    ) -> Result<ChangesetView> {
        let snapshot = self.snapshot(scope).await?;
        let changeset = changesets::find(&snapshot, id, now()).await?.changeset;
        let one_more = ObjectPage {
            limit: page.limit + 1,
            ..page
        };
        let mut objects = changesets::objects(&snapshot, &changeset.id, one_more).await?;
        let has_more = objects.len() as u64 > page.limit;
        objects.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
        Ok(ChangesetView {
            changeset,
            objects,
            has_more,
        })
    }

    /// The changesets of a scope, the newest first, without their objects.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn list_changesets(
        &self,
        scope: &Scope,
        status: Option<ChangesetStatus>,
        page: &PageRequest<ChangesetPosition>,
    ) -> Result<Page<(Changeset, ChangesetPosition)>> {
        let snapshot = self.snapshot(scope).await?;
        changesets::list(&snapshot, status, page, now()).await
    }
}
