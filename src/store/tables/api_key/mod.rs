//! API keys.

pub(in crate::store) mod entity;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use serde::{Deserialize, Serialize};

use self::entity as api_key;
use super::by_creation;
use super::changes::Changes;
use super::organization::{entity as organization, scope_entity as scope, scope_from_row};
use super::row::Word;
use super::state::Lineage;
use super::version;
use crate::domain::api_key::{ApiKey, Secret};
use crate::domain::change::compare;
use crate::domain::id::ApiKeyId;
use crate::domain::page::{CreationPosition, Page, PageRequest, Positioned};
use crate::domain::permission::{Permissions, Rights};
use crate::domain::scope::{Caller, Mode, Scope};
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::connection::db::Database;
use crate::store::query::{InScope, only, within};
use crate::store::transaction::Transaction;

/// The rights of a key. A restricted key without permissions, as after the migration that adds them
/// was reverted, may do nothing rather than everything.
///
/// A publishable key is known by its prefix alone: a program of the previous version then reads its
/// empty permissions as those of a key that may do nothing.
fn rights_from_row(prefix: &str, permissions: Option<&str>) -> Result<Rights> {
    if Secret::is_of_publishable(prefix) {
        return Ok(Rights::Publishable);
    }
    let Some(text) = permissions else {
        return Ok(match Secret::is_of_restricted(prefix) {
            true => Rights::Restricted(Permissions::NONE),
            false => Rights::Full,
        });
    };
    Permissions::parse(text)
        .map(Rights::Restricted)
        .ok_or_else(|| Error::internal("the permissions of an API key cannot be read"))
}

fn permissions_of(rights: &Rights) -> Option<String> {
    match rights {
        Rights::Full => None,
        Rights::Restricted(permissions) => Some(permissions.to_string()),
        Rights::Publishable => Some(Permissions::NONE.to_string()),
    }
}

fn from_row(row: api_key::Model) -> Result<ApiKey> {
    let api_key::Model {
        id,
        scope_id: _,
        name,
        secret_hash: _,
        prefix,
        expires_at,
        last_used_at,
        created_at,
        revoked_at: _,
        permissions,
        creation_order: _,
    } = row;
    Ok(ApiKey {
        id: ApiKeyId::from_row(id),
        name: Name::from_row(name),
        rights: rights_from_row(&prefix, permissions.as_deref())?,
        prefix,
        expires_at: expires_at.map(Timestamp::from_millis),
        last_used_at: last_used_at.map(Timestamp::from_millis),
        created_at: Timestamp::from_millis(created_at),
    })
}

/// What the log keeps of a key: neither its secret nor anything that it could be found by.
#[derive(Debug, Serialize, Deserialize)]
struct KeyVersion {
    id: String,
    name: String,
    prefix: String,
    permissions: Option<String>,
    expires_at: Option<i64>,
    created_at: i64,
}

/// The version of a key.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn version_of(key: &ApiKey) -> Result<Vec<u8>> {
    let ApiKey {
        id,
        name,
        prefix,
        rights,
        expires_at,
        last_used_at: _,
        created_at,
    } = key;
    version::write(&KeyVersion {
        id: id.as_str().to_owned(),
        name: name.as_str().to_owned(),
        prefix: prefix.clone(),
        permissions: permissions_of(rights),
        expires_at: expires_at.map(Timestamp::as_millis),
        created_at: created_at.as_millis(),
    })
}

/// Reads the version of a key.
///
/// # Errors
/// `Internal`.
pub(in crate::store) fn read_version(version: &[u8]) -> Result<ApiKey> {
    let KeyVersion {
        id,
        name,
        prefix,
        permissions,
        expires_at,
        created_at,
    } = version::read(version)?;
    Ok(ApiKey {
        id: ApiKeyId::from_row(id),
        name: Name::from_row(name),
        rights: rights_from_row(&prefix, permissions.as_deref())?,
        prefix,
        expires_at: expires_at.map(Timestamp::from_millis),
        last_used_at: None,
        created_at: Timestamp::from_millis(created_at),
    })
}

