//! Keys that were recently looked up in the database: those that exist, and those that do not.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;
use subtle::ConstantTimeEq;

use super::tick::{AtomicTick, Tick};
use super::view::View;
use crate::domain::api_key::ApiKey;
use crate::domain::rate::Meter;
use crate::domain::scope::Caller;
use crate::domain::timestamp::Timestamp;

/// Maximum number of known keys.
const MAX_KEYS: usize = 10_000;
/// How often a key in use is looked up again, even if its view is current. This alone ensures that
/// a revoked key is refused everywhere within 5 seconds.
const LOOK_UP_EVERY: Duration = Duration::from_secs(2);
/// The timeout for looking a known key up again, and the pause after a timeout. The known key is
/// used meanwhile, so that a slow database delays no cached answer.
const LOOK_UP_TIMEOUT: Duration = Duration::from_millis(400);
/// Maximum number of wrong keys that are remembered: less than 1 MiB.
const MAX_WRONG_KEYS: usize = 10_000;
/// How long a wrong key is remembered. If another server creates a key with the same secret
/// meanwhile, which happens only if the secret is chosen and not random, this server refuses it for
/// this long.
const WRONG_FOR: Duration = Duration::from_secs(1);
/// Resolution of the time of a key's last use, in milliseconds.
const NOTE_USE_EVERY_MILLIS: i64 = 1000;

/// SHA-256 of a secret.
pub type SecretHash = [u8; 32];

/// The keys that were recently looked up, by the hash of their secret.
#[derive(Debug)]
pub struct KnownKeys {
    found: Cache<SecretHash, Arc<KnownKey>>,
    /// The keys that were not found, each with the time until which it counts as wrong.
    wrong: Cache<SecretHash, Tick>,
    /// The number of keys that this server created.
    made: AtomicU64,
    look_ups: AtomicU64,
}

/// A look-up in progress.
#[derive(Debug, Clone, Copy)]
pub struct LookUp {
    made_before: u64,
}

impl Default for KnownKeys {
    fn default() -> Self {
        Self {
            found: Cache::new(MAX_KEYS),
            wrong: Cache::new(MAX_WRONG_KEYS),
            made: AtomicU64::new(0),
            look_ups: AtomicU64::new(0),
        }
    }
}

impl KnownKeys {
    /// The key whose secret has this hash, if it was found recently.
    pub fn get(&self, hash: &SecretHash) -> Option<Arc<KnownKey>> {
        self.found.get(hash)
    }

    /// Whether no key was found for this hash within the last second.
    pub fn is_wrong(&self, hash: &SecretHash) -> bool {
        let until = self.wrong.get(hash);
        until.is_some_and(|until| Tick::now() < until)
    }

    /// Stores a key that was found.
    pub fn put(&self, hash: SecretHash, key: Arc<KnownKey>) {
        self.wrong.remove(&hash);
        self.found.insert(hash, key);
    }

    /// Counts a look-up, and begins it.
    pub fn begin_look_up(&self) -> LookUp {
        self.look_ups.fetch_add(1, Ordering::Relaxed);
        LookUp {
            made_before: self.made.load(Ordering::SeqCst),
        }
    }

    /// Remembers that a look-up found no key, unless a key was created since it began, which may be
    /// this one.
    pub fn note_wrong(&self, hash: &SecretHash, look_up: LookUp) {
        self.found.remove(hash);
        let until = Tick::now().plus(WRONG_FOR);
        self.wrong.insert(*hash, until);
        if self.made.load(Ordering::SeqCst) != look_up.made_before {
            self.wrong.remove(hash);
        }
    }

    /// Notes that a key was created. A client may have sent its secret before, so no key counts as
    /// wrong any longer.
    pub fn note_made(&self) {
        self.made.fetch_add(1, Ordering::SeqCst);
        self.wrong.clear();
    }

    /// The number of look-ups.
    pub fn look_ups(&self) -> u64 {
        self.look_ups.load(Ordering::Relaxed)
    }
}

/// The last key of a connection. The next request usually has the same key, and comparing it takes
/// a tenth of the time that hashing it takes.
#[derive(Default)]
pub struct LastKey(Mutex<Option<(Box<str>, Arc<KnownKey>)>>);

