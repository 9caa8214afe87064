//! Metrics for Prometheus: requests, and the condition of the server.

use std::sync::Arc;

use poem::web::Data;
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Route, get, handler};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::api::gate::AtOnce;
use crate::catalog::app::App;
use crate::catalog::metrics::Metrics;
use crate::observe::Observer;
use crate::observe::log::lost_lines;

/// The path of the metrics.
pub const PATH: &str = "/metrics";

const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The labels of a metric and their values.
type Labels = Vec<(&'static str, &'static str)>;

/// The endpoint of a separate port for metrics.
pub fn endpoint(
    app: Arc<App>,
    observer: Arc<Observer>,
) -> impl Endpoint<Output = Response> + AtOnce {
    let routes = Route::new().at(PATH, get(metrics));
    Page(routes.data(app).data(observer).map_to_response())
}

/// An endpoint that has no response ready.
struct Page<E>(E);

impl<E: Endpoint<Output = Response>> Endpoint for Page<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        self.0.call(request).await
    }
}

impl<E: Send + Sync> AtOnce for Page<E> {}

/// All metrics as text.
#[handler]
pub fn metrics(Data(app): Data<&Arc<App>>, Data(observer): Data<&Arc<Observer>>) -> Response {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = encode(&mut text, &registry(&app.metrics(), observer));
    text.with_content_type(CONTENT_TYPE).into_response()
}

/// The current values. Each scrape gets a new registry, so that no family keeps old labels.
fn registry(measured: &Metrics, observer: &Observer) -> Registry {
    let mut registry = Registry::with_prefix("pricebook");
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "The version of this server", version);
    if let Some(requests) = &observer.requests {
        registry.register_collector(Box::new(requests.clone()));
    }
    register_connections(measured, &mut registry);
    register_database(measured, &mut registry);
    register_cache(measured, &mut registry);
    register_losses(observer, &mut registry);
    registry
}

fn register_connections(measured: &Metrics, registry: &mut Registry) {
    let (open, maximum) = (Family::<Labels, Gauge>::default(), Family::default());
    for pool in &measured.pools {
        let set = |state, connections: u32| {
            let labels = vec![("pool", pool.name), ("state", state)];
            open.get_or_create(&labels).set(connections.into());
        };
        set("busy", pool.open.saturating_sub(pool.idle));
        set("idle", pool.idle);
        let gauge: Gauge = maximum.get_or_create_owned(&vec![("pool", pool.name)]);
        gauge.set(pool.max.into());
    }
    registry.register(
        "database_connections",
        "Open connections by pool and state",
        open,
    );
    registry.register(
        "database_connections_max",
        "The maximum number of connections that a pool opens",
        maximum,
    );
}

fn register_database(measured: &Metrics, registry: &mut Registry) {
    registry.register(
        "database_errors",
        "Failures of the database by kind: it could not be asked, or it refused for good",
        counters(
            "kind",
            [
                ("unavailable", measured.errors.unavailable),
                ("internal", measured.errors.internal),
            ],
        ),
    );
    registry.register(
        "database_away",
        "1 while the database does not answer and reads are answered from memory",
        ConstGauge::new(u32::from(measured.is_away)),
    );
    if let Some(since) = measured.since_look {
        registry.register_with_unit(
            "database_last_look",
            "Seconds since the last successful look at the database; looks occur while plans are read",
            Unit::Seconds,
            ConstGauge::new(since.as_secs_f64()),
        );
    }
    registry.register(
        "key_lookups",
        "How often the database was asked about an API key",
        ConstCounter::new(measured.key_look_ups),
    );
    registry.register(
        "revisions",
        "Writes of this server that are durable; each is a revision of a catalog",
        ConstCounter::new(measured.writes),
    );
}

fn register_cache(measured: &Metrics, registry: &mut Registry) {
    registry.register(
        "cache_lookups",
        "Answers about plans by whether they were in memory",
        counters(
            "result",
            [("hit", measured.hits), ("miss", measured.misses)],
        ),
    );
    registry.register(
        "cache_answers",
        "Answers in memory",
        ConstGauge::new(u64::try_from(measured.answers).unwrap_or(u64::MAX)),
    );
    registry.register_with_unit(
        "cache",
        "The memory that answers take",
        Unit::Bytes,
        ConstGauge::new(measured.bytes),
    );
    registry.register_with_unit(
        "cache_max",
        "The maximum memory that answers may take",
        Unit::Bytes,
        ConstGauge::new(measured.max_bytes),
    );
    registry.register(
        "scopes",
        "Catalogs that were called for since the start",
        ConstGauge::new(u64::try_from(measured.scopes).unwrap_or(u64::MAX)),
    );
}

fn register_losses(observer: &Observer, registry: &mut Registry) {
    let lost_spans = observer.spans.as_ref().map_or(0, |spans| spans.lost());
    registry.register(
        "trace_spans_lost",
        "Spans that no collector took",
        ConstCounter::new(lost_spans),
    );
    registry.register(
        "log_lines_lost",
        "Lines of the log that could not be written",
        ConstCounter::new(lost_lines()),
    );
}

/// A family of counters that differ in one label.
fn counters<const N: usize>(
    label: &'static str,
    counts: [(&'static str, u64); N],
) -> Family<Labels, Counter> {
    let family = Family::<Labels, Counter>::default();
    for (value, count) in counts {
        family.get_or_create(&vec![(label, value)]).inc_by(count);
    }
    family
}