async fn read_scope(database: &Database, id: String) -> Result<Scope> {
    only(scope::Entity::find_by_id(id), database.reader())
        .await?
        .map(scope_from_row)
        .ok_or_else(|| Error::internal("an API key has no scope"))?
}

/// A key that was found by its secret.
#[derive(Debug)]
pub struct FoundKey {
    /// The key.
    pub key: ApiKey,
    /// The caller that it makes.
    pub caller: Caller,
    /// The state that its scope was in when it was found.
    pub lineage: Lineage,
}

/// The key with this hash of its secret, unless it was revoked.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn find_by_hash(database: &Database, secret_hash: &str) -> Result<Option<FoundKey>> {
    let in_scope = api_key::Entity::belongs_to(scope::Entity)
        .from(api_key::Column::ScopeId)
        .to(scope::Column::Id);
    // One statement, so that the revision is the one at which the key was valid.
    let found = api_key::Entity::find()
        .join(JoinType::InnerJoin, in_scope.into())
        .select_also(scope::Entity)
        .filter(api_key::Column::SecretHash.eq(secret_hash))
        .filter(api_key::Column::RevokedAt.is_null())
        .one(database.reader())
        .await?;
    let Some((row, Some(scope))) = found else {
        return Ok(None);
    };
    let lineage = Lineage::from(scope.clone());
    let key = from_row(row)?;
    let caller = Caller {
        api_key_id: key.id.clone(),
        scope: scope_from_row(scope)?,
        rights: key.rights.clone(),
        expires_at: key.expires_at,
        name: key.name.clone(),
        prefix: key.prefix.clone(),
    };
    Ok(Some(FoundKey {
        key,
        caller,
        lineage,
    }))
}

/// A key as the operator's list shows it.
#[derive(Debug)]
pub struct OwnedApiKey {
    /// The key.
    pub key: ApiKey,
    /// The name of its organization.
    pub organization: Name,
    /// The mode of its scope.
    pub mode: Mode,
}

/// All keys of all organizations that are not revoked, oldest first: for the operator only.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn list_everywhere(database: &Database) -> Result<Vec<OwnedApiKey>> {
    let keys = api_key::Entity::find()
        .filter(api_key::Column::RevokedAt.is_null())
        .order_by_asc(api_key::Column::Id)
        .all(database.reader())
        .await?;
    let scopes = scope::Entity::find().all(database.reader()).await?;
    let organizations = organization::Entity::find().all(database.reader()).await?;
    let owner_of = |key: &api_key::Model| {
        let scope = scopes.iter().find(|scope| scope.id == key.scope_id)?;
        let owner = organizations
            .iter()
            .find(|owner| owner.id == scope.organization_id)?;
        Some((scope.mode.as_str(), owner.name.clone()))
    };
    keys.into_iter()
        .map(|key| {
            let (mode, organization) =
                owner_of(&key).ok_or_else(|| Error::internal("an API key has no owner"))?;
            Ok(OwnedApiKey {
                mode: Mode::from_column(mode)?,
                organization: Name::from_row(organization),
                key: from_row(key)?,
            })
        })
        .collect()
}

/// The scope of the key with this id, wherever it is: for the operator only.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn scope_of(database: &Database, id: &ApiKeyId) -> Result<Option<Scope>> {
    let unrevoked =
        api_key::Entity::find_by_id(id.as_str()).filter(api_key::Column::RevokedAt.is_null());
    match only(unrevoked, database.reader()).await? {
        Some(row) => read_scope(database, row.scope_id).await.map(Some),
        None => Ok(None),
    }
}

/// Keys of the scope that are not revoked, oldest first.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn list(
    tx: &impl InScope,
    page: &PageRequest<CreationPosition<ApiKeyId>>,
) -> Result<Page<Positioned<ApiKey, ApiKeyId>>> {
    let unrevoked = within::<api_key::Entity>(tx).filter(api_key::Column::RevokedAt.is_null());
    let query = by_creation::page(unrevoked, page);
    let rows = query.all(tx.connection()).await?;
    let keys = rows.into_iter().map(placed).collect::<Result<_>>()?;
    Ok(Page::from_rows(keys, page))
}

