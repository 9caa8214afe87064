//! A whole server without sockets, with one plan.

use std::sync::Arc;

use bytes::Bytes;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode};
use poem::{Endpoint, EndpointExt, Request, Response};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::api::gate::AtOnce;
use crate::api::gate::head::Head;
use crate::api::gate::path::normalize;
use crate::api::kit::error::Code;
use crate::api::kit::headers::only;
use crate::api::kit::settings::Settings;
use crate::api::protocol::{API_VERSION, REQUEST_ID_HEADER, VERSION_HEADER};
use crate::catalog::api_key::KeyWish;
use crate::catalog::app::App;
use crate::domain::permission::{Permissions, Rights};
use crate::domain::scope::Mode;
use crate::domain::text::Name;
use crate::startup;
use crate::store::connection::db::DatabaseUrl;

/// The code of the plan.
pub const PLAN: &str = "pro";

/// The fast path: the response that is ready for a request head, if any.
type ReadyResponse = Box<dyn Fn(&Head<'_>) -> Option<Response> + Send + Sync>;

/// A server and its keys.
pub struct Shop {
    runtime: Runtime,
    at_once: ReadyResponse,
    endpoint: BoxEndpoint<'static, Response>,
    /// A key that may do everything.
    pub key: String,
    /// A key that may only read.
    pub reader: String,
    /// The id of the plan.
    pub plan_id: String,
    _folder: TempDir,
}

/// A response.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Creates a key with these rights.
pub async fn make_key(app: &App, rights: Rights) -> String {
    let name = Name::parse("shop").unwrap();
    let wish = KeyWish {
        name: name.clone(),
        expires_in_days: None,
        rights,
    };
    let made = app.create_key_for(&name, Mode::Sandbox, wish).await;
    made.unwrap().secret.expose().to_owned()
}

impl Shop {
    /// Opens a new server.
    pub fn open() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
        let settings = Settings {
            wrong_key_limit: None,
            ..Settings::default()
        };
        let (at_once, endpoint, key, reader) = runtime.block_on(async {
            let app = startup::open(&url, 1024 * 1024).await.unwrap();
            let reads = Permissions::parse("plan:read,feature:read,plan_group:read,api_key:read");
            let full = make_key(&app, Rights::Full).await;
            let reader = make_key(&app, Rights::Restricted(reads.unwrap())).await;
            let endpoint = Arc::new(crate::api::endpoint(app, &settings, Arc::default(), true));
            let ready = endpoint.clone();
            let at_once: ReadyResponse = Box::new(move |head| ready.at_once(head));
            (at_once, endpoint.boxed(), full, reader)
        });
        let mut shop = Self {
            runtime,
            at_once,
            endpoint,
            key,
            reader,
            plan_id: String::new(),
            _folder: folder,
        };
        shop.plan_id = shop.make_plan();
        shop
    }

    fn make_plan(&self) -> String {
        let request = Request::builder()
            .method(Method::POST)
            .uri_str("/api/v1/plans/manage")
            .header("x-api-key", &self.key)
            .content_type("application/json")
            .body(format!(
                r#"{{"name":"Pro","code":"{PLAN}","description":"{}"}}"#,
                "Long enough to be compressed. ".repeat(60)
            ));
        let made: Value = serde_json::from_slice(&self.send(request).body).unwrap();
        made["data"]["id"].as_str().unwrap().to_owned()
    }

    /// The response to a request, by the fast path where there is one, as the server does it. A
    /// host is added, since every client sends one.
    pub fn send(&self, mut request: Request) -> Answer {
        normalize(request.uri_mut());
        request
            .headers_mut()
            .entry("host")
            .or_insert(HeaderValue::from_static("prices"));
        self.runtime.block_on(async {
            let mut response = match (self.at_once)(&Head::from(&request)) {
                Some(ready) => ready,
                None => self.endpoint.get_response(request).await,
            };
            Answer {
                status: response.status(),
                body: response.take_body().into_bytes().await.unwrap(),
                headers: std::mem::take(response.headers_mut()),
            }
        })
    }
}

impl Answer {
    /// Checks the properties that every response has, and returns the error if it is one.
    pub fn check(&self) -> Result<Option<Value>, TestCaseError> {
        let only = |name: &str| only(&self.headers, name)?.to_str().ok();
        let id = only(REQUEST_ID_HEADER).unwrap_or_default();
        prop_assert!((1..=128).contains(&id.len()), "a request id: {id:?}");
        prop_assert_eq!(only(VERSION_HEADER), Some(API_VERSION));
        prop_assert!(
            !self.status.is_server_error(),
            "{}: {:?}",
            self.status,
            self.body
        );
        if !self.status.is_client_error() {
            return Ok(None);
        }
        let body: Value = serde_json::from_slice(&self.body)
            .map_err(|why| TestCaseError::fail(format!("{why}: {:?}", self.body)))?;
        let error = &body["error"];
        let code = error["code"].as_str().and_then(Code::from_text);
        prop_assert_eq!(body["success"].as_bool(), Some(false));
        prop_assert_eq!(code.map(Code::status), Some(self.status), "{}", body);
        if code == Some(Code::ValidationError) {
            let fields = error["details"].as_array().into_iter().flatten();
            let fields: Vec<_> = fields.filter_map(|one| one["field"].as_str()).collect();
            prop_assert!(!fields.is_empty() && !fields.contains(&""), "{}", body);
            prop_assert_eq!(error["param"].as_str(), Some(fields[0]));
        }
        prop_assert_eq!(
            self.headers.contains_key("allow"),
            code == Some(Code::MethodNotAllowed)
        );
        Ok(Some(error.clone()))
    }

    /// The fields that a refusal names.
    pub fn fields(error: &Value) -> Vec<&str> {
        let details = error["details"].as_array().into_iter().flatten();
        details.filter_map(|one| one["field"].as_str()).collect()
    }
}
