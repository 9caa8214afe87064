//! PostgreSQL as operators run it: several hosts, standbys, switchovers and poolers.

pub mod address;
mod hosts;
mod pooler;
pub(in crate::store) mod secrecy;
pub(in crate::store) mod server;
mod text;
pub(in crate::store) mod trouble;
pub(in crate::store) mod trust;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgPool, PgPoolOptions};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector};

use self::address::Address;
use self::hosts::Hosts;
use self::server::Server;
use self::trouble::Trouble;
use self::trust::Trust;
use super::options::Options;
use super::probe::Found;
use super::silence;
use super::timeouts::{ACQUIRE_TIMEOUT, ANSWER_TIMEOUT};

/// How long the server may take to describe itself on a connection of the pool. Under load it may take
/// longer, and then a new connection tells.
const POOL_ANSWER_TIMEOUT: Duration = Duration::from_millis(300);

/// The servers of one database, and the pool of connections to the one of them that takes writes.
#[derive(Debug, Clone)]
pub(in crate::store) struct Postgres {
    pool: PgPool,
    hosts: Arc<Hosts>,
    trust: Arc<Trust>,
}

impl Postgres {
    /// Opens a database.
    ///
    /// # Errors
    /// When none of its servers can be used.
    pub async fn open(address: &Address, options: &Options) -> Result<Self, Trouble> {
        let trust = Arc::new(Trust::new(address.wants_writable()));
        let hosts = Arc::new(Hosts::new(address));
        let (_, server) = hosts.find(&trust, ACQUIRE_TIMEOUT).await?;
        require_utf8(&server)?;
        let pool = PgPoolOptions::new()
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .max_connections(options.pool);
        let pool = silence::watch(pool, trust.clone()).connect_lazy_with(hosts.current());
        let postgres = Self { pool, hosts, trust };
        match pooler::check(&postgres.pool).await {
            Ok(()) => Ok(postgres),
            Err(trouble) => {
                postgres.pool.close().await;
                Err(trouble)
            }
        }
    }

    /// The pool as the rest of this room uses it.
    pub fn connection(&self) -> DatabaseConnection {
        SqlxPostgresConnector::from_sqlx_postgres_pool(self.pool.clone())
    }

    /// Asks the database how it is. Where it does not answer, every server of the address is
    /// asked, so that new connections go to one that can be used.
    pub async fn probe(&self) -> Found {
        match tokio::time::timeout(POOL_ANSWER_TIMEOUT, self.ask()).await {
            Ok(Ok(server)) => found(&server),
            // Busy, silent, gone, or a standby by now.
            Ok(Err(_)) | Err(_) => self.look_for_another().await,
        }
    }

    async fn ask(&self) -> Result<Server, Trouble> {
        let mut connection = self
            .pool
            .acquire()
            .await
            .map_err(|error| text::of(&error))?;
        let server = Server::ask(&mut connection).await;
        let server = server.map_err(|error| text::of(&error))?;
        self.trust.judge(&server)?;
        Ok(server)
    }

    async fn look_for_another(&self) -> Found {
        match self.hosts.find(&self.trust, ANSWER_TIMEOUT).await {
            Ok((is_another, server)) => {
                if is_another {
                    tracing::info!(host = %self.hosts.name(), "another server of the database takes writes now");
                    self.pool.set_connect_options(self.hosts.current());
                    self.trust.distrust();
                }
                found(&server)
            }
            Err(trouble) => Found::Away(trouble.why),
        }
    }
}

fn found(server: &Server) -> Found {
    if server.is_read_only {
        Found::ReadOnly("the database is read-only")
    } else {
        Found::Writable
    }
}

/// Requires an encoding that has all of Unicode.
fn require_utf8(server: &Server) -> Result<(), Trouble> {
    if server.encoding == "UTF8" {
        return Ok(());
    }
    Err(Trouble::lasting(format!(
        "its encoding is {}, but has to be UTF8 (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0)",
        server.encoding
    )))
}
