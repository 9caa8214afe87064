//! API keys: making, using and revoking them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::app::{self, App};
use super::write::Command;
use crate::cache::keys::{KnownKey, LastKey, SecretHash};
use crate::cache::view::View;
use crate::cache::views::{READS_AT_MOST, not_settled};
use crate::domain::api_key::{ApiKey, Secret};
use crate::domain::id::{ApiKeyId, OrganizationId, ScopeId};
use crate::domain::page::{CreationPlace, Page, PageRequest, Placed};
use crate::domain::permission::Rights;
use crate::domain::scope::{Caller, DEFAULT_ORGANIZATION, Mode, Scope};
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::query::InScope;
use crate::store::tables::api_key as keys;
use crate::store::tables::api_key::{FoundKey, OwnedApiKey};
use crate::store::tables::organization::{self, NewIds};
use crate::store::transaction::Transaction;

/// The longest text that is looked at as a secret; real ones are shorter.
const MAX_SECRET_LENGTH: usize = 100;

fn hash_of(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// The hash of what was sent as a secret, unless that can be none.
fn hash_of_sent(secret: &str) -> Option<SecretHash> {
    let can_be_one = Secret::start_of(secret).is_some() && secret.len() <= MAX_SECRET_LENGTH;
    can_be_one.then(|| hash_of(secret))
}

/// SHA-256 of a secret as hexadecimal. A secret has 256 random bits, so a plain hash keeps it:
/// there is nothing to guess that salt or stretching would slow down. Looking the hash up in an
/// index tells an attacker nothing through time either, since no guess steers what is compared.
fn hex(hash: &SecretHash) -> String {
    hex::encode(hash)
}

/// When keys were last used, until it is written down: reads cost no write.
#[derive(Debug, Default)]
pub(super) struct KeyUse(Mutex<HashMap<ApiKeyId, Timestamp>>);

impl KeyUse {
    fn note(&self, id: &ApiKeyId, now: Timestamp) {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match used.get_mut(id) {
            Some(last) => *last = now,
            None => drop(used.insert(id.clone(), now)),
        }
    }

    fn last(&self, id: &ApiKeyId) -> Option<Timestamp> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .copied()
    }

    /// Takes back what could not be written down.
    fn put_back(&self, unsaved: Vec<(ApiKeyId, Timestamp)>) {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, at) in unsaved {
            let last = used.entry(id).or_insert(at);
            *last = at.max(*last);
        }
    }

    fn take(&self) -> Vec<(ApiKeyId, Timestamp)> {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *used).into_iter().collect()
    }
}

/// A new key and its secret, which is in this value and nowhere else.
pub struct NewApiKey {
    /// The key.
    pub key: ApiKey,
    /// The secret.
    pub secret: Secret,
}

/// Who makes or revokes a key.
#[derive(Debug, Clone)]
pub enum By {
    /// Whoever runs the program, who may do everything.
    Operator,
    /// Another key of the same scope.
    Key(Caller),
}

/// What is asked of a new key.
#[derive(Debug, Clone)]
pub struct KeyWish {
    /// Its name.
    pub name: Name,
    /// Days until it expires; `None` for never.
    pub expires_in_days: Option<i64>,
    /// What it may do.
    pub rights: Rights,
}

impl KeyWish {
    fn expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.expires_in_days.map(|days| now.plus_days(days))
    }
}

/// Makes a key.
///
/// There is none for what its maker may not hand on, so that it is refused before the answer to an
/// earlier call is looked for.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    wish: KeyWish,
    by: By,
}

impl CreateApiKey {
    /// The command, unless the new key could do more than its maker.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn new(wish: KeyWish, by: By) -> Result<Self> {
        if let By::Key(maker) = &by {
            maker.rights.require_no_more(&wish.rights)?;
        }
        Ok(Self { wish, by })
    }
}

impl Command for CreateApiKey {
    type Outcome = NewApiKey;

    async fn execute(self, at: &Transaction, now: Timestamp) -> Result<NewApiKey> {
        let Self { wish, by } = self;
        if let By::Key(maker) = &by {
            maker
                .rights
                .require_no_longer(maker.expires_at, wish.expires_at(now))?;
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random)
            .map_err(|why| Error::internal(format!("no randomness: {why}")))?;
        let secret = Secret::from_random(at.scope().mode, &wish.rights, &random);
        insert_key(at, wish, secret, now).await
    }
}

