//! The fast path to a response that is ready.
//!
//! Most requests read a plan, or the plans, that were read a moment ago. Routing such a request and
//! extracting its arguments costs more than answering it. So what is asked for most is recognized
//! here by its looks; whatever has anything unusual about it, a refusal to come included, goes the
//! way of all requests and is answered there.

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
use crate::catalog::plan_answers::PlanPlace;
use crate::domain::page::PageRequest;

/// A response that is ready, and what the log says of it.
pub struct FastResponse {
    /// The response.
    pub response: Response,
    /// What was asked for.
    pub operation: OperationId,
    /// Who asked.
    pub key: Arc<KnownKey>,
}

/// What the fast path answers.
#[derive(Debug, PartialEq, Eq)]
enum Asked<'a> {
    /// A plan by its id or code.
    Plan(&'a str),
    /// All plans, in one answer.
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

/// Whether a segment of a path stands for itself.
fn is_plain(segment: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    !segment.is_empty() && segment.bytes().all(is_plain)
}

/// The answer to a request, if it is ready.
pub fn fast_path(app: &App, head: &Head<'_>) -> Option<FastResponse> {
    // What breaks the protocol is refused behind the router.
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

/// Every plan in one answer.
const WHOLE: PageRequest<PlanPlace> = PageRequest {
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
