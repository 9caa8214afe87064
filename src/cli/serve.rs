//! `pricebook serve`: the server.

use std::sync::Arc;

use tokio::signal::unix::Signal;
use tokio::task::JoinHandle;

use super::environment;
use super::first_key::Bootstrap;
use super::open::{close, open};
use super::output;
use super::settings::ServeSettings;
use super::signals::{self, Signals};
use crate::api::protocol::BASE_PATH;
use crate::files;
use crate::http::tls::Tls;
use crate::observe::export::Collector;
use crate::startup::{self, Observation, Opened, Port};

const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/// Listens at once, and opens the catalog meanwhile.
pub async fn serve(settings: ServeSettings, mut signals: Signals) -> Result<(), String> {
    let hangup = signals::hangup()?;
    // Invalid settings are reported before anything else happens.
    let collector = collector(&settings)?;
    let url = settings.database.address()?;
    let listen = settings.listen.address()?;
    let bootstrap = Bootstrap::new(settings.bootstrap_key.as_deref(), &url)?;
    let mut wire = settings.limits.load(settings.public_url.clone())?;
    wire.http.max_connections = files::raise_limit_for_connections(wire.http.max_connections);
    if let Some(key) = &settings.limits.tls_key {
        files::warn_if_others_may_read(key, "the key of the certificate");
    }
    let hangup = reload_on_hangup(hangup, wire.http.tls.clone());
    let observation = Observation::start(settings.metrics, collector).await?;
    let port = Port::bind(listen, wire).await?;
    let metrics = observation.metrics_address();
    let port = port
        .observed(observation)
        .keeping_history_for(settings.history_days);
    let (greeting, address) = (greeting(&port), port.address());
    let mut opened = None;
    let opening = async {
        let options = settings.database.waiting_options();
        let app = open(&url, &options, settings.cache_mib).await?;
        opened = Some(app.clone());
        tracing::info!("opened {url}");
        startup::look_for_damage(&app, startup::MAX_CHECKED_AT_START).await?;
        let is_greeted = bootstrap.run(&app, &greeting).await?;
        let then = move || {
            if !is_greeted && let Err(error) = output::print_in_time(greeting) {
                tracing::warn!("{error}");
            }
            tracing::info!(%address, "listening");
            if let Some(address) = metrics {
                tracing::info!(%address, "metrics");
            }
        };
        Ok(Opened { app, then })
    };
    let served = port.serve(opening, signals.stop()).await;
    hangup.abort();
    if let Some(app) = opened {
        close(&app).await;
    }
    served
}

/// The collector of traces, if one is set. The variable for traces alone comes first, as OpenTelemetry
/// has it.
fn collector(settings: &ServeSettings) -> Result<Option<Collector>, String> {
    let service = &settings.service_name;
    if let Some(endpoint) = environment::value(TRACES_ENDPOINT) {
        let collector = Collector::parse_traces(&endpoint.to_string_lossy(), service);
        return with_name(TRACES_ENDPOINT, collector).map(Some);
    }
    let endpoint = settings.otlp_endpoint.as_deref();
    let collector = endpoint.map(|base| Collector::parse(base, service));
    let collector = collector.map(|read| with_name("OTEL_EXPORTER_OTLP_ENDPOINT", read));
    collector.transpose()
}

/// Puts the name of a setting before what is wrong with it.
fn with_name<T>(name: &str, read: Result<T, String>) -> Result<T, String> {
    read.map_err(|why| format!("{name} {why}"))
}

/// Reads the certificate again on SIGHUP, which is ignored without TLS.
fn reload_on_hangup(mut hangup: Signal, tls: Option<Arc<Tls>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match tls.as_ref().map(|tls| tls.reload()) {
                None => {
                    tracing::info!("SIGHUP is ignored: there is no certificate to reload")
                }
                Some(Ok(())) => tracing::info!("the certificate was reloaded"),
                Some(Err(error)) => tracing::error!("the old certificate stays: {error}"),
            }
        }
    })
}

/// The addresses of the API and its documentation.
fn greeting(port: &Port) -> String {
    let base = port.base_url();
    format!("API:  {base}{}\nDocs: {base}/docs\n", BASE_PATH)
}
