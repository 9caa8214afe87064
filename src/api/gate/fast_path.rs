//! The fast path to cached responses.
//!
//! Most requests read a plan, or the list of plans, whose response is cached. Routing such a
//! request and extracting its arguments would cost more than answering it, so its path is matched
//! here. Anything unusual, such as another query or a request that will be refused, is left to the
//! router.

use std::sync::Arc;

use poem::Response;
use poem::http::{HeaderMap, Method, Uri};
use poem_openapi::OperationId;

use super::checks;
use crate::api::gate::head::Head;
use crate::api::kit::auth::only_secret;
use crate::api::kit::coding;
use crate::api::kit::envelope::respond;
use crate::api::kit::needs::{self, SeePlans};
use crate::api::kit::parameter::has_version;
use crate::api::protocol::BASE_PATH;
use crate::cache::keys::KnownKey;
use crate::cache::ready::Ready;
use crate::catalog::app::App;
use crate::catalog::plan_answers::PlanPosition;
use crate::domain::page::PageRequest;

/// A cached response, and the fields of the access log that come with it.
pub struct FastResponse {
    /// The response.
    pub response: Response,
    /// The operation.
    pub operation: OperationId,
    /// The key of the caller.
    pub key: Arc<KnownKey>,
}

/// The requests that the fast path answers.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    /// A plan by its id or code.
    Plan(&'a str),
    /// The whole list of plans.
    Plans { include_private: bool },
}

impl<'a> Asked<'a> {
    fn read(uri: &'a Uri) -> Option<Self> {
        let path = uri.path().strip_prefix(BASE_PATH)?.strip_prefix("/plans")?;
        match (path.strip_prefix('/'), uri.query()) {
            (Some(name), None) if is_plain(name) => Some(Self::Plan(name)),
            (None, query) if path.is_empty() => Some(Self::Plans {
                include_private: match query {
                    None | Some("includePrivate=false") => false,
                    Some("includePrivate=true") => true,
                    Some(_) => return None,
                },
            }),
            _ => None,
        }
    }
}

/// Whether a segment of a path needs no decoding.
fn is_plain(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !segment.is_empty() && segment.bytes().all(is_plain)
}

/// The response to a request, if it is cached.
pub fn fast_path(app: &App, head: &Head<'_>) -> Option<FastResponse> {
    // The router refuses requests that break the protocol.
    if head.method != Method::GET || checks::check(head).is_err() {
        return None;
    }
    let asked = Asked::read(head.uri)?;
    let key = app.recognize(only_secret(head.headers)?, head.last_key)?;
    let rights = &key.caller().rights;
    needs::require::<SeePlans>(rights).ok()?;
    let audience = rights.audience();
    let (ready, operation) = match asked {
        Asked::Plan(name) => (app.kept_plan(key.view(), audience, name)?, "get-plan"),
        Asked::Plans { include_private } => (
            app.kept_plans(key.view(), audience, include_private, &WHOLE)?,
            "list-plans",
        ),
    };
    Some(FastResponse {
        response: answer(&ready, head.headers)?,
        operation: OperationId(operation),
        key,
    })
}

/// The list of plans without pages.
const WHOLE: PageRequest<PlanPosition> = PageRequest {
    limit: None,
    after: None,
};

fn answer(ready: &Ready, headers: &HeaderMap) -> Option<Response> {
    let form = match coding::preferred(headers) {
        Some(coding) => ready.coded_already(coding)?,
        None => ready.plain(),
    };
    Some(respond(form, has_version(headers, &form.tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_requests_take_the_fast_path() {
        let plans = |include_private| Some(Asked::Plans { include_private });
        let cases = [
            ("/api/v1/plans/pro_2", Some(Asked::Plan("pro_2"))),
            ("/api/v1/plans", plans(false)),
            ("/api/v1/plans?includePrivate=true", plans(true)),
            ("/api/v1/plans?includePrivate=false", plans(false)),
            ("/api/v1/plans?includePrivate=maybe", None),
            ("/api/v1/plans?includePrivate=true&limit=1", None),
            (
                "/api/v1/plans?includePrivate=true&includePrivate=true",
                None,
            ),
            ("/api/v1/plans?", None),
            ("/api/v1/plans/", None),
            ("/api/v1/plans/pro?x=1", None),
            ("/api/v1/plans/pro?revision=1", None),
            ("/api/v1/plans/pro?asOf=2026-07-11T09:30:00Z", None),
            ("/api/v1/plans?revision=1", None),
            ("/api/v1/plans?asOf=2026-07-11T09:30:00Z", None),
            ("/api/v1/plans?includePrivate=true&revision=1", None),
            ("/api/v1/plans?revision=1&includePrivate=true", None),
            ("/api/v1/plans/pro/prices", None),
            ("/api/v1/plans/pr%6f", None),
            ("/api/v1/plansx", None),
            ("/api/v1//plans", None),
            ("/api/v1", None),
            ("/docs", None),
        ];
        for (path, expected) in cases {
            let uri: Uri = path.parse().unwrap();
            assert_eq!(Asked::read(&uri), expected, "{path}");
        }
    }
}
