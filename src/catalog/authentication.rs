//! Finds the key that a client sent.

use std::sync::Arc;

use super::app::App;
use super::clock::now;
use super::secret_hash::hash_of_sent;
use crate::cache::keys::{KnownKey, LastKey, SecretHash};
use crate::cache::view::View;
use crate::cache::views::{READS_AT_MOST, not_settled};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::tables::api_key as keys;
use crate::store::tables::api_key::FoundKey;

impl App {
    /// The key with a secret; `None` for a secret that is unknown, expired or revoked.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Arc<KnownKey>>> {
        let Some(hash) = hash_of_sent(secret) else {
            return Ok(None);
        };
        let asked_at = now();
        let key = self.key_with(&hash).await?;
        Ok(key.and_then(|key| self.used(key, asked_at)))
    }

    /// The key with a secret, if it is cached and current, and so is the view of its scope: then
    /// the database need not be asked.
    pub fn recognize(&self, secret: &str, last: Option<&LastKey>) -> Option<Arc<KnownKey>> {
        let known = last.and_then(|last| last.get(secret));
        let known = known.filter(|key| key.is_current());
        let key = known.or_else(|| self.recognize_hash(secret, last))?;
        self.used(key, now())
    }

    fn recognize_hash(&self, secret: &str, last: Option<&LastKey>) -> Option<Arc<KnownKey>> {
        let key = self.known_keys.get(&hash_of_sent(secret)?)?;
        if !key.is_current() {
            return None;
        }
        if let Some(last) = last {
            last.put(secret, key.clone());
        }
        Some(key)
    }

    /// Notes that a key is used, if it is still valid.
    fn used(&self, key: Arc<KnownKey>, now: Timestamp) -> Option<Arc<KnownKey>> {
        if !key.is_valid_at(now) {
            return None;
        }
        if key.is_news(now) {
            self.key_use.note(&key.caller().api_key_id, now);
        }
        Some(key)
    }

    /// Whether the database has to be asked about a secret: it has the form of one, and was not
    /// looked up recently.
    pub fn asks_about(&self, secret: &str) -> bool {
        hash_of_sent(secret).is_some_and(|hash| {
            self.known_keys.get(&hash).is_none() && !self.known_keys.is_wrong(&hash)
        })
    }

    /// The key whose secret has this hash, from the cache if that is current.
    async fn key_with(&self, hash: &SecretHash) -> Result<Option<Arc<KnownKey>>> {
        let known = match self.known_keys.get(hash) {
            Some(known) => {
                self.views.make_current(known.view()).await?;
                Some(known).filter(|known| known.is_unrevoked())
            }
            None => None,
        };
        match known {
            Some(known) => self.look_up_again(hash, known).await,
            // Anybody can send unknown keys. Known keys do not queue with them.
            None if self.known_keys.is_wrong(hash) => Ok(None),
            None => {
                self.views.require_database()?;
                let _permit = self.reads.acquire().await?;
                self.look_up(hash).await
            }
        }
    }

    /// A known key, looked up again if it is time to. While the database is slow or away, the known key
    /// is used.
    async fn look_up_again(
        &self,
        hash: &SecretHash,
        known: Arc<KnownKey>,
    ) -> Result<Option<Arc<KnownKey>>> {
        let Some(patience) = known.is_to_look_up() else {
            return Ok(Some(known));
        };
        match tokio::time::timeout(patience, self.look_up(hash)).await {
            Ok(Err(Error::Unavailable(_))) | Err(_) => Ok(Some(known)),
            Ok(found) => found,
        }
    }

    async fn look_up(&self, hash: &SecretHash) -> Result<Option<Arc<KnownKey>>> {
        self.views.require_database()?;
        for _ in 0..READS_AT_MOST {
            let look_up = self.known_keys.begin_look_up();
            let Some(found) = keys::find_by_hash(&self.database, &hex::encode(hash)).await? else {
                self.known_keys.note_wrong(hash, look_up);
                return Ok(None);
            };
            let view = self.views.of(&found.caller.scope);
            let edition = view.edition();
            let state = found.lineage.state();
            if self.views.vouch(&view, &state, edition).await? {
                return Ok(Some(self.keep_key(hash, found, view, edition)));
            }
        }
        Err(not_settled())
    }

    fn keep_key(
        &self,
        hash: &SecretHash,
        found: FoundKey,
        view: Arc<View>,
        edition: u64,
    ) -> Arc<KnownKey> {
        let FoundKey {
            key,
            caller,
            lineage,
        } = found;
        let known = KnownKey::new(key, caller, view, lineage.keys_revision(), edition);
        let known = Arc::new(known.after(self.known_keys.get(hash).as_deref()));
        self.known_keys.put(*hash, known.clone());
        known
    }
}
