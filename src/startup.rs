//! Assembles the server, for the program and for its tests.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::api;
use crate::api::document::routes::OPERATIONS;
use crate::api::gate::Served;
use crate::api::kit::settings::{BODY_TIMEOUT, Settings};
use crate::api::pages::metrics;
use crate::catalog::app::App;
use crate::catalog::database_file::TEND_FILE_EVERY;
use crate::catalog::probe::PROBE_EVERY;
use crate::catalog::upkeep::{LOOK_EVERY, NOTE_KEY_USE_EVERY, PRUNE_EVERY, SWEEP_EVERY};
use crate::cli::settings::MetricsAt;
use crate::domain::Error;
use crate::files;
use crate::http::server;
use crate::http::settings::HttpSettings;
use crate::observe::Observer;
use crate::observe::export::{Collector, Exporter};
use crate::observe::requests::Requests;
use crate::store::connection::db::{Database, DatabaseUrl, Options};

/// Opens a catalog with default options; see [`open_with`].
///
/// # Errors
/// A message for the operator.
pub async fn open(url: &DatabaseUrl, cache: u64) -> Result<Arc<App>, String> {
    open_with(url, &Options::default(), cache).await
}

/// Opens a catalog and brings its schema up to date. The response cache takes at most about `cache`
/// bytes.
///
/// # Errors
/// A message for the operator.
pub async fn open_with(
    url: &DatabaseUrl,
    options: &Options,
    cache: u64,
) -> Result<Arc<App>, String> {
    let unreachable = |error: Error| format!("cannot open {url}: {error}");
    let database = Database::open(url, options).await.map_err(unreachable)?;
    if let DatabaseUrl::Sqlite(file) = url {
        files::warn_if_others_may_read(file.path(), "the database");
    }
    database
        .migrate()
        .await
        .map_err(|error| format!("cannot bring the schema of {url} up to date: {error}"))?;
    let app = App::new(database, cache);
    app.begin_histories()
        .await
        .map_err(|error| format!("cannot begin the history in {url}: {error}"))?;
    Ok(Arc::new(app))
}

/// Maximum size of a SQLite file that is checked for damage before it is served, in bytes.
pub const MAX_CHECKED_AT_START: u64 = 256 * 1024 * 1024;

/// Checks a SQLite file for damage: before this returns, or in the background if it is larger than
/// `max` bytes. Damage found in the background stops all writes.
///
/// # Errors
/// A message for the operator.
pub async fn look_for_damage(app: &Arc<App>, max: u64) -> Result<(), String> {
    let Some(size) = app.file_size() else {
        return Ok(());
    };
    if size > max {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = app.find_damage().await {
                tracing::warn!(%error, "the database cannot be looked through for damage");
            }
        });
        return Ok(());
    }
    match app.find_damage().await {
        Ok(None) => Ok(()),
        Ok(Some(damage)) => Err(format!(
            "the database is damaged, and nothing is served from it; go back to a backup: {damage}"
        )),
        Err(error) => Err(format!(
            "the database cannot be looked through for damage: {error}"
        )),
    }
}

/// How long saving the last use of keys may take when the server stops.
const FINAL_SAVE_TIMEOUT: Duration = Duration::from_secs(2);

/// A listening server with a catalog.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    port: Port,
}

/// An open catalog.
pub struct Opened<F> {
    /// The catalog.
    pub app: Arc<App>,
    /// Called once the catalog is served.
    pub then: F,
}

/// A listening port.
#[derive(Debug)]
pub struct Port {
    listener: TcpListener,
    address: SocketAddr,
    settings: Settings,
    observation: Observation,
    history_days: Option<u32>,
}

/// Metrics and traces of the server; by default there are none.
#[derive(Debug, Default)]
pub struct Observation {
    observer: Arc<Observer>,
    shows_metrics: bool,
    metrics: Option<TcpListener>,
    exporter: Option<Exporter>,
}

