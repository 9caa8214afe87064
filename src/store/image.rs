//! Plans that were written lately, as they are in the database.
//!
//! A write needs the whole plan before it, which takes six statements more than its row. The row
//! says at which revision the plan last changed, so what was read or written at that revision is
//! the plan.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::sync::Cache;

use super::revision::Revision;
use crate::domain::plan::Plan;

/// Most plans that are kept.
const MOST_IMAGES: usize = 1000;

/// A plan at a revision.
#[derive(Debug, Clone)]
struct Image {
    plan: Arc<Plan>,
    revision: i64,
    /// See [`Revision::untracked_writes`]: when there was one since, the plan can be another one
    /// at the same revision.
    untracked_writes: i64,
}

/// Images of plans, by plan id, that anybody may take.
#[derive(Debug)]
pub(super) struct Images(Cache<String, Image>);

impl Default for Images {
    fn default() -> Self {
        Self(Cache::new(MOST_IMAGES))
    }
}

/// Images that count in a transaction: those that anybody may take, those of the batch that it is
/// part of, and its own, the latter first.
#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    images: Arc<Images>,
    batch: Arc<Mutex<HashMap<String, Image>>>,
    own: Arc<Mutex<HashMap<String, Image>>>,
}

fn lock(images: &Mutex<HashMap<String, Image>>) -> MutexGuard<'_, HashMap<String, Image>> {
    images.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Layer {
    /// The layer of a transaction by itself, or of a batch.
    pub fn on(images: Arc<Images>) -> Self {
        Self {
            images,
            ..Self::default()
        }
    }

    /// The layer of a write in a batch.
    pub fn above(batch: &Self) -> Self {
        Self {
            images: batch.images.clone(),
            batch: batch.own.clone(),
            own: Arc::default(),
        }
    }

    /// The plan with an id, if it is known as it was at a revision.
    pub fn get(&self, id: &str, revision: i64, now: Revision) -> Option<Plan> {
        let own = lock(&self.own).get(id).cloned();
        let image = own.or_else(|| lock(&self.batch).get(id).cloned());
        let image = image.or_else(|| self.images.0.get(id))?;
        let is_same =
            image.revision == revision && image.untracked_writes == now.untracked_writes();
        is_same.then(|| Plan::clone(&image.plan))
    }

    /// Keeps a plan as it is at a revision.
    pub fn put(&self, plan: Plan, revision: i64, now: Revision) {
        let image = Image {
            revision,
            untracked_writes: now.untracked_writes(),
            plan: Arc::new(plan),
        };
        lock(&self.own).insert(image.plan.id.as_str().to_owned(), image);
    }

    /// Forgets a plan that this transaction changes by other means.
    pub fn forget(&self, id: &str) {
        lock(&self.own).remove(id);
    }

    /// Hands the images of a write on to its batch, or those of a transaction to everybody, once
    /// they are true there.
    pub fn publish(self, is_in_batch: bool) {
        let own = std::mem::take(&mut *lock(&self.own));
        if is_in_batch {
            lock(&self.batch).extend(own);
        } else {
            for (id, image) in own {
                self.images.0.insert(id, image);
            }
        }
    }
}
