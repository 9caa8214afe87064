//! Connections to PostgreSQL whose server is silent, or is no longer the primary.
//!
//! A host that loses its network or its power does not close its connections: they look open for the
//! minutes in which TCP retransmits. So a connection that does not answer in time is dropped, and with it
//! all that were idle already at that moment: asking one after the other would take as long each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sea_orm::sqlx::postgres::{PgConnection, PgPoolOptions};
use sea_orm::sqlx::{Connection, Error};

use super::postgres::server::Server;
use super::postgres::trust::Trust;

/// How long a connection may take to answer a ping before it is used.
const IDLE: Duration = Duration::from_millis(500);
/// The same after it was used. An abandoned statement may wait for a lock; `lock_timeout` of PostgreSQL
/// ends that within this time.
const USED: Duration = Duration::from_secs(1);
/// After this time without use the server of a connection has to describe itself, not only to answer.
const ASKED_AFTER: Duration = Duration::from_secs(1);

/// When a connection of a pool last was found silent.
#[derive(Debug)]
struct Silence {
    began: Instant,
    /// In milliseconds since the beginning.
    noticed: AtomicU64,
}

/// Makes a pool drop connections that do not answer or are not trusted.
pub fn watch(options: PgPoolOptions, trust: Arc<Trust>) -> PgPoolOptions {
    let taking = Arc::new(Silence {
        began: Instant::now(),
        noticed: AtomicU64::new(0),
    });
    let returning = taking.clone();
    let (opening, trusting) = (trust.clone(), trust.clone());
    options
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let trust = opening.clone();
            Box::pin(async move { admit(&trust, connection).await })
        })
        .before_acquire(move |connection, about| {
            let (silence, trust) = (taking.clone(), trusting.clone());
            Box::pin(async move {
                if silence.includes(about.idle_for) || trust.is_outdated(about.age) {
                    return Ok(false);
                }
                if about.idle_for < ASKED_AFTER {
                    silence.check(connection.ping(), IDLE).await?;
                    return Ok(true);
                }
                let server = silence.check(Server::ask(connection), IDLE).await?;
                Ok(trust.judge(&server).is_ok())
            })
        })
        .after_release(move |connection, about| {
            let (silence, trust) = (returning.clone(), trust.clone());
            Box::pin(async move {
                if trust.is_outdated(about.age) {
                    return Ok(false);
                }
                silence.check(connection.ping(), USED).await?;
                Ok(true)
            })
        })
}

/// Lets a new connection in, if its server is one to be used.
async fn admit(trust: &Trust, connection: &mut PgConnection) -> Result<(), Error> {
    let server = Server::ask(connection).await?;
    trust
        .judge(&server)
        .map_err(|trouble| Error::Io(std::io::Error::other(trouble.why)))
}

impl Silence {
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether a connection had been idle already when another one was found silent.
    fn includes(&self, idle_for: Duration) -> bool {
        let idle_for = u64::try_from(idle_for.as_millis()).unwrap_or(u64::MAX);
        self.now().saturating_sub(idle_for) < self.noticed.load(Ordering::Relaxed)
    }

    /// Waits for a connection to answer; the error drops it.
    async fn check<T>(
        &self,
        answer: impl Future<Output = Result<T, Error>>,
        within: Duration,
    ) -> Result<T, Error> {
        let answered = tokio::time::timeout(within, answer).await;
        answered.unwrap_or_else(|_| {
            self.noticed.store(self.now(), Ordering::Relaxed);
            let why = "the database does not answer on a connection";
            Err(Error::Io(std::io::Error::new(
                std::io::ErrorKind::TimedOut,
                why,
            )))
        })
    }
}
