//! Keys that were looked up in the database lately: those that were found, and those that were not.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quick_cache::sync::Cache;
use subtle::ConstantTimeEq;

use super::view::{AtomicTick, Tick, View};
use crate::domain::api_key::ApiKey;
use crate::domain::rate::Meter;
use crate::domain::scope::Caller;
use crate::domain::timestamp::Timestamp;

/// Most keys that are kept.
const MOST_KEYS: usize = 10_000;
/// After how long a key is looked up again, whatever is known: this alone has a revoked key refused
/// everywhere within 5 seconds.
const LOOK_UP_EVERY: Duration = Duration::from_secs(2);
/// How long looking a known key up again may take, and how long it is left alone then: meanwhile what
/// is known counts, so that a slow database holds up no answer that is in memory.
const LOOK_UP_PATIENCE: Duration = Duration::from_millis(400);
/// Most wrong keys that are remembered: less than 1 MiB.
const MOST_WRONG_KEYS: usize = 10_000;
/// How long a wrong key is remembered: a key that somebody else makes meanwhile, who does not draw it
/// by lot, opens nothing here for this long.
const REMEMBER_WRONG: Duration = Duration::from_secs(1);
/// How exactly it is known when a key was last used.
const NOTE_USE_EVERY_MILLIS: i64 = 1000;

/// SHA-256 of a secret.
pub type SecretHash = [u8; 32];

/// The keys that were looked up lately, by the hash of their secret.
#[derive(Debug)]
pub struct KnownKeys {
    found: Cache<SecretHash, Arc<KnownKey>>,
    /// Those that were not found, and until when that counts.
    wrong: Cache<SecretHash, Tick>,
    /// How many keys were made here.
    made: AtomicU64,
    look_ups: AtomicU64,
}

/// A look-up that has begun.
#[derive(Debug, Clone, Copy)]
pub struct LookUp {
    made_before: u64,
}

impl Default for KnownKeys {
    fn default() -> Self {
        Self {
            found: Cache::new(MOST_KEYS),
            wrong: Cache::new(MOST_WRONG_KEYS),
            made: AtomicU64::new(0),
            look_ups: AtomicU64::new(0),
        }
    }
}

impl KnownKeys {
    /// The key whose secret has this hash, if it was found lately.
    pub fn get(&self, hash: &SecretHash) -> Option<Arc<KnownKey>> {
        self.found.get(hash)
    }

    /// Whether it was not found a moment ago.
    pub fn is_wrong(&self, hash: &SecretHash) -> bool {
        let until = self.wrong.get(hash);
        until.is_some_and(|until| Tick::now() < until)
    }

    /// Takes in a key that was found.
    pub fn put(&self, hash: SecretHash, key: Arc<KnownKey>) {
        self.wrong.remove(&hash);
        self.found.insert(hash, key);
    }

    /// Notes that the database is asked.
    pub fn begin_look_up(&self) -> LookUp {
        self.look_ups.fetch_add(1, Ordering::Relaxed);
        LookUp {
            made_before: self.made.load(Ordering::SeqCst),
        }
    }

    /// Notes that there was no such key. If one was made meanwhile, it may be this one.
    pub fn note_wrong(&self, hash: &SecretHash, look_up: LookUp) {
        self.found.remove(hash);
        let until = Tick::now().plus(REMEMBER_WRONG);
        self.wrong.insert(*hash, until);
        if self.made.load(Ordering::SeqCst) != look_up.made_before {
            self.wrong.remove(hash);
        }
    }

    /// Notes that a key was made, which may have been sent before.
    pub fn note_made(&self) {
        self.made.fetch_add(1, Ordering::SeqCst);
        self.wrong.clear();
    }

    /// How often the database was asked.
    pub fn look_ups(&self) -> u64 {
        self.look_ups.load(Ordering::Relaxed)
    }
}

/// The key that came last on a connection. Mostly the next request has it too, and to compare it
/// takes a tenth of the time that hashing it takes.
#[derive(Default)]
pub struct LastKey(Mutex<Option<(Box<str>, Arc<KnownKey>)>>);

impl LastKey {
    fn slot(&self) -> MutexGuard<'_, Option<(Box<str>, Arc<KnownKey>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key with this secret, if it came last. How much of a wrong secret is right cannot be told
    /// from the time that it takes: requests of several clients may share a connection to a proxy.
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

/// A key that was found, and the view that it opens.
#[derive(Debug)]
pub struct KnownKey {
    caller: Caller,
    view: Arc<View>,
    key: ApiKey,
    /// The revision of keys in the scope when it was found, and the edition of the view then.
    keys_revision: i64,
    edition: u64,
    last_used: AtomicI64,
    next_look_up: AtomicTick,
    meter: Arc<Meter>,
}

impl KnownKey {
    /// A key that was found, as its scope was at `keys_revision` in an edition of the view.
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

    /// The same key as one that was found before: what was counted of that goes on.
    pub fn after(mut self, before: Option<&Self>) -> Self {
        if let Some(before) = before {
            self.meter = before.meter.clone();
        }
        self
    }

    /// How often it is used.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Who calls with it.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What is known of the scope that it opens.
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Whether the key still opens its scope, if it was not revoked.
    pub fn is_valid_at(&self, now: Timestamp) -> bool {
        self.key.is_valid_at(now)
    }

    /// Whether no key of the scope was revoked since it was found, as far as the view knows.
    pub fn is_unrevoked(&self) -> bool {
        self.keys_revision == self.view.keys_revision() && self.edition == self.view.edition()
    }

    /// Whether it is time to look it up again; of many that ask at once, one is told so. It has as
    /// long as is answered.
    pub fn is_to_look_up(&self) -> Option<Duration> {
        let now = Tick::now();
        let is_time = self
            .next_look_up
            .move_on(now, now.plus(2 * LOOK_UP_PATIENCE));
        is_time.then_some(LOOK_UP_PATIENCE)
    }

    /// Whether it needs no look at the database at all.
    pub fn is_current(&self) -> bool {
        let now = Tick::now();
        self.view.note_use(now);
        self.view.is_believed(now) && self.is_unrevoked() && now < self.next_look_up.get()
    }

    /// Whether a use at this time is worth noting.
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
        // One that was looked up before, and was not found, may have been made since.
        let look_up = keys.begin_look_up();
        keys.note_made();
        keys.note_wrong(&HASH, look_up);
        assert!(!keys.is_wrong(&HASH));
        assert_eq!(keys.look_ups(), 2);
    }

    #[test]
    fn wrong_keys_are_bounded() {
        let keys = KnownKeys::default();
        for number in 0..3 * MOST_WRONG_KEYS as u64 {
            let mut hash = HASH;
            hash[..8].copy_from_slice(&number.to_be_bytes());
            keys.note_wrong(&hash, keys.begin_look_up());
        }
        assert!(keys.wrong.len() <= MOST_WRONG_KEYS);
    }
}
