//! The last use of keys.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::id::ApiKeyId;
use crate::domain::timestamp::Timestamp;

/// The last use of keys, kept in memory until it is saved, so that a read costs no write.
#[derive(Debug, Default)]
pub(super) struct KeyUse(Mutex<HashMap<ApiKeyId, Timestamp>>);

impl KeyUse {
    /// Notes that a key is used.
    pub fn note(&self, id: &ApiKeyId, now: Timestamp) {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match used.get_mut(id) {
            Some(last) => *last = now,
            None => drop(used.insert(id.clone(), now)),
        }
    }

    /// The last use of a key, if it is not saved yet.
    pub fn last(&self, id: &ApiKeyId) -> Option<Timestamp> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .copied()
    }

    /// Puts back the uses that could not be saved.
    pub fn put_back(&self, unsaved: Vec<(ApiKeyId, Timestamp)>) {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, at) in unsaved {
            let last = used.entry(id).or_insert(at);
            *last = at.max(*last);
        }
    }

    /// Removes and returns the uses to be saved.
    pub fn take(&self) -> Vec<(ApiKeyId, Timestamp)> {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *used).into_iter().collect()
    }
}
