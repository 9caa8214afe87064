//! The guards before the routes: deadlines, rate limits, and CORS.
//!
//! A guard that is off costs one comparison; one that is on takes no lock that all requests share.

pub mod cors;
mod headers;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use poem::http::{HeaderMap, HeaderValue, Method, header};
use poem::{Request, Response};

use self::cors::Cors;
use crate::api::gate::head::Head;
use crate::api::kit::body::BodyTimeout;
use crate::api::kit::deadline::{DEADLINE, KEY_DEADLINE};
use crate::api::kit::error::{Code, Rejection};
use crate::api::kit::headers::has_body;
use crate::api::kit::limit::{self, KeyUsage};
use crate::api::kit::parameter::MAX_WAIT;
use crate::api::kit::settings::Settings;
use crate::api::kit::wrong_keys::{LookUps, WrongKeys};
use crate::api::protocol::API_KEY_HEADER;
use crate::cache::keys::KnownKey;
use crate::domain::rate::Rate;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The guards of a server.
#[derive(Debug)]
pub struct Guards {
    key_limit: Option<Rate>,
    wrong_keys: Option<Arc<WrongKeys>>,
    trusts_forwarded_for: bool,
    body_timeout: Duration,
    cors: Option<Cors>,
}

/// The facts about a request that the guards need after it was routed.
#[derive(Debug)]
pub struct RequestContext {
    /// Maximum time of the request.
    pub deadline: Duration,
    /// Maximum time that its body may take to arrive, if it has one.
    body_timeout: Option<Duration>,
    client: Option<IpAddr>,
    has_key: bool,
    usage: Option<Arc<KeyUsage>>,
    origin: Option<HeaderValue>,
    /// Whether pages of any origin may read the response.
    is_open: bool,
}

impl Guards {
    /// The guards that the settings ask for.
    pub fn new(settings: &Settings) -> Self {
        Self {
            key_limit: settings.rate_limit,
            wrong_keys: settings
                .wrong_key_limit
                .map(|rate| Arc::new(WrongKeys::new(rate))),
            trusts_forwarded_for: settings.trust_forwarded_for,
            body_timeout: settings.body_timeout,
            cors: Cors::new(&settings.cors_origins),
        }
    }

    /// Collects the facts about a request.
    pub fn context(&self, head: &Head<'_>) -> RequestContext {
        let headers = head.headers;
        let body_timeout = has_body(headers).then_some(self.body_timeout);
        RequestContext {
            deadline: deadline(body_timeout) + may_wait(head),
            body_timeout,
            client: self.client(head),
            has_key: headers.contains_key(API_KEY_HEADER),
            usage: self.key_limit.map(|rate| Arc::new(KeyUsage::new(rate))),
            origin: self
                .cors
                .as_ref()
                .and_then(|_| headers.get(header::ORIGIN).cloned()),
            is_open: cors::is_open(head),
        }
    }

    /// The address at which wrong keys are counted.
    fn client(&self, head: &Head<'_>) -> Option<IpAddr> {
        self.wrong_keys.as_ref()?;
        let forwarded = self
            .trusts_forwarded_for
            .then(|| forwarded_for(head.headers));
        forwarded.flatten().or(head.peer)
    }

    /// The response to a CORS preflight request, if pages of the origin may call.
    pub fn preflight(&self, request: &Request, context: &RequestContext) -> Option<Response> {
        if *request.method() != Method::OPTIONS {
            return None;
        }
        let cors = self.cors.as_ref();
        let listed = cors.and_then(|cors| cors.preflight(request, context.origin.as_ref()));
        listed.or_else(|| cors::open_preflight(request))
    }

    /// Attaches the data that the extractors need: the usage of the key, the queue for look-ups of
    /// keys, and the timeout of the body.
    pub fn attach(&self, context: &RequestContext, request: &mut Request) {
        if let Some(timeout) = context.body_timeout {
            request.set_data(BodyTimeout(timeout));
        }
        if let Some(usage) = &context.usage {
            request.set_data(usage.clone());
        }
        if let (Some(wrong_keys), Some(client)) = (&self.wrong_keys, context.client) {
            request.set_data(LookUps::new(wrong_keys.clone(), client));
        }
    }

    /// Counts a wrong key; past the limit the response is 429, not 401.
    pub fn count_wrong_key(&self, context: &RequestContext, rejection: Rejection) -> Rejection {
        let (Some(wrong_keys), Some(client)) = (&self.wrong_keys, context.client) else {
            return rejection;
        };
        if !context.has_key || rejection.code() != Code::Unauthorized {
            return rejection;
        }
        match wrong_keys.count(client) {
            Some(limited) => Rejection::Limited(limited),
            None => rejection,
        }
    }

    /// Adds the headers of rate limits, security and CORS.
    pub fn finish(&self, context: &RequestContext, is_api: bool, headers: &mut HeaderMap) {
        if let Some(usage) = context.usage.as_ref().and_then(|usage| usage.known()) {
            limit::describe(limit::KEY_POLICY, &usage, headers);
        }
        headers::secure(is_api, headers);
        if let Some(cors) = self.cors.as_ref().filter(|_| is_api) {
            cors.allow(context.origin.as_ref(), headers);
        }
        if context.is_open {
            cors::allow_any(headers);
        }
    }
}

impl RequestContext {
    /// Counts a call with a key.
    ///
    /// # Errors
    /// Past the limit.
    pub fn count(&self, key: &KnownKey) -> Result<(), Rejection> {
        let usage = self.usage.as_ref();
        usage.map_or(Ok(()), |usage| {
            usage.count(key.meter()).map_err(Rejection::Limited)
        })
    }
}

/// The deadline of a request. The time of its body comes on top of that of the call.
fn deadline(body_timeout: Option<Duration>) -> Duration {
    match body_timeout {
        Some(timeout) => KEY_DEADLINE + 2 * timeout + DEADLINE,
        None => DEADLINE,
    }
}

/// How long a call may wait for something to happen, on top of the time that every call has.
fn may_wait(head: &Head<'_>) -> Duration {
    let query = head.uri.query().unwrap_or_default();
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let waits = head.uri.path() == CHANGES && parameters.any(|(name, _)| name == WAIT);
    match waits {
        true => Duration::from_secs(MAX_WAIT),
        false => Duration::ZERO,
    }
}

/// The path of the feed, and the parameter with which a call waits for changes.
const CHANGES: &str = "/api/v1/changes";
const WAIT: &str = "wait";

/// The last address of the last header, which the proxy wrote. Clients can forge the ones before
/// it.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?;
    let last = last.to_str().ok()?.rsplit(',').next()?.trim();
    let address = last.parse().ok();
    address.or_else(|| Some(last.parse::<std::net::SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_hop_is_the_one_that_the_proxy_wrote() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(value));
            }
            forwarded_for(&headers).map(|address| address.to_string())
        };
        assert_eq!(of(&["192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(of(&["6.6.6.6, 192.0.2.1"]).as_deref(), Some("192.0.2.1"));
        assert_eq!(
            of(&["6.6.6.6", "192.0.2.1:99"]).as_deref(),
            Some("192.0.2.1")
        );
        assert_eq!(of(&["[2001:db8::1]:99"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(of(&["2001:db8::1"]).as_deref(), Some("2001:db8::1"));
        for nothing in [&[][..], &["unknown"], &["192.0.2.1,"]] {
            assert_eq!(of(nothing), None, "{nothing:?}");
        }
    }
}
