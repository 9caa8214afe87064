//! A caller of the API. Every answer is checked against the OpenAPI document.

use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use super::contract;

/// A caller with or without a key.
#[derive(Clone)]
pub struct Actor {
    http: Client,
    server: String,
    key: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    /// The body as received.
    pub text: String,
}

impl Actor {
    pub fn new(server: &str, key: Option<String>) -> Self {
        Self {
            http: Client::new(),
            server: server.to_owned(),
            key,
        }
    }

    /// The secret of the actor's key.
    pub fn key(&self) -> &str {
        self.key.as_deref().expect("an actor with a key")
    }

    /// The same caller with another key.
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self.clone()
        }
    }

    /// The same caller on another server.
    pub fn at(&self, server: &str) -> Self {
        Self {
            server: server.to_owned(),
            ..self.clone()
        }
    }

    /// The address of a path of the API, such as `/plans`.
    pub fn address(&self, path: &str) -> String {
        format!("{}/api/v1{path}", self.server)
    }

    /// A request with the actor's key, to be completed and sent with [`Self::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, self.address(path));
        match &self.key {
            Some(key) => request.header("x-api-key", key),
            None => request,
        }
    }

    /// Sends a request to the API and checks the answer against the document.
    pub async fn send(&self, request: RequestBuilder) -> Reply {
        self.try_send(request).await.expect("an answer")
    }

    /// The same, for a server that may end before it answers.
    pub async fn try_send(&self, request: RequestBuilder) -> reqwest::Result<Reply> {
        let request = request.build().expect("a good request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await?;
        let body = match is_json(&headers) {
            true => parse(&bytes),
            false => Value::Null,
        };
        let reply = Reply {
            status,
            headers,
            body,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        };
        contract::check(&method, &path, &reply);
        Ok(reply)
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::POST, path).json(&body))
            .await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    /// Sends a raw body, declared as JSON.
    pub async fn raw(&self, method: Method, path: &str, body: impl Into<reqwest::Body>) -> Reply {
        let request = self
            .request(method, path)
            .header("content-type", "application/json");
        self.send(request.body(body)).await
    }
}

/// Everything is JSON but the catalog as YAML.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get("content-type");
    kind.is_none_or(|kind| kind != "application/yaml")
}

fn parse(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    serde_json::from_slice(bytes).unwrap_or_else(|why| {
        panic!(
            "an answer is not JSON ({why}): {}",
            String::from_utf8_lossy(bytes)
        )
    })
}

impl Reply {
    /// The data of a call that must succeed.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!(self.status, 200, "{}", self.body);
        &self.body["data"]
    }

    /// A text in the data of a call that must succeed.
    #[track_caller]
    pub fn text(&self, field: &str) -> &str {
        self.data()[field]
            .as_str()
            .unwrap_or_else(|| panic!("no text `{field}` in {}", self.body))
    }

    /// The id in the data of a call that must succeed.
    #[track_caller]
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// Checks that the call was refused with this status and code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> &Self {
        let found = (
            self.status,
            self.body["error"]["code"].as_str().unwrap_or_default(),
        );
        assert_eq!(found, (status, code), "{}", self.body);
        self
    }

    /// Checks that the call was refused as invalid because of exactly these fields, of which the
    /// first is the error's `param`.
    #[track_caller]
    pub fn invalid(&self, fields: &[&str]) {
        self.refused(400, "validation_error");
        let error = &self.body["error"];
        let details = error["details"].as_array().expect("details");
        let found: Vec<_> = details
            .iter()
            .map(|item| item["field"].as_str().unwrap_or_default())
            .collect();
        assert_eq!(found, fields, "{}", self.body);
        assert_eq!(
            error["param"].as_str().unwrap_or_default(),
            fields[0],
            "{}",
            self.body
        );
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}
