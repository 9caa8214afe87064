//! The client of the API, for commands that ask a running server.

mod error;
mod key;
mod server;
mod waiting;

use std::error::Error;
use std::time::Duration;

use http_client::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http_client::redirect::Policy;
use http_client::{Client as Http, Method, RequestBuilder, StatusCode, Url};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio_rustls::rustls::crypto::ring;

pub use self::error::ClientError;
use super::settings::ClientSettings;
use super::visible::visible;
use crate::api::protocol::{API_KEY_HEADER, CATALOG_REVISION_HEADER, CHANGE_NOTE, SOURCE_API_KEY};

/// How long a server may take for a whole answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long it may take where the whole catalog is at stake.
const WHOLE_TIMEOUT: Duration = Duration::from_secs(120);

/// Calls the API of one server with one key. No error message contains the key.
pub struct Client {
    http: Http,
    /// The base address, without the path of the API.
    server: Url,
    key: HeaderValue,
    /// The key of the catalog that a changeset is made from.
    source_key: Option<HeaderValue>,
    timeout: Duration,
}

/// A body of text.
#[derive(Debug)]
pub struct Text {
    /// The text.
    pub text: String,
    /// The revision of the catalog that it shows.
    pub revision: Option<String>,
}

impl Client {
    /// A client of the server in the settings.
    ///
    /// # Errors
    /// A message for the operator, without passwords and keys.
    pub fn new(settings: &ClientSettings) -> Result<Self, String> {
        let server =
            server::parse(&settings.server).map_err(|error| format!("--server {error}"))?;
        let key = key::of(settings)?;
        // The default cryptography of the process, which the HTTP client needs in any case; one that
        // is installed already stays.
        let _ = ring::default_provider().install_default();
        // The key is never sent to another server.
        let mut http = Http::builder().redirect(Policy::none());
        if server.scheme() == "http" {
            // Without TLS, the authorities of the system may be missing.
            http = http.tls_certs_only([]);
        }
        let http = http.build().map_err(|error| {
            let cause = root_cause(&error);
            format!("calls to a server cannot be made: {cause}")
        })?;
        Ok(Self {
            http,
            server,
            key,
            source_key: None,
            timeout: TIMEOUT,
        })
    }