/// Makes a key with a secret, which has the mode of the scope and fits the rights.
async fn insert_key(
    at: &Transaction,
    wish: KeyWish,
    secret: Secret,
    now: Timestamp,
) -> Result<NewApiKey> {
    let expires_at = wish.expires_at(now);
    let KeyWish { name, rights, .. } = wish;
    let key = ApiKey {
        id: ApiKeyId::from_uuid(app::unique()),
        name,
        prefix: secret.prefix(),
        rights,
        expires_at,
        last_used_at: None,
        created_at: now,
    };
    let hash = hex(&hash_of(secret.expose()));
    at.insert_api_key(&key, hash).await?;
    Ok(NewApiKey { key, secret })
}

/// What became of the first key.
#[derive(Debug)]
pub enum FirstKey<T> {
    /// There are organizations.
    NotNeeded,
    /// It was made, and handed over.
    Made(T),
    /// It could not be handed over, for this reason, and so was not made.
    NotHandedOver(String),
}

/// Revokes a key.
#[derive(Debug, Clone)]
pub struct DeleteApiKey {
    /// The key; `None` for a text that can be no id.
    pub id: Option<ApiKeyId>,
    /// Who revokes it. A key cannot revoke itself.
    pub by: By,
}

impl Command for DeleteApiKey {
    type Outcome = ApiKeyId;

    async fn execute(self, at: &Transaction, now: Timestamp) -> Result<ApiKeyId> {
        let id = self.id.ok_or(Error::ApiKeyNotFound)?;
        if let By::Key(caller) = &self.by {
            if caller.api_key_id == id {
                return Err(Error::ApiKeyInUse);
            }
            let rights = at.rights_of_api_key(&id).await?;
            caller.rights.require_no_more(&rights)?;
        }
        at.revoke_api_key(&id, now).await?;
        Ok(id)
    }
}

