//! The operations of API keys.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{One, PagesOf, Read, Refused, Wrote, body_of, refusals};
use crate::api::kit::needs::{ReadApiKeys, WriteApiKeys};
use crate::api::kit::parameter::{self, ApiKeyParam, Cursor, IfNoneMatch, Limit, Param};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::api_key::{ApiKey, CreateApiKeyRequest, CreatedApiKey};
use crate::api::schema::deleted::DeletedApiKey;
use crate::catalog::api_key::{By, CreateApiKey, DeleteApiKey, NewApiKey};
use crate::catalog::write::Answer;
use crate::domain::id::ApiKeyId;
use crate::domain::page::CreationPosition;
use crate::domain::scope::Scope;

request_schemas!(CreateApiKeyRequest);

refusals! {
    ListApiKeysRefusals: PLAIN;
    CreateApiKeyRefusals: BODY;
    DeleteApiKeyRefusals: PLAIN, ApiKeyNotFound, ApiKeyInUse;
}

/// The operations of API keys.
#[derive(Debug)]
pub struct ApiKeysApi;

#[OpenApi(tag = "Tag::ApiKeys")]
impl ApiKeysApi {
    /// List API keys
    ///
    /// Lists the API keys of the catalog that are not revoked, oldest first, in pages. Secrets
    /// are never shown.
    #[oai(path = "/api-keys", method = "get", operation_id = "list-api-keys")]
    async fn list_api_keys(
        &self,
        caller: Authorized<ReadApiKeys>,
        _query: KnownQuery,
        /// The maximum number of API keys to return.
        limit: Param<Limit>,
        /// The `nextCursor` of the previous page.
        cursor: Param<Cursor<CreationPosition<ApiKeyId>>>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<PagesOf<ApiKey>>, Refused<ListApiKeysRefusals>> {
        let scope = caller.scope();
        let page = caller
            .app
            .list_api_keys(scope, &parameter::page(limit, cursor)?)
            .await?;
        let convert = |item| ApiKey::new(item, scope);
        Ok(Read::page(page, &if_none_match, convert).await?)
    }

    /// Create an API key
    ///
    /// Makes an API key for the same catalog as the key of the call. The secret is returned only
    /// once; a replayed response has the key's prefix instead.
    ///
    /// With `permissions` it is a restricted key, which may do only what they allow. A restricted
    /// key makes only keys with the same or fewer permissions that expire no later than itself.
    #[oai(path = "/api-keys", method = "post", operation_id = "create-api-key")]
    async fn create_api_key(
        &self,
        caller: Authorized<WriteApiKeys>,
        _query: KnownQuery,
        headers: WriteHeaders,
        body: Body<CreateApiKeyRequest>,
    ) -> Result<Wrote<One<CreatedApiKey>>, Refused<CreateApiKeyRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let by = By::Key(caller.caller().clone());
        let command = CreateApiKey::new(body.request.into_wish()?, by)?;
        let answer = |made: &NewApiKey, scope: &Scope| {
            let kept = body_of(&CreatedApiKey::without_secret(&made.key, scope))?;
            Ok(Answer {
                body: body_of(&CreatedApiKey::new(made, scope))?,
                kept: Some(kept),
            })
        };
        Ok(caller.write_with(call, command, answer).await?)
    }

    /// Revoke an API key
    ///
    /// Revokes an API key at once. A key cannot revoke itself, and a
    /// restricted key revokes only keys with the same or fewer permissions.
    #[oai(
        path = "/api-keys/:id",
        method = "delete",
        operation_id = "delete-api-key"
    )]
    async fn delete_api_key(
        &self,
        caller: Authorized<WriteApiKeys>,
        _query: KnownQuery,
        /// The id of the key, which is not its secret.
        id: Path<ApiKeyParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedApiKey>>, Refused<DeleteApiKeyRefusals>> {
        let command = DeleteApiKey {
            id: id.0.0,
            by: By::Key(caller.caller().clone()),
        };
        Ok(caller
            .write(headers.call()?, command, DeletedApiKey::new)
            .await?)
    }
}
