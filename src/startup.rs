//! The one place that puts the server together, for the program and for its tests.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::api;
use crate::api::settings::Settings;
use crate::catalog::api_key::{KeyWish, NewApiKey};
use crate::catalog::app::App;
use crate::catalog::upkeep::{LOOK_EVERY, NOTE_KEY_USE_EVERY, SWEEP_EVERY};
use crate::domain::permission::Rights;
use crate::domain::text::Name;
use crate::domain::{Error, Result};
use crate::files;
use crate::store::db::{Database, DatabaseUrl};

/// Opens the catalog and brings its schema up to date. Answers that are kept in memory take at most
/// about `cache` bytes.
///
/// # Errors
/// A sentence for the operator.
pub async fn open(url: &DatabaseUrl, cache: u64) -> std::result::Result<Arc<App>, String> {
    let unreachable = |error: Error| format!("cannot open {url}: {error}");
    let database = Database::connect(url).await.map_err(unreachable)?;
    if let DatabaseUrl::Sqlite(path) = url {
        files::warn_if_others_may_read(path, "the database");
    }
    database
        .migrate()
        .await
        .map_err(|error| format!("cannot bring the schema of {url} up to date: {error}"))?;
    Ok(Arc::new(App::new(database, cache)))
}

/// On an empty database, makes an organization and a sandbox key to begin with.
///
/// # Errors
/// `Unavailable` or `Internal`.
pub async fn bootstrap(app: &App) -> Result<Option<NewApiKey>> {
    let key = KeyWish {
        name: Name::from_row("first key".to_owned()),
        expires_in_days: None,
        rights: Rights::Full,
    };
    app.bootstrap(key).await
}

/// How long the server may take to write down what it still knows when it stops.
const LAST_WORDS_TIMEOUT: Duration = Duration::from_secs(2);

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    address: SocketAddr,
    settings: Settings,
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
        let cannot_listen = |why| format!("cannot listen on {listen}: {why}");
        let listener = TcpListener::bind(listen).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        Ok(Self {
            app,
            listener,
            address,
            settings,
        })
    }

    /// The address that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it is: the public address if the settings have one.
    pub fn base_url(&self) -> String {
        let scheme = if self.settings.tls.is_some() {
            "https"
        } else {
            "http"
        };
        let public_url = self.settings.public_url.clone();
        public_url.unwrap_or_else(|| format!("{scheme}://{}", self.address))
    }

    /// Serves until `stop` is ready, and finishes what is in flight.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let upkeep = upkeep(&self.app);
        let endpoint = api::endpoint(self.app.clone(), &self.settings);
        api::server::serve(self.listener, endpoint, &self.settings, stop).await;
        drop(upkeep);
        if tokio::time::timeout(LAST_WORDS_TIMEOUT, note_key_use(&self.app))
            .await
            .is_err()
        {
            tracing::warn!("the last use of keys cannot be saved in time");
        }
    }
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