impl Observation {
    /// Binds the address for metrics, and starts to send traces to the collector.
    ///
    /// # Errors
    /// A message for the operator.
    pub async fn start(metrics: MetricsAt, collector: Option<Collector>) -> Result<Self, String> {
        let counts = metrics != MetricsAt::Off;
        let (exporter, spans) = collector
            .map(|collector| Exporter::start(collector, *OPERATIONS))
            .transpose()?
            .unzip();
        let observer = Observer {
            requests: counts.then(|| Arc::new(Requests::new(*OPERATIONS))),
            spans,
        };
        let listener = match metrics {
            MetricsAt::Own(address) => Some(listen_on(address).await?),
            MetricsAt::Off | MetricsAt::Main => None,
        };
        Ok(Self {
            observer: Arc::new(observer),
            shows_metrics: metrics == MetricsAt::Main,
            metrics: listener,
            exporter,
        })
    }

    /// The separate address of metrics, if there is one.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref()?.local_addr().ok()
    }
}

async fn listen_on(address: SocketAddr) -> Result<TcpListener, String> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|why| format!("cannot listen on {address}: {why}"))
}

impl Server {
    /// Binds the address, so that clients can connect.
    ///
    /// # Errors
    /// A message for the operator.
    pub async fn bind(
        app: Arc<App>,
        listen: SocketAddr,
        settings: Settings,
    ) -> Result<Self, String> {
        let port = Port::bind(listen, settings).await?;
        Ok(Self { app, port })
    }

    /// The bound address.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Serves until `stop` is ready, and finishes requests in flight.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let app = self.app;
        let opened = Opened { app, then: || () };
        // The catalog is already open, so opening cannot fail.
        let _ = self.port.serve(async { Ok(opened) }, stop).await;
    }
}

impl Port {
    /// Binds the address, so that clients can connect.
    ///
    /// # Errors
    /// A message for the operator.
    pub async fn bind(listen: SocketAddr, settings: Settings) -> Result<Self, String> {
        let listener = listen_on(listen).await?;
        let address = listener.local_addr();
        let address = address.map_err(|why| format!("cannot listen on {listen}: {why}"))?;
        Ok(Self {
            listener,
            address,
            settings,
            observation: Observation::default(),
            history_days: None,
        })
    }

    /// Drops changes that are older than a number of days; without one, none.
    pub fn keeping_history_for(self, history_days: Option<u32>) -> Self {
        Self {
            history_days,
            ..self
        }
    }

    /// Adds metrics and traces.
    pub fn observed(self, observation: Observation) -> Self {
        Self {
            observation,
            ..self
        }
    }

    /// The bound address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL: the public address if the settings have one.
    pub fn base_url(&self) -> String {
        let scheme = if self.settings.http.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let public_url = self.settings.public_url.clone();
        public_url.unwrap_or_else(|| format!("{scheme}://{}", self.address))
    }

    /// Serves until `stop` is ready, and finishes requests in flight. Until the catalog is open,
    /// responses say that the server is starting.
    ///
    /// # Errors
    /// The error of opening the catalog, which ends serving.
    pub async fn serve<F: FnOnce()>(
        self,
        opening: impl Future<Output = Result<Opened<F>, String>>,
        stop: impl Future<Output = ()>,
    ) -> Result<(), String> {
        let Self {
            listener,
            settings,
            observation,
            history_days,
            address: _,
        } = self;
        let Observation {
            observer,
            shows_metrics,
            metrics,
            exporter,
        } = observation;
        let (endpoint, opened) = api::gate::starting::starting(&settings, observer.clone());
        let endpoint = Served::new(endpoint, settings.body_timeout);
        let (ended, mut ends) = watch::channel(false);
        let ending = async move {
            // A dropped sender means the end, too.
            let _ = ends.wait_for(|is_ended| *is_ended).await;
        };
        let serving = server::serve(listener, endpoint, settings.http.clone(), ending);
        let working = async {
            let outcome = open_until(opening, stop, |Opened { app, then }| {
                let endpoint =
                    api::endpoint(app.clone(), &settings, observer.clone(), shows_metrics);
                // It is only set once.
                let _ = opened.set(endpoint);
                then();
                let metrics = metrics.map(|listener| serve_metrics(listener, &app, &observer));
                (upkeep(&app, history_days), metrics, app)
            });
            let outcome = outcome.await;
            if let Ok(Some((_, _, app))) = &outcome {
                app.let_waiting_go();
            }
            ended.send_replace(true);
            outcome
        };
        // In this order, so that a catalog that is already open serves the first request.
        let (outcome, ()) = tokio::join!(biased; working, serving);
        let save = async {
            if let Ok(Some((_, _, app))) = &outcome {
                note_key_use(app).await;
            }
        };
        let export = async {
            if let Some(exporter) = exporter {
                exporter.stop().await;
            }
        };
        if tokio::join!(tokio::time::timeout(FINAL_SAVE_TIMEOUT, save), export)
            .0
            .is_err()
        {
            tracing::warn!("the last use of keys cannot be saved in time");
        }
        // Dropping it stops the background tasks and, after the last request, the metrics.
        outcome.map(drop)
    }
}