    /// A client for calls that read or write the whole catalog, which take longer.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn patient(settings: &ClientSettings) -> Result<Self, String> {
        Ok(Self {
            timeout: WHOLE_TIMEOUT,
            ..Self::new(settings)?
        })
    }

    /// The same with a key for the catalog that changesets are made from.
    ///
    /// # Errors
    /// A message for the operator, without the key.
    pub fn with_source_key(mut self, key: Option<&str>) -> Result<Self, String> {
        if let Some(key) = key {
            let key = key::parse(key).ok_or("--source-key has characters that no API key has")?;
            self.source_key = Some(key);
        }
        Ok(self)
    }

    /// The mode in the key, such as `live`, if it is written like a key.
    pub fn mode(&self) -> Option<&str> {
        self.key.to_str().ok()?.split('_').nth(1)
    }

    /// Reads a path of the API, given by its segments, such as `["plans", "pro"]`; returns the
    /// whole answer, whose `data` is what was asked for.
    ///
    /// # Errors
    /// The server cannot be reached, or refuses the call.
    pub async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, ClientError> {
        let request = self.request(Method::GET, path, query)?;
        self.answer(request).await
    }

    /// Reads a path of the API whose answer is a text of a media type.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn get_text(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        media_type: &'static str,
    ) -> Result<Text, ClientError> {
        let request = self.request(Method::GET, path, query)?;
        let request = request.header(ACCEPT, media_type);
        let (status, revision, body) = self.send(request).await?;
        match String::from_utf8(body) {
            Ok(text) if status == StatusCode::OK => Ok(Text { text, revision }),
            Ok(text) => Err(self.refusal(status, serde_json::from_str(&text).ok().as_ref())),
            Err(_) => Err(self.refusal(status, None)),
        }
    }

    /// Sends a body to a path of the API, with a note that says why; returns the whole answer.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn post(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        body: &Value,
        note: Option<&str>,
    ) -> Result<Value, ClientError> {
        let mut request = self
            .request(Method::POST, path, query)?
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string());
        if let Some(note) = note {
            let note = utf8_percent_encode(note, NON_ALPHANUMERIC).to_string();
            request = request.header(CHANGE_NOTE, note);
        }
        if let Some(key) = &self.source_key {
            request = request.header(SOURCE_API_KEY, key.clone());
        }
        self.answer(request).await
    }

    /// Deletes what is at a path of the API.
    ///
    /// # Errors
    /// As [`Client::get`].
    pub async fn delete(&self, path: &[&str]) -> Result<Value, ClientError> {
        let request = self.request(Method::DELETE, path, &[])?;
        self.answer(request).await
    }

    fn request(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<RequestBuilder, String> {
        let url = server::url(&self.server, path, query)?;
        let request = self.http.request(method, url).timeout(self.timeout);
        Ok(request.header(API_KEY_HEADER, self.key.clone()))
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Value, ClientError> {
        let (status, _, body) = self.send(request).await?;
        let answer = serde_json::from_slice::<Value>(&body).ok();
        match answer {
            Some(answer)
                if status == StatusCode::OK
                    && answer["success"] == true
                    && !answer["data"].is_null() =>
            {
                Ok(answer)
            }
            answer => Err(self.refusal(status, answer.as_ref())),
        }
    }

    /// Sends a request; returns the status, the revision of the catalog and the body of the answer.
    async fn send(
        &self,
        request: RequestBuilder,
    ) -> Result<(StatusCode, Option<String>, Vec<u8>), String> {
        let exchange = async {
            let response = request.send().await?;
            let status = response.status();
            let revision = response.headers().get(CATALOG_REVISION_HEADER);
            let revision = revision.and_then(|value| value.to_str().ok().map(str::to_owned));
            Ok((status, revision, response.bytes().await?.to_vec()))
        };
        let answer = waiting::wait(exchange).await;
        answer.map_err(|error| self.unreachable(&error))
    }

    /// The address as messages name it.
    fn name(&self) -> &str {
        self.server.as_str().trim_end_matches('/')
    }

    fn unreachable(&self, error: &http_client::Error) -> String {
        if error.is_timeout() {
            return format!("{} does not answer within {:?}", self.name(), self.timeout);
        }
        let cause = root_cause(error);
        format!("{} does not answer: {cause}", self.name())
    }

    fn refusal(&self, status: StatusCode, answer: Option<&Value>) -> ClientError {
        let (server, status) = (self.name(), status.as_u16());
        let error = answer.map(|answer| &answer["error"]);
        let text = |field: &str| error?[field].as_str();
        let (Some(code), Some(message)) = (text("code"), text("message")) else {
            return self.not_as_pricebook(status);
        };
        let details = error.map_or(Value::Null, |error| error["details"].clone());
        let told = format!("{server} answers {status} {code}: {message}");
        let told = format!("{}{}", visible(&told), error::lines(&details));
        ClientError {
            sentence: self.without_keys(&told),
            status: Some(status),
            code: Some(code.to_owned()),
            details,
        }
    }

    /// That an answer is not of Pricebook.
    pub fn not_as_pricebook(&self, status: u16) -> ClientError {
        let server = self.name();
        let sentence =
            format!("{server} answers {status}, but not as Pricebook does; check --server");
        ClientError {
            status: Some(status),
            ..ClientError::from(sentence)
        }
    }

    /// A text without the keys, which a server might repeat.
    fn without_keys(&self, text: &str) -> String {
        let keys = [Some(&self.key), self.source_key.as_ref()];
        let keys = keys
            .into_iter()
            .flatten()
            .filter_map(|key| key.to_str().ok());
        let text = text.to_owned();
        keys.fold(text, |text, key| text.replace(key, "…"))
    }
}

/// The innermost error, which says what happened; the outer ones repeat the address.
fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(server: &str) -> Result<Client, String> {
        Client::new(&ClientSettings {
            server: server.to_owned(),
            key: Some("ck_sandbox_1".to_owned()),
            key_file: None,
        })
    }

    #[test]
    fn a_wrong_address_is_refused_without_its_password() {
        for server in [
            "a:1",
            "ftp://a",
            "http://",
            "http://user:hunter2@a",
            "http://a?hunter2",
            "http://a#hunter2",
        ] {
            let error = client(server).map(drop).unwrap_err();
            assert!(error.starts_with("--server "), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_refusal_is_one_sentence_without_the_keys() {
        let client = client("http://a:1").unwrap();
        let client = client.with_source_key(Some("ck_live_2")).unwrap();
        let answer = serde_json::json!({
            "success": false,
            "error": {
                "code": "forbidden",
                "message": "Not with ck_sandbox_1 or ck_live_2.",
                "details": {"a": 1},
            },
        });
        let refusal = client.refusal(StatusCode::FORBIDDEN, Some(&answer));
        assert!(refusal.is("forbidden"));
        assert_eq!(refusal.details, serde_json::json!({"a": 1}));
        assert_eq!(
            refusal.sentence,
            "http://a:1 answers 403 forbidden: Not with … or …."
        );
        assert_eq!(
            client.refusal(StatusCode::BAD_GATEWAY, None).sentence,
            "http://a:1 answers 502, but not as Pricebook does; check --server"
        );
    }

    #[test]
    fn a_key_says_its_mode() {
        assert_eq!(client("http://a").unwrap().mode(), Some("sandbox"));
    }
}
