//! What Prometheus reads: how many requests there were, and how the server is.

use std::sync::Arc;

use poem::web::Data;
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Route, get, handler};

use crate::api::gate::AtOnce;
use crate::catalog::app::App;
use crate::catalog::metrics::Metrics;
use crate::observe::Observer;
use crate::observe::log::lost_lines;
use crate::observe::text::{CONTENT_TYPE, Kind, Text};

/// Where it is read.
pub const PATH: &str = "/metrics";

/// A server of its own for it.
pub fn endpoint(
    app: Arc<App>,
    observer: Arc<Observer>,
) -> impl Endpoint<Output = Response> + AtOnce {
    let routes = Route::new().at(PATH, get(metrics));
    Page(routes.data(app).data(observer).map_to_response())
}

/// Answers that are made anew each time.
struct Page<E>(E);

impl<E: Endpoint<Output = Response>> Endpoint for Page<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        self.0.call(request).await
    }
}

impl<E: Send + Sync> AtOnce for Page<E> {}

/// Everything that is measured.
#[handler]
pub fn metrics(Data(app): Data<&Arc<App>>, Data(observer): Data<&Arc<Observer>>) -> Response {
    let mut text = Text::default();
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    let name = "pricebook_build_info";
    text.family(name, Kind::Gauge, "Always 1; the label tells the version.");
    text.sample(name, &version, 1);
    if let Some(requests) = &observer.requests {
        requests.write(&mut text);
    }
    let measured = app.metrics();
    write_database(&measured, &mut text);
    write_memory(&measured, &mut text);
    let lost = observer.spans.as_ref().map_or(0, |spans| spans.lost());
    text.single(
        "pricebook_trace_spans_lost_total",
        Kind::Counter,
        "Spans that no collector took.",
        lost,
    );
    text.single(
        "pricebook_log_lines_lost_total",
        Kind::Counter,
        "Lines of the log that could not be written.",
        lost_lines(),
    );
    text.finish()
        .with_content_type(CONTENT_TYPE)
        .into_response()
}

fn write_database(measured: &Metrics, text: &mut Text) {
    let name = "pricebook_database_connections";
    text.family(name, Kind::Gauge, "Open connections by pool and state.");
    for pool in &measured.pools {
        let busy = pool.open.saturating_sub(pool.idle);
        text.sample(name, &[("pool", pool.name), ("state", "busy")], busy);
        text.sample(name, &[("pool", pool.name), ("state", "idle")], pool.idle);
    }
    let name = "pricebook_database_connections_max";
    text.family(name, Kind::Gauge, "The most connections that a pool opens.");
    for pool in &measured.pools {
        text.sample(name, &[("pool", pool.name)], pool.max);
    }
    let name = "pricebook_database_errors_total";
    text.family(
        name,
        Kind::Counter,
        "Failures of the database by kind: it could not be asked, or it refused for good.",
    );
    let errors = measured.errors;
    text.sample(name, &[("kind", "unavailable")], errors.unavailable);
    text.sample(name, &[("kind", "internal")], errors.internal);
    text.single(
        "pricebook_database_away",
        Kind::Gauge,
        "1 while the database does not answer and what is in memory is served.",
        u8::from(measured.is_away),
    );
    if let Some(since) = measured.since_look {
        text.single(
            "pricebook_database_last_look_seconds",
            Kind::Gauge,
            "Seconds since the database told what is current; it is asked while plans are read.",
            since.as_secs_f64(),
        );
    }
    text.single(
        "pricebook_key_lookups_total",
        Kind::Counter,
        "How often the database was asked about an API key.",
        measured.key_look_ups,
    );
    text.single(
        "pricebook_revisions_total",
        Kind::Counter,
        "Writes of this server that are durable; each is a revision of a catalog.",
        measured.writes,
    );
}

fn write_memory(measured: &Metrics, text: &mut Text) {
    let name = "pricebook_cache_lookups_total";
    text.family(
        name,
        Kind::Counter,
        "Answers about plans by whether they were in memory.",
    );
    text.sample(name, &[("result", "hit")], measured.hits);
    text.sample(name, &[("result", "miss")], measured.misses);
    for (name, help, value) in [
        (
            "pricebook_cache_answers",
            "Answers in memory.",
            u64::try_from(measured.answers).unwrap_or(u64::MAX),
        ),
        (
            "pricebook_cache_bytes",
            "The memory that they take.",
            measured.bytes,
        ),
        (
            "pricebook_cache_max_bytes",
            "The most memory that they may take.",
            measured.max_bytes,
        ),
        (
            "pricebook_scopes",
            "Catalogs that were called for since the start.",
            u64::try_from(measured.scopes).unwrap_or(u64::MAX),
        ),
    ] {
        text.single(name, Kind::Gauge, help, value);
    }
}
