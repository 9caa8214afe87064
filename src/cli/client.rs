//! The client of the API, for commands that ask a running server.

use std::error::Error;
use std::time::Duration;

use http_client::header::HeaderValue;
use http_client::redirect::Policy;
use http_client::{Client as Http, StatusCode, Url};
use serde_json::Value;
use tokio_rustls::rustls::crypto::ring;

use super::settings::ClientSettings;
use crate::api::protocol::{API_KEY_HEADER, BASE_PATH};

/// How long a server may take for a whole answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Calls the API of one server with one key. No error message contains the key.
pub struct Client {
    http: Http,
    /// The base address, without the path of the API.
    server: Url,
    key: HeaderValue,
}

impl Client {
    /// A client of the server in the settings.
    ///
    /// # Errors
    /// A message for the operator, without passwords and keys.
    pub fn new(settings: &ClientSettings) -> Result<Self, String> {
        let server = parse_server(&settings.server).map_err(|error| format!("--server {error}"))?;
        let key = settings.key.as_deref();
        let key = key.ok_or("an API key is needed: set PRICEBOOK_API_KEY, or use --key")?;
        let key = parse_key(key).ok_or("--key has characters that no API key has")?;
        // The default cryptography of the process, which the HTTP client needs in any case; one that
        // is installed already stays.
        let _ = ring::default_provider().install_default();
        // The key is never sent to another server.
        let mut http = Http::builder().timeout(TIMEOUT).redirect(Policy::none());
        if server.scheme() == "http" {
            // Without TLS, the authorities of the system may be missing.
            http = http.tls_certs_only([]);
        }
        let http = http.build().map_err(|error| {
            let cause = root_cause(&error);
            format!("calls to a server cannot be made: {cause}")
        })?;
        Ok(Self { http, server, key })
    }

    /// Reads a path of the API, given by its segments, such as `["plans", "pro"]`; returns the
    /// whole answer, whose `data` is what was asked for.
    ///
    /// # Errors
    /// One sentence for the operator: the server cannot be reached, or refuses the call.
    pub async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, String> {
        let url = self.url(path, query)?;
        let response = self
            .http
            .get(url)
            .header(API_KEY_HEADER, self.key.clone())
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let body = response.bytes().await;
        let body = body.map_err(|error| self.unreachable(&error))?;
        let answer = serde_json::from_slice::<Value>(&body).ok();
        match answer {
            Some(answer) if status == StatusCode::OK && answer["success"] == true => Ok(answer),
            answer => Err(self.refusal(status, answer.as_ref())),
        }
    }

    fn url(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, String> {
        let mut url = self.server.clone();
        url.path_segments_mut()
            .map_err(|()| "--server has no path".to_owned())?
            .pop_if_empty()
            .extend(BASE_PATH.split('/').filter(|segment| !segment.is_empty()))
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    /// The address as messages name it.
    fn name(&self) -> &str {
        self.server.as_str().trim_end_matches('/')
    }

    fn unreachable(&self, error: &http_client::Error) -> String {
        if error.is_timeout() {
            return format!("{} does not answer within {TIMEOUT:?}", self.name());
        }
        let cause = root_cause(error);
        format!("{} does not answer: {cause}", self.name())
    }

    fn refusal(&self, status: StatusCode, answer: Option<&Value>) -> String {
        let (server, status) = (self.name(), status.as_u16());
        let error = answer.map(|answer| &answer["error"]);
        let text = |field: &str| error?[field].as_str();
        match (text("code"), text("message")) {
            (Some(code), Some(message)) => {
                self.without_key(&format!("{server} answers {status} {code}: {message}"))
            }
            _ => format!("{server} answers {status}, but not as Pricebook does; check --server"),
        }
    }

    /// A text without the key, which a server might repeat.
    fn without_key(&self, text: &str) -> String {
        match self.key.to_str() {
            Ok(key) if !key.is_empty() => text.replace(key, "…"),
            _ => text.to_owned(),
        }
    }
}

/// Parses the base address of a server; one that ends in the path of the API is taken too.
fn parse_server(text: &str) -> Result<Url, String> {
    let base = text.trim_end_matches('/');
    let base = base.strip_suffix(BASE_PATH).unwrap_or(base);
    if !base.starts_with("http://") && !base.starts_with("https://") {
        return Err("must start with http:// or https://".to_owned());
    }
    let url = Url::parse(base);
    let url = url.map_err(|error| format!("is not the address of a server: {error}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must have no user and no password".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have no query and no fragment".to_owned());
    }
    Ok(url)
}

fn parse_key(text: &str) -> Option<HeaderValue> {
    let mut key = HeaderValue::from_str(text.trim()).ok()?;
    // So that it is not logged.
    key.set_sensitive(true);
    Some(key)
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
        })
    }

    #[test]
    fn a_path_is_below_the_address_of_the_server() {
        for (server, url) in [
            ("http://a:1", "http://a:1/api/v1/plans/pro/explain"),
            ("http://a:1/", "http://a:1/api/v1/plans/pro/explain"),
            ("http://a:1/api/v1/", "http://a:1/api/v1/plans/pro/explain"),
            ("http://a/b", "http://a/b/api/v1/plans/pro/explain"),
        ] {
            let found = client(server)
                .unwrap()
                .url(&["plans", "pro", "explain"], &[]);
            assert_eq!(found.unwrap().as_str(), url);
        }
        let client = client("http://a").unwrap();
        let found = client.url(&["plans", "a/b"], &[("currency", "a&b")]);
        let url = "http://a/api/v1/plans/a%2Fb?currency=a%26b";
        assert_eq!(found.unwrap().as_str(), url);
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
    fn a_refusal_is_one_sentence_without_the_key() {
        let client = client("http://a:1").unwrap();
        let answer = serde_json::json!({
            "success": false,
            "error": {"code": "forbidden", "message": "Not with ck_sandbox_1."},
        });
        assert_eq!(
            client.refusal(StatusCode::FORBIDDEN, Some(&answer)),
            "http://a:1 answers 403 forbidden: Not with …."
        );
        assert_eq!(
            client.refusal(StatusCode::BAD_GATEWAY, None),
            "http://a:1 answers 502, but not as Pricebook does; check --server"
        );
    }
}
