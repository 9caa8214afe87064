//! Plans that were written lately, as they are in the database.
//!
//! A write needs the whole plan before it, which takes six statements more than its row. The row
//! says at which revision the plan last changed, so what was read or written at that revision is
//! the plan.
//!
//! Batches do without the row, too: they are the only writes of this process, one after the other.
//! As long as a scope is at the revision that the last batch left it at, nobody else wrote, and what
//! was known then is the plan.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;

use super::revision::Revision;
use crate::domain::id::ScopeId;
use crate::domain::plan::{Plan, PlanRef};

/// Most plans that are kept.
const MOST_IMAGES: usize = 1000;
/// Most scopes of which is kept how far they are known.
const MOST_SCOPES: usize = 1000;

/// A plan at a revision.
#[derive(Debug, Clone)]
struct Image {
    scope_id: ScopeId,
    plan: Arc<Plan>,
    revision: i64,
    /// See [`Revision::untracked_writes`]: when there was one since, the plan can be another one
    /// at the same revision.
    untracked_writes: i64,
    /// The revision of the scope at which it was known to be the plan.
    known_at: i64,
}

/// How far a scope is known: every write of it since a revision and up to another was in a batch.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    since: i64,
    up_to: Revision,
}

/// Images of plans, by plan id, that anybody may take.
#[derive(Debug)]
pub(super) struct Images {
    plans: Cache<String, Image>,
    /// Ids of plans by their codes. What a plan is called now, its image says.
    ids: Cache<(ScopeId, String), String>,
    stretches: Cache<ScopeId, Stretch>,
}

impl Default for Images {
    fn default() -> Self {
        Self {
            plans: Cache::new(MOST_IMAGES),
            ids: Cache::new(MOST_IMAGES),
            stretches: Cache::new(MOST_SCOPES),
        }
    }
}

impl Images {
    fn publish(&self, id: String, image: Image) {
        let code = image.plan.code.as_str().to_owned();
        self.ids.insert((image.scope_id.clone(), code), id.clone());
        self.plans.insert(id, image);
    }
}

/// Images by plan id; none for a plan that was changed by other means.
type Slots = HashMap<String, Option<Image>>;

/// Images that count in a transaction: those that anybody may take, those of the batch that it is
/// part of, and its own, the latter first.
#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    images: Arc<Images>,
    batch: Arc<Mutex<Slots>>,
    own: Arc<Mutex<Slots>>,
    /// In a batch, the revision since which every change of a plan is known.
    known_since: Option<i64>,
}

fn lock(slots: &Mutex<Slots>) -> MutexGuard<'_, Slots> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Layer {
    /// The layer of a transaction by itself, or of a batch.
    pub fn on(images: Arc<Images>) -> Self {
        Self {
            images,
            ..Self::default()
        }
    }

    /// The layer of a write in a batch, in whose scope every change of a plan is known since a
    /// revision.
    pub fn above(batch: &Self, known_since: i64) -> Self {
        Self {
            images: batch.images.clone(),
            batch: batch.own.clone(),
            own: Arc::default(),
            known_since: Some(known_since),
        }
    }

    /// The revision since which every change of a plan of a scope is known, which now is at another.
    pub fn known_since(&self, scope: &ScopeId, now: Revision) -> i64 {
        match self.images.stretches.get(scope) {
            Some(stretch) if stretch.up_to == now => stretch.since,
            // A database that was put back counts on from an earlier revision.
            Some(stretch) => now.number.max(stretch.up_to.number + 1),
            None => now.number,
        }
    }

    /// Takes note that a batch, which is durable, left a scope at a revision.
    pub fn note_current(&self, scope: ScopeId, since: i64, up_to: Revision) {
        self.images
            .stretches
            .insert(scope, Stretch { since, up_to });
    }

    fn find(&self, id: &str) -> Option<Image> {
        let own = lock(&self.own).get(id).cloned();
        let own = own.or_else(|| lock(&self.batch).get(id).cloned());
        own.unwrap_or_else(|| self.images.plans.get(id))
    }

    /// The plan with an id, if it is known as it was at a revision.
    pub fn get(&self, id: &str, revision: i64, now: Revision) -> Option<Plan> {
        let image = self.find(id)?;
        let is_same =
            image.revision == revision && image.untracked_writes == now.untracked_writes();
        is_same.then(|| Plan::clone(&image.plan))
    }

    /// The plan of a scope that is named, if it is certain without its row.
    pub fn known(&self, scope: &ScopeId, plan: &PlanRef) -> Option<Plan> {
        let since = self.known_since?;
        let image = match plan {
            PlanRef::Id(id) => self.find(id.as_str())?,
            PlanRef::Code(code) => {
                let place = (scope.clone(), code.as_str().to_owned());
                let image = self.find(&self.images.ids.get(&place)?)?;
                (image.plan.code == *code).then_some(image)?
            }
        };
        let is_current =
            image.scope_id == *scope && image.known_at >= since && image.plan.deleted_at.is_none();
        is_current.then(|| Plan::clone(&image.plan))
    }

    /// Keeps a plan of a scope as it is at a revision.
    pub fn put(&self, scope: &ScopeId, plan: &Plan, revision: i64, now: Revision) {
        let image = Image {
            scope_id: scope.clone(),
            plan: Arc::new(plan.clone()),
            revision,
            untracked_writes: now.untracked_writes(),
            // What is written otherwise is published while others write, too: it is not certain.
            known_at: self.known_since.map_or(0, |_| now.number),
        };
        lock(&self.own).insert(plan.id.as_str().to_owned(), Some(image));
    }

    /// Forgets a plan that this transaction changes by other means.
    pub fn forget(&self, id: &str) {
        lock(&self.own).insert(id.to_owned(), None);
    }

    /// Hands the images of a write on to its batch, in which they are true.
    pub fn publish_to_batch(self) {
        let own = std::mem::take(&mut *lock(&self.own));
        lock(&self.batch).extend(own);
    }

    /// Hands the images of what is durable on to everybody.
    pub fn publish(&self) {
        let own = std::mem::take(&mut *lock(&self.own));
        for (id, image) in own {
            match image {
                Some(image) => self.images.publish(id, image),
                None => drop(self.images.plans.remove(&id)),
            }
        }
    }
}