impl LastKey {
    fn slot(&self) -> MutexGuard<'_, Option<(Box<str>, Arc<KnownKey>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key with this secret, if it is the last one. The duration of the comparison does not
    /// reveal how much of a wrong secret is right, since several clients may share the connection
    /// of a proxy.
    pub fn get(&self, secret: &str) -> Option<Arc<KnownKey>> {
        let slot = self.slot();
        let (last, key) = slot.as_ref()?;
        bool::from(last.as_bytes().ct_eq(secret.as_bytes())).then(|| key.clone())
    }

    /// Remembers the key of a secret for the next request of the connection.
    pub fn put(&self, secret: &str, key: Arc<KnownKey>) {
        *self.slot() = Some((secret.into(), key));
    }
}

/// Without the secret.
impl std::fmt::Debug for LastKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LastKey")
    }
}

/// A key that was found, with the view of its scope.
#[derive(Debug)]
pub struct KnownKey {
    caller: Caller,
    view: Arc<View>,
    key: ApiKey,
    /// The scope's revision of keys when the key was found, and the edition of the view at that
    /// time.
    keys_revision: i64,
    edition: u64,
    last_used: AtomicI64,
    next_look_up: AtomicTick,
    meter: Arc<Meter>,
}

impl KnownKey {
    /// A key that was found when its scope had this revision of keys and the view this edition.
    pub fn new(
        key: ApiKey,
        caller: Caller,
        view: Arc<View>,
        keys_revision: i64,
        edition: u64,
    ) -> Self {
        Self {
            caller,
            view,
            key,
            keys_revision,
            edition,
            last_used: AtomicI64::new(i64::MIN),
            next_look_up: AtomicTick::new(Tick::now().plus(LOOK_UP_EVERY)),
            meter: Arc::default(),
        }
    }

    /// Continues the meter of an earlier entry for the same key.
    pub fn after(mut self, before: Option<&Self>) -> Self {
        if let Some(before) = before {
            self.meter = before.meter.clone();
        }
        self
    }

    /// The meter of its requests.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The caller that uses it.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The view of its scope.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Whether the key has not expired.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.key.is_valid_at(now)
    }

    /// Whether no key of the scope was revoked since it was found, as far as the view knows.
    pub fn is_unrevoked(&self) -> bool {
        self.keys_revision == self.view.keys_revision() && self.edition == self.view.edition()
    }

    /// The timeout for looking the key up again, if it is time to do so. Of several concurrent
    /// callers, one gets it.
    pub fn is_to_look_up(&self) -> Option<Duration> {
        let now = Tick::now();
        let is_time = self
            .next_look_up
            .move_on(now, now.plus(2 * LOOK_UP_TIMEOUT));
        is_time.then_some(LOOK_UP_TIMEOUT)
    }

    /// Whether the key can be used without asking the database.
    pub fn is_current(&self) -> bool {
        let now = Tick::now();
        self.view.note_use(now);
        self.view.is_current(now) && self.is_unrevoked() && now < self.next_look_up.get()
    }

    /// Whether a use at this time is to be noted, because the last noted one is at least a second
    /// older.
    pub fn is_news(&self, now: Timestamp) -> bool {
        let last = self.last_used.load(Ordering::Relaxed);
        let is_news = now.as_millis() >= last.saturating_add(NOTE_USE_EVERY_MILLIS);
        if is_news {
            self.last_used.store(now.as_millis(), Ordering::Relaxed);
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: SecretHash = [7; 32];

    #[test]
    fn a_wrong_key_is_remembered_until_one_is_made() {
        let keys = KnownKeys::default();
        assert!(!keys.is_wrong(&HASH));
        keys.note_wrong(&HASH, keys.begin_look_up());
        assert!(keys.is_wrong(&HASH));
        keys.note_made();
        assert!(!keys.is_wrong(&HASH));
        // A key that is not found may have been created since its look-up began.
        let look_up = keys.begin_look_up();
        keys.note_made();
        keys.note_wrong(&HASH, look_up);
        assert!(!keys.is_wrong(&HASH));
        assert_eq!(keys.look_ups(), 2);
    }

    #[test]
    fn wrong_keys_are_bounded() {
        let keys = KnownKeys::default();
        for number in 0..3 * MAX_WRONG_KEYS as u64 {
            let mut hash = HASH;
            hash[..8].copy_from_slice(&number.to_be_bytes());
            keys.note_wrong(&hash, keys.begin_look_up());
        }
        assert!(keys.wrong.len() <= MAX_WRONG_KEYS);
    }
}
