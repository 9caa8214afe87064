//! The hosts of an address, and which of them new connections go to.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::task::JoinSet;

use super::address::{self, Address};
use super::server::Server;
use super::trust::Trust;
use super::{Trouble, part, text};

/// Statements that a connection keeps prepared.
const STATEMENT_CACHE: usize = 200;

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
    /// What is the matter with each of them.
    pub async fn find(&self, trust: &Trust, within: Duration) -> Result<(bool, Server), Trouble> {
        let mut asking = JoinSet::new();
        for (index, host) in self.hosts.iter().enumerate() {
            let options = host.options.clone();
            asking.spawn(async move { (index, ask(options, within).await) });
        }
        let mut answers: Vec<_> = self.hosts.iter().map(|_| None).collect();
        while let Some(answer) = asking.join_next().await {
            if let Ok((index, answer)) = answer {
                answers[index] = Some(answer);
            }
            // Those before it may still be better.
            let Some((index, server)) = first_good(&answers, trust) else {
                continue;
            };
            let before = self.current.swap(index, Ordering::AcqRel);
            return Ok((before != index, server));
        }
        Err(self.all_troubles(answers, trust))
    }

    fn all_troubles(&self, answers: Vec<Option<Answer>>, trust: &Trust) -> Trouble {
        let mut is_passing = false;
        let mut sentences = Vec::new();
        for (host, answer) in self.hosts.iter().zip(answers) {
            let answer = answer.unwrap_or_else(|| Err(Trouble::passing("no answer")));
            if let Err(trouble) = answer.and_then(|server| trust.weigh(&server)) {
                is_passing |= trouble.is_passing;
                sentences.push(match self.hosts.len() {
                    1 => trouble.why,
                    _ => format!("{}: {}", host.name, trouble.why),
                });
            }
        }
        Trouble {
            why: sentences.join("; "),
            is_passing,
        }
    }
}

type Answer = Result<Server, Trouble>;

/// The first server that can be used, as soon as all before it are known not to be.
fn first_good(answers: &[Option<Answer>], trust: &Trust) -> Option<(usize, Server)> {
    for (index, answer) in answers.iter().enumerate() {
        match answer.as_ref()? {
            Ok(server) if trust.weigh(server).is_ok() => return Some((index, server.clone())),
            _ => {}
        }
    }
    None
}

/// Connects to a server and asks it what it is.
async fn ask(options: PgConnectOptions, within: Duration) -> Answer {
    let is_socket = options.get_socket().is_some() || options.get_host().starts_with('/');
    let asking = async {
        let mut connection = PgConnection::connect_with(&options).await?;
        let server = Server::ask(&mut connection).await;
        part(connection).await;
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
