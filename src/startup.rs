//! The one place that puts the server together, for the program and for its tests.

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
use crate::catalog::api_key::FirstKey;
use crate::catalog::app::App;
use crate::catalog::database_file::TEND_FILE_EVERY;
use crate::catalog::health::PROBE_EVERY;
use crate::catalog::upkeep::{LOOK_EVERY, NOTE_KEY_USE_EVERY, SWEEP_EVERY};
use crate::cli::settings::MetricsAt;
use crate::domain::api_key::Secret;
use crate::domain::text::Name;
use crate::domain::{Error, Result};
use crate::files;
use crate::http::server;
use crate::http::settings::HttpSettings;
use crate::observe::Observer;
use crate::observe::export::{Collector, Exporter};
use crate::observe::requests::Requests;
use crate::store::connection::db::{Database, DatabaseUrl, Options};

/// Opens the catalog as it is used where nothing is said; see [`open_with`].
///
/// # Errors
/// A sentence for the operator.
pub async fn open(url: &DatabaseUrl, cache: u64) -> std::result::Result<Arc<App>, String> {
    open_with(url, &Options::default(), cache).await
}

/// Opens the catalog and brings its schema up to date. Answers that are kept in memory take at most
/// about `cache` bytes.
///
/// # Errors
/// A sentence for the operator.
pub async fn open_with(
    url: &DatabaseUrl,
    options: &Options,
    cache: u64,
) -> std::result::Result<Arc<App>, String> {
    let unreachable = |error: Error| format!("cannot open {url}: {error}");
    let database = Database::open(url, options).await.map_err(unreachable)?;
    if let DatabaseUrl::Sqlite(file) = url {
        files::warn_if_others_may_read(file.path(), "the database");
    }
    database
        .migrate()
        .await
        .map_err(|error| format!("cannot bring the schema of {url} up to date: {error}"))?;
    Ok(Arc::new(App::new(database, cache)))
}

/// On an empty database, makes an organization and a key to begin with, and hands it over.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn bootstrap<T>(
    app: &App,
    given: Option<Secret>,
    hand_over: impl FnOnce(&Secret) -> std::result::Result<T, String>,
) -> Result<FirstKey<T>> {
    let name = Name::from_row("first key".to_owned());
    app.bootstrap(name, given, hand_over).await
}

/// The largest SQLite file, in bytes, that is looked through before it is served, and not meanwhile.
pub const MOST_CHECKED_FIRST: u64 = 256 * 1024 * 1024;

/// Looks for damage in a SQLite file: before this returns, or on the side where it is larger than
/// `most` bytes. Damage that is found on the side has the server write nothing more.
///
/// # Errors
/// A sentence for the operator.
pub async fn look_for_damage(app: &Arc<App>, most: u64) -> std::result::Result<(), String> {
    let Some(size) = app.file_size() else {
        return Ok(());
    };
    if size > most {
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

/// How long the server may take to write down what it still knows when it stops.
const LAST_WORDS_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that listens and has a catalog.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    port: Port,
}

/// A catalog that is open.
pub struct Opened<F> {
    /// The catalog.
    pub app: Arc<App>,
    /// What is done as soon as it is served.
    pub then: F,
}

/// A place where clients can connect.
#[derive(Debug)]
pub struct Port {
    listener: TcpListener,
    address: SocketAddr,
    settings: Settings,
    observation: Observation,
}

/// How the server is observed; by nobody, where nothing is said.
#[derive(Debug, Default)]
pub struct Observation {
    observer: Arc<Observer>,
    shows_metrics: bool,
    metrics: Option<TcpListener>,
    exporter: Option<Exporter>,
}

impl Observation {
    /// Takes the address for metrics, and begins to send traces to a collector.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn start(
        metrics: MetricsAt,
        collector: Option<Collector>,
    ) -> std::result::Result<Self, String> {
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

    /// Where metrics are read, if that is an address of their own.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics.as_ref()?.local_addr().ok()
    }
}

async fn listen_on(address: SocketAddr) -> std::result::Result<TcpListener, String> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|why| format!("cannot listen on {address}: {why}"))
}

impl Server {
    /// Takes the address, so that clients can connect from now on.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn bind(
        app: Arc<App>,
        listen: SocketAddr,
        settings: Settings,
    ) -> std::result::Result<Self, String> {
        let port = Port::bind(listen, settings).await?;
        Ok(Self { app, port })
    }

    /// The address that was taken.
    pub fn address(&self) -> SocketAddr {
        self.port.address()
    }

    /// Where it is: the public address if the settings have one.
    pub fn base_url(&self) -> String {
        self.port.base_url()
    }

    /// Serves until `stop` is ready, and finishes what is in flight.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let app = self.app;
        let opened = Opened { app, then: || () };
        // What is there already cannot fail to open.
        let _ = self.port.serve(async { Ok(opened) }, stop).await;
    }
}

