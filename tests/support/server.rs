//! A server in this process, on a port of its own.

use std::sync::Arc;

use pricebook::api::kit::settings::Settings;
use pricebook::catalog::api_key::KeyWish;
use pricebook::catalog::app::App;
use pricebook::domain::permission::Rights;
use pricebook::domain::scope::Mode;
use pricebook::domain::text::Name;
use pricebook::startup::{self, Server};
use reqwest::{Method, Response};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::actor::Actor;
use super::database::TestDatabase;

/// The maximum memory for cached answers: enough for any test, and small enough for evictions.
pub const CACHE: u64 = 4 * 1024 * 1024;

/// A running server, which stops when this value is dropped.
pub struct TestServer {
    pub app: Arc<App>,
    pub base: String,
    pub database: Arc<TestDatabase>,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<()>>,
}

impl TestServer {
    /// A server on a new, empty database.
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    /// Another server on a database.
    pub async fn on(database: Arc<TestDatabase>) -> Self {
        Self::open(database, Settings::default()).await
    }

    /// A server with settings on a new, empty database.
    pub async fn with(settings: Settings) -> Self {
        Self::open(Arc::new(TestDatabase::new().await), settings).await
    }

    async fn open(database: Arc<TestDatabase>, settings: Settings) -> Self {
        let app = startup::open(&database.url(), CACHE)
            .await
            .expect("the database opens");
        let listen = "127.0.0.1:0".parse().expect("an address");
        let server = Server::bind(app.clone(), listen, settings)
            .await
            .expect("a free port");
        let base = format!("http://{}", server.address());
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(server.run(async {
            // Dropping the sender stops the server too.
            let _ = stopped.await;
        }));
        Self {
            app,
            base,
            database,
            stop: Some(stop),
            running: Some(running),
        }
    }

    /// An actor with a new key for an organization and a mode.
    pub async fn actor(&self, organization: &str, mode: Mode) -> Actor {
        let organization = Name::parse(organization).expect("a name");
        let name = Name::parse("Back office").expect("a name");
        let new = KeyWish {
            name,
            expires_in_days: None,
            rights: Rights::Full,
        };
        let created = self
            .app
            .create_key_for(&organization, mode, new)
            .await
            .expect("a key");
        Actor::new(&self.base, Some(created.secret.expose().to_owned()))
    }

    /// An actor in the sandbox of the organization that most tests use.
    pub async fn owner(&self) -> Actor {
        self.actor("acme", Mode::Sandbox).await
    }

    /// An actor without a key.
    pub fn stranger(&self) -> Actor {
        Actor::new(&self.base, None)
    }

    /// The preflight request of a browser for a method from a page of an origin.
    pub async fn preflight(&self, path: &str, origin: &str, method: &str) -> Response {
        let request = reqwest::Client::new()
            .request(Method::OPTIONS, format!("{}{path}", self.base))
            .header("origin", origin)
            .header("access-control-request-method", method)
            .header(
                "access-control-request-headers",
                "x-api-key, traceparent, if-match",
            );
        request.send().await.expect("an answer")
    }

    /// Stops the server like a signal, and waits until it has ended.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(running) = self.running.take() {
            running.await.expect("the server succeeds");
        }
    }
}