fn placed(row: api_key::Model) -> Result<Positioned<ApiKey, ApiKeyId>> {
    let order = row.creation_order;
    let item = from_row(row)?;
    Ok(by_creation::placed(order, item.id.clone(), item))
}

impl Transaction {
    /// Adds a key with the hash of its secret.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn insert_api_key(&self, key: &ApiKey, secret_hash: String) -> Result<Changes> {
        let ApiKey {
            id,
            name,
            prefix,
            rights,
            expires_at,
            last_used_at,
            created_at,
        } = key;
        let row = api_key::ActiveModel {
            id: Set(id.as_str().to_owned()),
            scope_id: Set(self.scope().id.as_str().to_owned()),
            name: Set(name.as_str().to_owned()),
            secret_hash: Set(secret_hash),
            prefix: Set(prefix.clone()),
            expires_at: Set(expires_at.map(Timestamp::as_millis)),
            last_used_at: Set(last_used_at.map(Timestamp::as_millis)),
            created_at: Set(created_at.as_millis()),
            revoked_at: Set(None),
            permissions: Set(permissions_of(rights)),
            creation_order: Set(Some(by_creation::next::<api_key::Entity>(self).await?)),
        };
        api_key::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        Ok(Changes::logged(
            compare(None, Some(key)),
            Some(version_of(key)?),
        ))
    }

    /// A key that is not revoked.
    ///
    /// # Errors
    /// `ApiKeyNotFound`; `Unavailable` or `Internal`.
    pub async fn find_api_key(&self, id: &ApiKeyId) -> Result<ApiKey> {
        let unrevoked = within::<api_key::Entity>(self)
            .filter(api_key::Column::Id.eq(id.as_str()))
            .filter(api_key::Column::RevokedAt.is_null());
        let found = only(unrevoked, self.connection()).await?;
        from_row(found.ok_or(Error::ApiKeyNotFound)?)
    }

    /// Revokes a key that was read in this transaction: it opens nothing from now on.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn revoke_api_key(&self, key: &ApiKey, now: Timestamp) -> Result<Changes> {
        api_key::Entity::update_many()
            .col_expr(api_key::Column::RevokedAt, Expr::value(now.as_millis()))
            .filter(api_key::Column::ScopeId.eq(self.scope().id.as_str()))
            .filter(api_key::Column::Id.eq(key.id.as_str()))
            .exec(self.connection())
            .await?;
        let logged = Changes::logged(compare(Some(key), None), None);
        Ok(logged.and(self.mark_keys().await?))
    }
}

/// Maximum number of keys that a transaction notes the use of, so that no write waits for it long.
const NOTED_AT_ONCE: usize = 200;

/// Notes when keys were last used, many in one transaction; an older time never replaces a newer one.
///
/// # Errors
/// `Unavailable` or `Internal`. Some may have been noted then; noting them again changes nothing.
pub async fn note_use(database: &Database, mut used: Vec<(ApiKeyId, Timestamp)>) -> Result<()> {
    // Servers that note the same keys at the same time lock them in the same order.
    used.sort_unstable();
    for some in used.chunks(NOTED_AT_ONCE) {
        let tx = database.begin_write().await?;
        for (id, at) in some {
            let at = at.as_millis();
            let last_used_at = || Expr::col(api_key::Column::LastUsedAt);
            api_key::Entity::update_many()
                .col_expr(api_key::Column::LastUsedAt, Expr::value(at))
                .filter(api_key::Column::Id.eq(id.as_str()))
                .filter(last_used_at().is_null().or(last_used_at().lt(at)))
                .exec(&tx)
                .await?;
        }
        database.commit(tx).await?;
    }
    Ok(())
}