impl Port {
    /// Takes the address, so that clients can connect from now on.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn bind(listen: SocketAddr, settings: Settings) -> std::result::Result<Self, String> {
        let listener = listen_on(listen).await?;
        let address = listener.local_addr();
        let address = address.map_err(|why| format!("cannot listen on {listen}: {why}"))?;
        Ok(Self {
            listener,
            address,
            settings,
            observation: Observation::default(),
        })
    }

    /// Has the server observed.
    pub fn observed(self, observation: Observation) -> Self {
        Self {
            observation,
            ..self
        }
    }

    /// The address that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is: the public address if the settings have one.
    pub fn base_url(&self) -> String {
        let scheme = if self.settings.http.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let public_url = self.settings.public_url.clone();
        public_url.unwrap_or_else(|| format!("{scheme}://{}", self.address))
    }

    /// Serves until `stop` is ready, and finishes what is in flight. Until the catalog is open it is
    /// answered that it is not.
    ///
    /// # Errors
    /// That of opening the catalog; nothing is served then any more.
    pub async fn serve<F: FnOnce()>(
        self,
        opening: impl Future<Output = std::result::Result<Opened<F>, String>>,
        stop: impl Future<Output = ()>,
    ) -> std::result::Result<(), String> {
        let Self {
            listener,
            settings,
            observation,
            ..
        } = self;
        let Observation {
            observer,
            shows_metrics,
            metrics,
            exporter,
        } = observation;
        let (endpoint, opened) = api::gate::starting(&settings, observer.clone());
        let endpoint = Served::new(endpoint, settings.body_timeout);
        let (ended, mut ends) = watch::channel(false);
        let ending = async move {
            // Where nobody can tell any more, it has ended as well.
            let _ = ends.wait_for(|is_ended| *is_ended).await;
        };
        let serving = server::serve(listener, endpoint, settings.http.clone(), ending);
        let working = async {
            let outcome = open_until(opening, stop, |Opened { app, then }| {
                let endpoint =
                    api::endpoint(app.clone(), &settings, observer.clone(), shows_metrics);
                // It is opened once.
                let _ = opened.set(endpoint);
                then();
                let metrics = metrics.map(|listener| serve_metrics(listener, &app, &observer));
                (upkeep(&app), metrics, app)
            });
            let outcome = outcome.await;
            ended.send_replace(true);
            outcome
        };
        // In this order: what is open already is there for the first request.
        let (outcome, ()) = tokio::join!(biased; working, serving);
        let note = async {
            // Metrics are read until the last request has ended.
            if let Ok(Some((upkeep, metrics, app))) = &outcome {
                let _ = (upkeep, metrics);
                note_key_use(app).await;
            }
        };
        let export = async {
            if let Some(exporter) = exporter {
                exporter.stop().await;
            }
        };
        if tokio::join!(tokio::time::timeout(LAST_WORDS_TIMEOUT, note), export)
            .0
            .is_err()
        {
            tracing::warn!("the last use of keys cannot be saved in time");
        }
        outcome.map(drop)
    }
}

/// Waits for the catalog, begins what needs it, and waits for the end; where the end comes first
/// there is no catalog.
async fn open_until<O, T>(
    opening: impl Future<Output = std::result::Result<O, String>>,
    stop: impl Future<Output = ()>,
    begin: impl FnOnce(O) -> T,
) -> std::result::Result<Option<T>, String> {
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

/// Serves metrics on a port of their own; dropping it ends it.
fn serve_metrics(listener: TcpListener, app: &Arc<App>, observer: &Arc<Observer>) -> JoinSet<()> {
    let endpoint = metrics::endpoint(app.clone(), observer.clone());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        // Plain and without limits: it is for whoever runs the server.
        let endpoint = Served::new(endpoint, BODY_TIMEOUT);
        let settings = HttpSettings::default();
        server::serve(listener, endpoint, settings, std::future::pending()).await;
    });
    tasks
}

/// What goes on beside the requests; dropping it ends it.
fn upkeep(app: &Arc<App>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let sweeping = app.clone();
    tasks.spawn(every(SWEEP_EVERY, move || {
        let app = sweeping.clone();
        async move { sweep(&app).await }
    }));
    let noting = app.clone();
    tasks.spawn(every(NOTE_KEY_USE_EVERY, move || {
        let app = noting.clone();
        async move { note_key_use(&app).await }
    }));
    let tending = app.clone();
    tasks.spawn(every(TEND_FILE_EVERY, move || {
        let app = tending.clone();
        async move { tend_file(&app).await }
    }));
    let probing = app.clone();
    tasks.spawn(every(PROBE_EVERY, move || {
        let app = probing.clone();
        async move { app.probe().await }
    }));
    let looking = app.clone();
    tasks.spawn(every(LOOK_EVERY, move || {
        let app = looking.clone();
        async move { look_for_changes(&app).await }
    }));
    tasks
}

async fn every<F: Future<Output = ()>>(period: Duration, work: impl Fn() -> F) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        work().await;
    }
}

async fn sweep(app: &App) {
    match app.sweep_idempotency_records().await {
        Ok(0) => {}
        Ok(swept) => tracing::debug!(swept, "old idempotency records deleted"),
        Err(error) => tracing::warn!(%error, "old idempotency records cannot be deleted"),
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
