//! API keys: creating, listing and revoking them.

use super::app::App;
use super::clock::{now, unique};
use super::secret_hash::hash_of;
use super::write::{Changed, Command};
use crate::domain::api_key::{ApiKey, Secret};
use crate::domain::change::{Actor, Origin};
use crate::domain::id::{ApiKeyId, OrganizationId, RequestId, ScopeId};
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::permission::Rights;
use crate::domain::scope::{Caller, DEFAULT_ORGANIZATION, Mode, Scope};
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::history::Log;
use crate::store::query::InScope;
use crate::store::tables::api_key as keys;
use crate::store::tables::api_key::OwnedApiKey;
use crate::store::tables::organization::{self, NewIds};
use crate::store::transaction::Transaction;

/// A new key with its secret, which exists only in this value.
pub struct NewApiKey {
    /// The key.
    pub key: ApiKey,
    /// The secret.
    pub secret: Secret,
}

/// Who creates or revokes a key.
#[derive(Debug, Clone)]
pub enum By {
    /// The operator of the program, who may do everything.
    Operator,
    /// Another key of the same scope.
    Key(Caller),
}

/// The properties of a new key.
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

/// Creates a key.
///
/// A key with more rights than its creator is refused here, before the answer of an earlier call is
/// looked up.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    wish: KeyWish,
    by: By,
}

impl CreateApiKey {
    /// The command, unless the new key could do more than its creator.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn new(wish: KeyWish, by: By) -> Result<Self> {
        if let By::Key(maker) = &by {
            maker.rights.require_covers(&wish.rights)?;
        }
        Ok(Self { wish, by })
    }
}

impl Command for CreateApiKey {
    type Outcome = NewApiKey;

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<NewApiKey>> {
        let Self { wish, by } = self;
        if let By::Key(maker) = &by {
            maker
                .rights
                .require_covers_expiry(maker.expires_at, wish.expires_at(now))?;
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random)
            .map_err(|why| Error::internal(format!("no randomness: {why}")))?;
        let secret = Secret::from_random(tx.scope().mode, &wish.rights, &random);
        insert_key(tx, wish, secret, now).await
    }
}

/// Creates a key with this secret, which has the mode of the scope and fits the rights.
async fn insert_key(
    tx: &Transaction,
    wish: KeyWish,
    secret: Secret,
    now: Timestamp,
) -> Result<Changed<NewApiKey>> {
    let expires_at = wish.expires_at(now);
    let KeyWish {
        name,
        expires_in_days: _,
        rights,
    } = wish;
    let key = ApiKey {
        id: ApiKeyId::from_uuid(unique()),
        name,
        prefix: secret.prefix(),
        rights,
        expires_at,
        last_used_at: None,
        created_at: now,
    };
    let hash = hex::encode(hash_of(secret.expose()));
    let changes = tx.insert_api_key(&key, hash).await?;
    Ok(Changed::new(NewApiKey { key, secret }, changes))
}

/// The outcome of creating the first key.
#[derive(Debug)]
pub enum FirstKey<T> {
    /// There are organizations already.
    NotNeeded,
    /// It was created and handed over.
    Made(T),
    /// It could not be handed over, for this reason, and so was not created.
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

    async fn execute(self, tx: &Transaction, now: Timestamp) -> Result<Changed<ApiKeyId>> {
        let id = self.id.ok_or(Error::ApiKeyNotFound)?;
        if let By::Key(caller) = &self.by
            && caller.api_key_id == id
        {
            return Err(Error::ApiKeyInUse);
        }
        let key = tx.find_api_key(&id).await?;
        if let By::Key(caller) = &self.by {
            caller.rights.require_covers(&key.rights)?;
        }
        let changes = tx.revoke_api_key(&key, now).await?;
        Ok(Changed::new(id, changes))
    }
}

