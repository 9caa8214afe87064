//! Limits how many large bodies are read at once: in total, which bounds memory, and per key, so that
//! one key cannot take all places.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::id::ApiKeyId;

/// The places.
#[derive(Debug)]
pub struct Places {
    most: usize,
    most_of_one: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    count: usize,
    /// How many places each key holds.
    of: HashMap<Option<ApiKeyId>, usize>,
}

/// A place, given back by dropping it.
#[derive(Debug)]
pub struct Place<'a> {
    places: &'a Places,
    key: Option<ApiKeyId>,
}

impl Places {
    /// So many in all, and so many for one key.
    pub fn new(most: usize, most_of_one: usize) -> Self {
        Self {
            most,
            most_of_one,
            taken: Mutex::default(),
        }
    }

    /// A place for a body that was sent with a key, if there is one left.
    pub fn take(&self, key: Option<&ApiKeyId>) -> Option<Place<'_>> {
        let mut taken = self.taken();
        if taken.count == self.most {
            return None;
        }
        let key = key.cloned();
        let of_key = taken.of.entry(key.clone()).or_default();
        if *of_key == self.most_of_one {
            return None;
        }
        *of_key += 1;
        taken.count += 1;
        Some(Place { places: self, key })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.count -= 1;
        if let Some(count) = taken.of.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.of.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn no_key_takes_all_places() {
        let places = Places::new(4, 2);
        let [one, two, three] = [1, 2, 3].map(|n| ApiKeyId::from_uuid(Uuid::from_u128(n)));
        let take = |key| places.take(Some(key));
        let first = take(&one).unwrap();
        let _second = take(&one).unwrap();
        assert!(take(&one).is_none());
        let _others = [take(&two).unwrap(), take(&two).unwrap()];
        assert!(take(&three).is_none());
        drop(first);
        drop(take(&three).unwrap());
        drop(take(&one).unwrap());
        assert_eq!(places.taken().of.len(), 2);
    }
}