/// Waits for the catalog, starts its users with `begin`, and waits for `stop`; `None` if `stop`
/// comes first.
async fn open_until<O, T>(
    opening: impl Future<Output = Result<O, String>>,
    stop: impl Future<Output = ()>,
    begin: impl FnOnce(O) -> T,
) -> Result<Option<T>, String> {
    tokio::pin!(stop);
    let opened = tokio::select! {
        biased;
        () = &mut stop => return Ok(None),
        opened = opening => opened?,
    };
    let begun = begin(opened);
    stop.await;
    Ok(Some(begun))
}

/// Serves metrics on a separate port; dropping the result stops it.
fn serve_metrics(listener: TcpListener, app: &Arc<App>, observer: &Arc<Observer>) -> JoinSet<()> {
    let endpoint = metrics::endpoint(app.clone(), observer.clone());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        // Without TLS and limits, since the port is for operators.
        let endpoint = Served::new(endpoint, BODY_TIMEOUT);
        let settings = HttpSettings::default();
        server::serve(listener, endpoint, settings, std::future::pending()).await;
    });
    tasks
}

/// Starts background tasks; dropping the result stops them.
fn upkeep(app: &Arc<App>, history_days: Option<u32>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(every(SWEEP_EVERY, app.clone(), async |app| {
        sweep(app).await
    }));
    if let Some(days) = history_days {
        tasks.spawn(every(PRUNE_EVERY, app.clone(), async move |app| {
            prune(app, days).await
        }));
    }
    tasks.spawn(every(NOTE_KEY_USE_EVERY, app.clone(), async |app| {
        note_key_use(app).await
    }));
    tasks.spawn(every(TEND_FILE_EVERY, app.clone(), async |app| {
        tend_file(app).await
    }));
    tasks.spawn(every(PROBE_EVERY, app.clone(), async |app| {
        app.probe().await
    }));
    tasks.spawn(every(LOOK_EVERY, app.clone(), async |app| {
        look_for_changes(app).await
    }));
    tasks
}

/// Runs `work` once per period.
async fn every(period: Duration, app: Arc<App>, work: impl AsyncFn(&App)) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        work(&app).await;
    }
}

async fn sweep(app: &App) {
    match app.sweep_idempotency_records().await {
        Ok(0) => {}
        Ok(swept) => tracing::debug!(swept, "old idempotency records deleted"),
        Err(error) => tracing::warn!(%error, "old idempotency records cannot be deleted"),
    }
    match app.sweep_changesets().await {
        Ok(0) => {}
        Ok(swept) => tracing::debug!(swept, "old changesets deleted"),
        Err(error) => tracing::warn!(%error, "old changesets cannot be deleted"),
    }
}

async fn prune(app: &App, days: u32) {
    match app.prune_histories(days).await {
        Ok(0) => {}
        Ok(dropped) => tracing::info!(dropped, "old changes dropped"),
        Err(error) => tracing::warn!(%error, "old changes cannot be dropped"),
    }
}

async fn tend_file(app: &App) {
    if let Err(error) = app.tend_file().await {
        tracing::debug!(%error, "the file of the database cannot be looked after");
    }
}

async fn look_for_changes(app: &App) {
    if let Err(error) = app.look_for_changes().await {
        tracing::warn!(%error, "cannot look for changes by other servers");
    }
}

async fn note_key_use(app: &App) {
    if let Err(error) = app.save_key_use().await {
        tracing::warn!(%error, "the last use of keys cannot be saved");
    }
}
