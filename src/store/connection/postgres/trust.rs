//! Which connections may be used.
//!
//! After a switchover a connection may still lead to the former primary. So every sign of a switchover
//! closes the connections that are older than it: a server in recovery, a timeline that was left, a write
//! that is refused because the server is read-only, a server that shuts down.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::server::{Life, Server};
use super::trouble::Trouble;

/// When a failure last showed that connections lead to the wrong server, in microseconds. It is one for
/// the process, since an error does not say which connection it is from.
static FAILED: AtomicU64 = AtomicU64::new(0);
/// Failures within this time of the last one count as the same, so that a server that stays read-only
/// does not make every write open all connections again.
const SAME_FAILURE: Duration = Duration::from_millis(250);

/// Microseconds since this process first asked.
fn now() -> u64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    micros(START.elapsed()).saturating_add(1)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// Closes every connection that was opened before now, because of a failure.
pub fn note_failure() {
    let now = now();
    if now.saturating_sub(FAILED.load(Ordering::Acquire)) > micros(SAME_FAILURE) {
        FAILED.fetch_max(now, Ordering::AcqRel);
    }
}

/// The known facts about the servers of one database.
#[derive(Debug)]
pub struct Trust {
    wants_writable: bool,
    /// Connections that were opened before are not used; microseconds.
    distrusted: AtomicU64,
    latest: Mutex<Option<Life>>,
}

impl Trust {
    /// Nothing is known yet. A server that is read-only by a setting is only used where writable ones
    /// are not asked for.
    pub fn new(wants_writable: bool) -> Self {
        Self {
            wants_writable,
            distrusted: AtomicU64::new(0),
            latest: Mutex::default(),
        }
    }

    /// Closes every connection that was opened before now.
    pub fn distrust(&self) {
        self.distrusted.fetch_max(now(), Ordering::AcqRel);
    }

    /// Whether a connection of this age is too old to be used.
    pub fn is_outdated(&self, age: Duration) -> bool {
        let opened = now().saturating_sub(micros(age));
        let distrusted = self.distrusted.load(Ordering::Acquire);
        opened < distrusted.max(FAILED.load(Ordering::Acquire))
    }

    /// Checks the server of a pooled connection. If it may not be used, other connections of that age lead
    /// to it as well.
    ///
    /// # Errors
    /// When it may not be used.
    pub fn judge(&self, server: &Server) -> Result<(), Trouble> {
        let judged = self.weigh(server);
        if judged.is_err() {
            self.distrust();
        }
        judged
    }

    /// Checks a server that pooled connections need not lead to.
    ///
    /// # Errors
    /// When it may not be used.
    pub fn weigh(&self, server: &Server) -> Result<(), Trouble> {
        if server.is_in_recovery {
            return Err(Trouble::passing(
                "the server is in recovery: a standby, which takes no writes",
            ));
        }
        if let Some(life) = &server.life {
            self.compare(life)?;
        }
        if self.wants_writable && server.is_read_only {
            return Err(Trouble::passing("the server is read-only"));
        }
        Ok(())
    }

    /// Compares a server with the one of the highest timeline so far.
    fn compare(&self, life: &Life) -> Result<(), Trouble> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        match latest.as_ref() {
            Some(known) if known == life => return Ok(()),
            Some(known) if known.system == life.system && known.timeline > life.timeline => {
                return Err(Trouble::passing(format!(
                    "the server is on timeline {}, which was left for timeline {}",
                    life.timeline, known.timeline
                )));
            }
            Some(_) => self.distrust(),
            None => {}
        }
        *latest = Some(life.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(system: &str, timeline: u32) -> Server {
        Server {
            is_in_recovery: false,
            is_read_only: false,
            encoding: "UTF8".to_owned(),
            life: Some(Life {
                system: system.to_owned(),
                timeline,
            }),
        }
    }

    const OLD: Duration = Duration::from_secs(3600);

    #[test]
    fn a_lower_timeline_of_a_cluster_is_refused() {
        let trust = Trust::new(false);
        trust.judge(&server("a", 2)).unwrap();
        trust.judge(&server("a", 2)).unwrap();
        assert!(trust.judge(&server("a", 1)).unwrap_err().is_passing);
        assert!(trust.is_outdated(OLD));
        trust.judge(&server("a", 3)).unwrap();
        trust.judge(&server("a", 2)).unwrap_err();
        // A new cluster at the same address counts from 1.
        trust.judge(&server("b", 1)).unwrap();
        assert!(!trust.is_outdated(Duration::ZERO));
    }

    #[test]
    fn standby_beside_the_server_is_harmless() {
        let standby = Server {
            is_in_recovery: true,
            ..server("a", 1)
        };
        let trust = Trust::new(false);
        trust.weigh(&server("a", 2)).unwrap();
        trust.weigh(&standby).unwrap_err();
        trust.weigh(&server("a", 1)).unwrap_err();
        assert_eq!(trust.distrusted.load(Ordering::Acquire), 0);
        trust.judge(&standby).unwrap_err();
        assert_ne!(trust.distrusted.load(Ordering::Acquire), 0);
    }

    #[test]
    fn standbys_are_always_refused() {
        let standby = Server {
            is_in_recovery: true,
            is_read_only: true,
            life: None,
            ..server("a", 1)
        };
        let read_only = Server {
            is_read_only: true,
            ..server("a", 1)
        };
        for wants_writable in [false, true] {
            let trust = Trust::new(wants_writable);
            trust.judge(&standby).unwrap_err();
            assert_eq!(trust.judge(&read_only).is_err(), wants_writable);
        }
    }
}
