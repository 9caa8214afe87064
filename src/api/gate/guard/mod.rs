//! What stands between clients and the routes: deadlines, limits, and who may call from a browser.
//!
//! What is switched off costs a request a look at a field; what is on takes no lock that all
//! requests share.

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

/// What is noted of a request before it is given away.
#[derive(Debug)]
pub struct Visit {
    /// How long the request may take in all.
    pub deadline: Duration,
    /// How long its body may take, if it has one.
    body_timeout: Option<Duration>,
    client: Option<IpAddr>,
    has_key: bool,
    usage: Option<Arc<KeyUsage>>,
    origin: Option<HeaderValue>,
    /// Whether pages of any origin may read the answer.
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

    /// Notes who calls and how.
    pub fn visit(&self, head: &Head<'_>) -> Visit {
        let headers = head.headers;
        let body_timeout = has_body(headers).then_some(self.body_timeout);
        Visit {
            deadline: deadline(body_timeout),
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

    /// The address that wrong keys are counted at.
    fn client(&self, head: &Head<'_>) -> Option<IpAddr> {
        self.wrong_keys.as_ref()?;
        let forwarded = self
            .trusts_forwarded_for
            .then(|| forwarded_for(head.headers));
        forwarded.flatten().or(head.peer)
    }

    /// The answer to a browser that asks whether a page may call, if it is one whose pages may.
    pub fn preflight(&self, request: &Request, visit: &Visit) -> Option<Response> {
        if *request.method() != Method::OPTIONS {
            return None;
        }
        let cors = self.cors.as_ref();
        let listed = cors.and_then(|cors| cors.preflight(request, visit.origin.as_ref()));
        listed.or_else(|| cors::open_preflight(request))
    }

    /// Has a request carry what its key is counted by, where look-ups of its key queue, and how long
    /// its body may take.
    pub fn mark(&self, visit: &Visit, request: &mut Request) {
        if let Some(timeout) = visit.body_timeout {
            request.set_data(BodyTimeout(timeout));
        }
        if let Some(usage) = &visit.usage {
            request.set_data(usage.clone());
        }
        if let (Some(wrong_keys), Some(client)) = (&self.wrong_keys, visit.client) {
            request.set_data(LookUps::new(wrong_keys.clone(), client));
        }
    }

    /// Counts a wrong key; whoever has sent too many is told that instead of that it is wrong.
    pub fn judge(&self, visit: &Visit, rejection: Rejection) -> Rejection {
        let (Some(wrong_keys), Some(client)) = (&self.wrong_keys, visit.client) else {
            return rejection;
        };
        if !visit.has_key || rejection.code() != Code::Unauthorized {
            return rejection;
        }
        match wrong_keys.count(client) {
            Some(limited) => Rejection::Limited(limited),
            None => rejection,
        }
    }

    /// Adds the headers that go with the settings and the path.
    pub fn finish(&self, visit: &Visit, is_api: bool, headers: &mut HeaderMap) {
        if let Some(usage) = visit.usage.as_ref().and_then(|usage| usage.known()) {
            limit::describe(limit::KEY_POLICY, &usage, headers);
        }
        headers::secure(is_api, headers);
        if let Some(cors) = self.cors.as_ref().filter(|_| is_api) {
            cors.allow(visit.origin.as_ref(), headers);
        }
        if visit.is_open {
            cors::allow_any(headers);
        }
    }
}

impl Visit {
    /// Counts a call with a key.
    ///
    /// # Errors
    /// When it was one too many.
    pub fn count(&self, key: &KnownKey) -> Result<(), Rejection> {
        let usage = self.usage.as_ref();
        usage.map_or(Ok(()), |usage| {
            usage.count(key.meter()).map_err(Rejection::Limited)
        })
    }
}

/// A body may take its time to arrive; what follows it has a deadline of its own.
fn deadline(body_timeout: Option<Duration>) -> Duration {
    match body_timeout {
        Some(timeout) => KEY_DEADLINE + 2 * timeout + DEADLINE,
        None => DEADLINE,
    }
}

/// The last address of the last header: what stands before it anybody can have sent.
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
