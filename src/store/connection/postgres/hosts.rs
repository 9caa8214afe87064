//! The hosts of an address, and which of them new connections go to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};

use super::address::{self, Address};
use super::server::Server;
use super::text;
use super::trouble::Trouble;
use super::trust::Trust;
use crate::store::connection::timeouts::{ANSWER_TIMEOUT, STATEMENT_CACHE};

/// The hosts, in order.
#[derive(Debug)]
pub struct Hosts {
    hosts: Vec<Host>,
    current: AtomicUsize,
}

#[derive(Debug)]
struct Host {
    name: String,
    options: PgConnectOptions,
}

impl Hosts {
    /// The hosts of an address; the first is the current one.
    pub fn new(address: &Address) -> Self {
        let hosts = address.hosts().iter().map(|options| Host {
            name: address::name(options),
            options: prepared(options.clone()),
        });
        Self {
            hosts: hosts.collect(),
            current: AtomicUsize::new(0),
        }
    }

    fn host(&self) -> &Host {
        // The index is one that was found among them.
        &self.hosts[self.current.load(Ordering::Acquire)]
    }

    /// How to connect to the current host.
    pub fn current(&self) -> PgConnectOptions {
        self.host().options.clone()
    }

    /// The current host, for the log.
    pub fn name(&self) -> &str {
        &self.host().name
    }

    /// Makes the first host in order current that can be used; answers whether it is another one than
    /// before, and what it says of itself. All are asked at once, so that one which is silent does
    /// not hold up the others.
    ///
    /// # Errors
    /// Why none of them can be used.
    pub async fn find(&self, trust: &Trust, within: Duration) -> Result<(bool, Server), Trouble> {
        let ask = |host: &Host| tokio::spawn(ask(host.options.clone(), within));
        let asked: Vec<_> = self.hosts.iter().map(ask).collect();
        let mut troubles = Vec::new();
        for (index, asked) in asked.into_iter().enumerate() {
            let answer = asked.await;
            let answer = answer.unwrap_or_else(|_| Err(Trouble::passing("no answer")));
            match answer.and_then(|server| trust.weigh(&server).map(|()| server)) {
                Ok(server) => {
                    let before = self.current.swap(index, Ordering::AcqRel);
                    return Ok((before != index, server));
                }
                Err(trouble) => troubles.push(trouble),
            }
        }
        Err(self.all(troubles))
    }

    fn all(&self, troubles: Vec<Trouble>) -> Trouble {
        let is_passing = troubles.iter().any(|trouble| trouble.is_passing);
        let hosts = self.hosts.iter().zip(troubles);
        let sentences = hosts.map(|(host, trouble)| match self.hosts.len() {
            1 => trouble.why,
            _ => format!("{}: {}", host.name, trouble.why),
        });
        Trouble {
            why: sentences.collect::<Vec<_>>().join("; "),
            is_passing,
        }
    }
}

/// Connects to a server and asks it what it is.
async fn ask(options: PgConnectOptions, within: Duration) -> Result<Server, Trouble> {
    let is_socket = options.get_socket().is_some() || options.get_host().starts_with('/');
    let asking = async {
        let mut connection = PgConnection::connect_with(&options).await?;
        let server = Server::ask(&mut connection).await;
        // Whether that succeeds does not matter.
        let _ = tokio::time::timeout(ANSWER_TIMEOUT, connection.close()).await;
        server
    };
    match tokio::time::timeout(within, asking).await {
        Ok(Err(error)) if is_socket => Err(text::of_socket(&error)),
        Ok(answer) => answer.map_err(|error| text::of(&error)),
        Err(_) => Err(Trouble::passing(format!(
            "no answer within {} s",
            within.as_secs()
        ))),
    }
}

/// Without what poolers refuse in the message that begins a connection: every transaction says by
/// itself what it needs.
fn prepared(options: PgConnectOptions) -> PgConnectOptions {
    use sea_orm::sqlx::ConnectOptions;
    options
        .application_name("pricebook")
        .extra_float_digits(None)
        .statement_cache_capacity(STATEMENT_CACHE)
        .disable_statement_logging()
}