impl App {
    /// Who a secret belongs to; `None` for one that is unknown, expired or revoked.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn authenticate(&self, secret: &str) -> Result<Option<Arc<KnownKey>>> {
        let Some(hash) = hash_of_sent(secret) else {
            return Ok(None);
        };
        let now = app::now();
        let key = self.key_with(&hash).await?;
        Ok(key.and_then(|key| self.used(key, now)))
    }

    /// Who a secret belongs to, if that is known and current, and what is kept in memory of its
    /// scope is current too: then nothing has to be asked of the database.
    pub fn recognize(&self, secret: &str, last: Option<&LastKey>) -> Option<Arc<KnownKey>> {
        let known = last.and_then(|last| last.get(secret));
        let known = known.filter(|key| key.is_current());
        let key = known.or_else(|| self.recognize_hash(secret, last))?;
        self.used(key, app::now())
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

    /// Whether the database has to be asked about a secret: whether it may be one, and was not asked
    /// about lately.
    pub fn asks_about(&self, secret: &str) -> bool {
        hash_of_sent(secret).is_some_and(|hash| {
            self.known_keys.get(&hash).is_none() && !self.known_keys.is_wrong(&hash)
        })
    }

    /// The key whose secret has this hash: from memory, if nothing speaks against it.
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
            // Anybody can send keys that nobody has. Known ones do not queue behind them.
            None if self.known_keys.is_wrong(hash) => Ok(None),
            None => {
                self.views.require_database()?;
                let _turn = self.reads.take().await?;
                self.look_up(hash).await
            }
        }
    }

    /// A known key as it is now, if it is time to ask. While the database is slow or away, what was
    /// known before is the best there is.
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
            let Some(found) = keys::find_by_hash(&self.database, &hex(hash)).await? else {
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

    /// Keys of the scope, oldest first.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn list_api_keys(
        &self,
        scope: &Scope,
        page: &PageRequest<CreationPlace<ApiKeyId>>,
    ) -> Result<Page<Placed<ApiKey, ApiKeyId>>> {
        let mut listed = keys::list(&self.snapshot(scope).await?, page).await?;
        for Placed { item: key, .. } in &mut listed.items {
            key.last_used_at = key.last_used_at.max(self.key_use.last(&key.id));
        }
        Ok(listed)
    }

    /// Writes down when keys were last used.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn save_key_use(&self) -> Result<()> {
        let used = self.key_use.take();
        let saved = keys::note_use(&self.database, used.clone()).await;
        if saved.is_err() {
            self.key_use.put_back(used);
        }
        saved
    }

    /// Makes a key for an organization, which is made too if it is new: for the operator.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn create_key_for(
        &self,
        organization: &Name,
        mode: Mode,
        new: KeyWish,
    ) -> Result<NewApiKey> {
        let (transaction, is_new) = self.transaction_of(organization, mode).await?;
        let made = execute(transaction, CreateApiKey::new(new, By::Operator)?).await?;
        self.known_keys.note_made();
        if is_new {
            self.checkpoint().await;
        }
        Ok(made)
    }

    /// On a database without organizations, makes one and a key for it, with all rights and with the
    /// given secret if there is one. Of several servers that start at once, one does. The key is
    /// handed over before it is durable, and not made where that fails.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn bootstrap<T>(
        &self,
        name: Name,
        given: Option<Secret>,
        hand_over: impl FnOnce(&Secret) -> std::result::Result<T, String>,
    ) -> Result<FirstKey<T>> {
        if !organization::is_empty(&self.database).await? {
            return Ok(FirstKey::NotNeeded);
        }
        let first = Name::from_row(DEFAULT_ORGANIZATION.to_owned());
        let mode = given.as_ref().map_or(Mode::Sandbox, Secret::mode);
        let (transaction, is_new) = self.transaction_of(&first, mode).await?;
        if !is_new {
            return Ok(FirstKey::NotNeeded);
        }
        let wish = KeyWish {
            name,
            expires_in_days: None,
            rights: Rights::Full,
        };
        let made = match given {
            Some(secret) => insert_key(&transaction, wish, secret, transaction.now()).await?,
            None => {
                let command = CreateApiKey::new(wish, By::Operator)?;
                command.execute(&transaction, transaction.now()).await?
            }
        };
        match hand_over(&made.secret) {
            Ok(handed_over) => {
                transaction.commit().await?;
                self.known_keys.note_made();
                self.checkpoint().await;
                Ok(FirstKey::Made(handed_over))
            }
            Err(why) => {
                transaction.roll_back().await?;
                Ok(FirstKey::NotHandedOver(why))
            }
        }
    }

    /// Has a new organization survive even the loss of SQLite's log.
    async fn checkpoint(&self) {
        if let Err(error) = self.database.checkpoint().await {
            tracing::warn!(%error, "what is new is in the log of the database alone");
        }
    }

    /// All keys of all organizations: for the operator.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn all_api_keys(&self) -> Result<Vec<OwnedApiKey>> {
        keys::list_everywhere(&self.database).await
    }

    /// Revokes a key of any organization: for the operator.
    ///
    /// # Errors
    /// `ApiKeyNotFound`; `Unavailable` or `Internal`.
    pub async fn revoke_key(&self, id: Option<ApiKeyId>) -> Result<ApiKeyId> {
        let id = id.ok_or(Error::ApiKeyNotFound)?;
        let scope = keys::scope_of(&self.database, &id)
            .await?
            .ok_or(Error::ApiKeyNotFound)?;
        let transaction = self.database.transaction(&scope).await?;
        execute(
            transaction,
            DeleteApiKey {
                id: Some(id),
                by: By::Operator,
            },
        )
        .await
    }

    /// Begins to write a scope of an organization, which is made if it is new.
    async fn transaction_of(&self, organization: &Name, mode: Mode) -> Result<(Transaction, bool)> {
        let ids = NewIds {
            organization: OrganizationId::from_uuid(app::unique()),
            scope: ScopeId::from_uuid(app::unique()),
        };
        organization::transaction(&self.database, organization, mode, ids, app::now()).await
    }
}

/// Executes a command of the operator.
async fn execute<C: Command>(transaction: Transaction, command: C) -> Result<C::Outcome> {
    let outcome = command.execute(&transaction, transaction.now()).await?;
    transaction.commit().await?;
    Ok(outcome)
}