impl App {
    /// Keys of the scope, oldest first.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn list_api_keys(
        &self,
        scope: &Scope,
        page: &PageRequest<CreationPosition<ApiKeyId>>,
    ) -> Result<Page<Positioned<ApiKey, ApiKeyId>>> {
        let mut listed = keys::list(&self.snapshot(scope).await?, page).await?;
        for Positioned { item: key, .. } in &mut listed.items {
            key.last_used_at = key.last_used_at.max(self.key_use.last(&key.id));
        }
        Ok(listed)
    }

    /// Saves when keys were last used.
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

    /// Creates a key for an organization, and the organization if it is new: for the operator.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn create_key_for(
        &self,
        organization: &Name,
        mode: Mode,
        new: KeyWish,
    ) -> Result<NewApiKey> {
        let (tx, is_new) = self.transaction_of(organization, mode).await?;
        let made = execute(tx, CREATE, CreateApiKey::new(new, By::Operator)?).await?;
        self.known_keys.note_made();
        if is_new {
            self.checkpoint().await;
        }
        Ok(made)
    }

    /// On a database without organizations, creates one and a key for it, with all rights and with
    /// the given secret if there is one. Of several servers that start at once, one does so. The
    /// key is handed over before it is durable, and is not created if that fails.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn bootstrap<T>(
        &self,
        given: Option<Secret>,
        hand_over: impl FnOnce(&Secret) -> std::result::Result<T, String>,
    ) -> Result<FirstKey<T>> {
        if !organization::is_empty(&self.database).await? {
            return Ok(FirstKey::NotNeeded);
        }
        let first = Name::from_row(DEFAULT_ORGANIZATION.to_owned());
        let mode = given.as_ref().map_or(Mode::Sandbox, Secret::mode);
        let (tx, is_new) = self.transaction_of(&first, mode).await?;
        if !is_new {
            return Ok(FirstKey::NotNeeded);
        }
        let wish = KeyWish {
            name: Name::from_row("first key".to_owned()),
            expires_in_days: None,
            rights: Rights::Full,
        };
        let log = Log::open(&tx).await?;
        let made = match given {
            Some(secret) => insert_key(&tx, wish, secret, tx.now()).await?,
            None => {
                let command = CreateApiKey::new(wish, By::Operator)?;
                command.execute(&tx, tx.now()).await?
            }
        };
        let (made, changes) = made.into_parts();
        log.close(&origin_of(Actor::system(), CREATE), None, changes.objects)
            .await?;
        match hand_over(&made.secret) {
            Ok(handed_over) => {
                tx.commit().await?;
                self.known_keys.note_made();
                self.checkpoint().await;
                Ok(FirstKey::Made(handed_over))
            }
            Err(why) => {
                tx.roll_back().await?;
                Ok(FirstKey::NotHandedOver(why))
            }
        }
    }

    /// Moves a new organization from SQLite's write-ahead log into the file, so that it survives
    /// the loss of the log.
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
        let tx = self.database.transaction(&scope).await?;
        let command = DeleteApiKey {
            id: Some(id),
            by: By::Operator,
        };
        execute(tx, DELETE, command).await
    }

    /// Begins a write in a scope of an organization, which is created if it is new.
    async fn transaction_of(&self, organization: &Name, mode: Mode) -> Result<(Transaction, bool)> {
        let ids = NewIds {
            organization: OrganizationId::from_uuid(unique()),
            scope: ScopeId::from_uuid(unique()),
        };
        organization::transaction(&self.database, organization, mode, ids, now()).await
    }
}

/// The operations of the API that do the same as the operator's commands.
const CREATE: &str = "create-api-key";
const DELETE: &str = "delete-api-key";

/// The origin of a write that no request asked for.
fn origin_of(actor: Actor, operation: &'static str) -> Origin {
    Origin {
        actor,
        operation,
        request_id: RequestId::from_uuid(unique()).to_string(),
        note: None,
    }
}

/// Executes a command of the operator in its own transaction.
async fn execute<C: Command>(
    tx: Transaction,
    operation: &'static str,
    command: C,
) -> Result<C::Outcome> {
    let log = Log::open(&tx).await?;
    let changed = command.execute(&tx, tx.now()).await?;
    // The program that the operator runs has no cache; servers find the change in the database.
    let (outcome, changes) = changed.into_parts();
    let origin = origin_of(Actor::command_line(), operation);
    log.close(&origin, None, changes.objects).await?;
    tx.commit().await?;
    Ok(outcome)
}
