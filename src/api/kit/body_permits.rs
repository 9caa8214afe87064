//! Permits for large bodies: a total, which bounds memory, and a share per key, so that one key
//! cannot take them all.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::id::ApiKeyId;

/// A fixed number of permits.
#[derive(Debug)]
pub struct Permits {
    limit: usize,
    limit_of_key: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    count: usize,
    /// The number of permits that each key holds.
    of: HashMap<Option<ApiKeyId>, usize>,
}

/// A permit, released when it is dropped.
#[derive(Debug)]
pub struct Permit<'a> {
    permits: &'a Permits,
    key: Option<ApiKeyId>,
}

impl Permits {
    /// At most `limit` permits in all, and `limit_of_key` for one key.
    pub fn new(limit: usize, limit_of_key: usize) -> Self {
        Self {
            limit,
            limit_of_key,
            taken: Mutex::default(),
        }
    }

    /// A permit for a body that was sent with a key, if one is free.
    pub fn take(&self, key: Option<&ApiKeyId>) -> Option<Permit<'_>> {
        let mut taken = self.taken();
        if taken.count == self.limit {
            return None;
        }
        let key = key.cloned();
        let of_key = taken.of.entry(key.clone()).or_default();
        if *of_key == self.limit_of_key {
            return None;
        }
        *of_key += 1;
        taken.count += 1;
        Some(Permit { permits: self, key })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut taken = self.permits.taken();
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
    fn permits_per_key_are_limited() {
        let permits = Permits::new(4, 2);
        let [one, two, three] = [1, 2, 3].map(|n| ApiKeyId::from_uuid(Uuid::from_u128(n)));
        let take = |key| permits.take(Some(key));
        let first = take(&one).unwrap();
        let _second = take(&one).unwrap();
        assert!(take(&one).is_none());
        let _others = [take(&two).unwrap(), take(&two).unwrap()];
        assert!(take(&three).is_none());
        drop(first);
        drop(take(&three).unwrap());
        drop(take(&one).unwrap());
        assert_eq!(permits.taken().of.len(), 2);
    }
}
