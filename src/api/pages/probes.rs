//! Health probes: whether the process runs, and whether it serves reads and writes.

use std::sync::Arc;

use poem::http::{StatusCode, Uri, header};
use poem::web::Data;
use poem::{Request, Response, Result, Route, get, handler};
use serde::Serialize;

use crate::api::kit::error::{Code, RETRY_AFTER_SECONDS, Rejection};
use crate::api::kit::parameter::query_value;
use crate::catalog::app::App;
use crate::catalog::health::{Health, Report, Source, Standing};
use crate::domain::Error;

/// The paths of the health probes.
pub const PATHS: [&str; 2] = ["/livez", "/readyz"];

/// Adds the probes to routes; they need the [`Health`] as data.
pub fn beside(routes: Route) -> Route {
    let [live, ready] = PATHS;
    routes.at(live, get(livez)).at(ready, get(readyz))
}

/// The body of a readiness response.
#[derive(Serialize)]
struct Body {
    status: &'static str,
    reads: Part,
    writes: Part,
}

/// The state of reads or of writes.
#[derive(Serialize)]
struct Part {
    status: &'static str,
    /// The time at which the state began.
    since: String,
    /// The source of responses, while there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

fn word(is_ok: bool) -> &'static str {
    if is_ok { "ok" } else { "unavailable" }
}

impl Part {
    fn of<T>(standing: Standing<T>, from: impl FnOnce(T) -> Option<&'static str>) -> Self {
        Self {
            status: word(standing.outcome.is_ok()),
            since: standing.since.to_string(),
            reason: standing.outcome.as_ref().err().copied(),
            from: standing.outcome.ok().and_then(from),
        }
    }
}

/// The purpose that a probe asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Reads,
    Writes,
}

impl Purpose {
    fn read(uri: &Uri) -> Result<Self, Error> {
        let purpose = query_value(uri, "for").map_err(|why| Error::invalid("for", why))?;
        match purpose.as_deref() {
            None | Some("reads") => Ok(Self::Reads),
            Some("writes") => Ok(Self::Writes),
            Some(_) => Err(Error::invalid("for", "Must be `reads` or `writes`.")),
        }
    }
}

/// Succeeds while the process runs and a restart would not help.
#[handler]
async fn livez(request: &Request, Data(health): Data<&Arc<Health>>) -> Result<Response> {
    look_at_file(request).await;
    // The log has the reason already, and probes come every few seconds.
    if health.why_condemned().is_some() {
        return Err(Rejection::of(Code::Unavailable).into());
    }
    Ok(Response::builder()
        .content_type("application/json")
        .body(r#"{"status":"ok"}"#))
}

/// Checks that the database file is still in its place. Before the catalog is open there is no
/// file.
async fn look_at_file(request: &Request) {
    if let Some(app) = request.data::<Arc<App>>() {
        app.probe_file().await;
    }
}

/// Succeeds while reads are served, or writes with `?for=writes`.
#[handler]
async fn readyz(request: &Request, Data(health): Data<&Arc<Health>>) -> Result<Response> {
    let purpose = Purpose::read(request.uri()).map_err(Rejection::from)?;
    look_at_file(request).await;
    answer(purpose, health.report()).map_err(|error| Rejection::from(error).into())
}

fn answer(purpose: Purpose, Report { reads, writes }: Report) -> Result<Response, Error> {
    let is_ready = match purpose {
        Purpose::Reads => reads.outcome.is_ok(),
        Purpose::Writes => writes.outcome.is_ok(),
    };
    let body = Body {
        status: word(is_ready),
        reads: Part::of(reads, |source| {
            Some(match source {
                Source::Database => "database",
                Source::Memory => "memory",
            })
        }),
        writes: Part::of(writes, |()| None),
    };
    let body = serde_json::to_string(&body).map_err(|why| Error::internal(why.to_string()))?;
    let response = Response::builder()
        .content_type("application/json")
        .header(header::CACHE_CONTROL, "no-store");
    if is_ready {
        return Ok(response.body(body));
    }
    Ok(response
        .status(StatusCode::SERVICE_UNAVAILABLE)
        .header(header::RETRY_AFTER, RETRY_AFTER_SECONDS)
        .body(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_for_reads_or_for_writes() {
        for (uri, expected) in [
            ("/readyz", Some(Purpose::Reads)),
            ("/readyz?", Some(Purpose::Reads)),
            ("/readyz?for=reads", Some(Purpose::Reads)),
            ("/readyz?for=writes", Some(Purpose::Writes)),
            ("/readyz?since=boot&for=writes", Some(Purpose::Writes)),
            ("/readyz?limit=1", Some(Purpose::Reads)),
            ("/readyz?for=write", None),
            ("/readyz?for=", None),
            ("/readyz?for=writes&for=reads", None),
        ] {
            assert_eq!(Purpose::read(&uri.parse().unwrap()).ok(), expected, "{uri}");
        }
    }

    #[tokio::test]
    async fn status_answers_the_question_asked() {
        let health = Health::answered();
        health.writes_failed("the disk is full");
        let report = health.report();
        for (purpose, status, word) in [
            (Purpose::Reads, 200, "ok"),
            (Purpose::Writes, 503, "unavailable"),
        ] {
            let mut response = answer(purpose, report).unwrap();
            assert_eq!(response.status().as_u16(), status);
            let text = response.take_body().into_string().await.unwrap();
            let since = report.reads.since;
            let writes = report.writes.since;
            assert_eq!(
                text,
                format!(
                    r#"{{"status":"{word}","reads":{{"status":"ok","since":"{since}","from":"database"}},"writes":{{"status":"unavailable","since":"{writes}","reason":"the disk is full"}}}}"#
                )
            );
        }
    }
}
