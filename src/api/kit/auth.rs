//! Authorization: an API key opens one scope, with the rights of the key.

use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use poem::http::{HeaderMap, HeaderName, header};
use poem::{Request, RequestBody, Result};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::deadline::{DEADLINE, KEY_DEADLINE, Patience};
use super::error::{Code, Rejection};
use super::headers::only;
use super::limit::KeyUsage;
use super::needs::{self, Need};
use super::wrong_keys::LookUps;
use crate::api::protocol::API_KEY_HEADER;
use crate::cache::keys::KnownKey;
use crate::cache::view::View;
use crate::catalog::app::App;
use crate::catalog::queue::Permit;
use crate::domain::Error;
use crate::domain::permission::Audience;
use crate::domain::scope::{Caller, Scope};

const API_KEY: HeaderName = HeaderName::from_static(API_KEY_HEADER);

/// The name of the security scheme in the document.
pub const SCHEME: &str = "ApiKeyAuth";

/// A caller whose key is valid and has the right `N`. It is the first argument of an operation, so
/// that a wrong key is refused first and a missing right second, before anything else of the
/// request is checked.
#[derive(Debug)]
pub struct Authorized<N> {
    /// The catalog.
    pub app: Arc<App>,
    key: Arc<KnownKey>,
    patience: Patience,
    need: PhantomData<N>,
}

impl<N: Need> Authorized<N> {
    /// Begins work on a whole catalog, or as much of it: the call may take longer, but only a few such
    /// calls run at a time. This one does until the permit is dropped.
    ///
    /// # Errors
    /// `Unavailable`, if too many calls wait already or the wait takes too long.
    pub async fn begin_whole(&self) -> Result<Permit, Error> {
        self.patience.extend();
        self.app.begin_whole().await
    }

    /// The same if there is so much work.
    ///
    /// # Errors
    /// See [`begin_whole`](Self::begin_whole).
    pub async fn begin_if_large(&self, is_large: bool) -> Result<Option<Permit>, Error> {
        match is_large {
            true => self.begin_whole().await.map(Some),
            false => Ok(None),
        }
    }

    /// Maximum time that a write of the call may take in the database.
    pub(super) fn write_deadline(&self) -> Duration {
        self.patience.extension().unwrap_or(DEADLINE)
    }

    /// The scope of the caller.
    pub fn scope(&self) -> &Scope {
        &self.caller().scope
    }

    /// Who is calling.
    pub fn caller(&self) -> &Caller {
        self.key.caller()
    }

    /// The audience of the response.
    pub fn audience(&self) -> Audience {
        self.caller().rights.audience()
    }

    /// Refuses a publishable key that asks for the catalog as it was.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn require_past(&self, is_asked_for: bool) -> Result<(), Error> {
        match is_asked_for {
            true => self.caller().rights.require_past(),
            false => Ok(()),
        }
    }

    /// The cached view of the scope.
    pub fn view(&self) -> &View {
        self.key.view()
    }
}

/// The key of a request, once it is known, for the access log and for the permits of large bodies.
pub type CallerSlot = Arc<OnceLock<Arc<KnownKey>>>;

impl<'a, N: Need> ApiExtractor<'a> for Authorized<N> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_security_scheme(
            SCHEME,
            MetaSecurityScheme {
                ty: "apiKey",
                description: Some(
                    "An API key of this server. Each key opens the catalog of one organization in \
                     one mode: `ck_sandbox_…` for trying things out, `ck_live_…` for selling. A \
                     restricted key, `rk_sandbox_…` or `rk_live_…`, may do there only what its \
                     `permissions` allow. A publishable key, `pk_sandbox_…` or `pk_live_…`, reads \
                     public plans and currencies, and may be embedded in a web page.",
                ),
                name: Some(API_KEY_HEADER),
                key_in: Some("header"),
                scheme: None,
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec![SCHEME]
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let (app, key) = authenticate(request).await?;
        if let Some(slot) = request.data::<CallerSlot>() {
            // The slot is new for every request, so it is empty.
            let _ = slot.set(key.clone());
        }
        if let Some(usage) = request.data::<Arc<KeyUsage>>() {
            usage.count(key.meter()).map_err(Rejection::Limited)?;
        }
        needs::require::<N>(&key.caller().rights).map_err(Rejection::from)?;
        Ok(Self {
            app,
            key,
            patience: request.data::<Patience>().cloned().unwrap_or_default(),
            need: PhantomData,
        })
    }
}

async fn authenticate(request: &Request) -> Result<(Arc<App>, Arc<KnownKey>), Rejection> {
    let secret = only_secret(request.headers());
    let secret = secret.ok_or_else(|| no_key(request.headers()))?;
    authenticate_with(request, secret).await
}

/// The caller that a secret of a request belongs to.
///
/// # Errors
/// `Unauthorized` if there is none; `Unavailable` or `Internal`.
pub async fn authenticate_with(
    request: &Request,
    secret: &str,
) -> Result<(Arc<App>, Arc<KnownKey>), Rejection> {
    let app = request
        .data::<Arc<App>>()
        .ok_or_else(|| Error::internal("the server was put together without its catalog"))?;
    let look_ups = request.data::<LookUps>();
    let key = async {
        let _permit = match look_ups.filter(|_| app.asks_about(secret)) {
            Some(look_ups) => look_ups.permit().await,
            None => None,
        };
        app.authenticate(secret).await
    };
    let key = tokio::time::timeout(KEY_DEADLINE, key).await;
    let key = key.map_err(|_| Error::unavailable("looking up the key takes too long"))??;
    let key = key.ok_or_else(|| Rejection::of(Code::Unauthorized))?;
    Ok((app.clone(), key))
}

/// The refusal of a call without a key. A caller who used `Authorization`, as other services do, is
/// told the right header; that reveals nothing about any key.
fn no_key(headers: &HeaderMap) -> Rejection {
    let is_elsewhere =
        !headers.contains_key(API_KEY) && headers.contains_key(header::AUTHORIZATION);
    let told = is_elsewhere.then(|| {
        format!("The API key is missing: send it in the header `{API_KEY_HEADER}`, not in `Authorization`.")
    });
    Rejection::Wire(Code::Unauthorized, told)
}

/// The secret of a request that has exactly one.
pub fn only_secret(headers: &HeaderMap) -> Option<&str> {
    only(headers, API_KEY)?.to_str().ok()
}
