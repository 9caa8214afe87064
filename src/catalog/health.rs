//! The health of this server, as its probes report it to an orchestrator.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::clock::now;
use crate::domain::Error;
use crate::domain::timestamp::Timestamp;
use crate::store::connection::error::why_unwritable;
use crate::store::connection::probe::Found;

/// How long a server that has only its cache counts as ready for reads.
const ALONE_FOR: Duration = Duration::from_secs(5 * 60);
/// How long a failed write counts as "nothing can be written", unless another succeeds first. Since
/// clients stop writing because of it, no later write may show that the cause is gone.
const UNWRITABLE_FOR: Duration = Duration::from_secs(10);
/// The time without a probe after which the database counts as away.
const PROBED_WITHIN: Duration = Duration::from_secs(15);

const STARTING: &str = "the server is starting";
const AWAY: &str = "the database does not answer";
const AWAY_LONG: &str = "the database has not answered for 5 minutes";

/// The last known state of the database, and its consequences for reads and writes.
#[derive(Debug, Default)]
pub struct Health {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the database last answered.
    answered: Option<Instant>,
    /// When it was last probed.
    asked: Option<Instant>,
    /// The trouble that the last probe found, if any.
    trouble: Option<Trouble>,
    /// When a write failed in a way that shows that none can be made, and why.
    unwritable: Option<(Instant, &'static str)>,
    /// Why this server must be restarted, if it must.
    condemned: Option<&'static str>,
    /// Why this server must not be used although a restart would not help, if so.
    damaged: Option<&'static str>,
    /// The last report, which has the start of each state.
    last: Option<Report>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Away,
    ReadOnly(&'static str),
}

/// The source of the answers to reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The database, or a cache that it confirmed as current.
    Database,
    /// The cache alone.
    Memory,
}

/// The state of reads or of writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<T> {
    /// The working state, or the reason why there is none, in a fixed sentence.
    pub outcome: Result<T, &'static str>,
    /// The time at which this state began.
    pub since: Timestamp,
}

/// The states of reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Whether reads can be answered.
    pub reads: Standing<Source>,
    /// Whether writes can be made.
    pub writes: Standing<()>,
}

impl Health {
    /// The health of a server whose database has just answered.
    pub fn answered() -> Self {
        let health = Self::default();
        health.note(Found::Writable);
        health
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The states of reads and writes now.
    pub fn report(&self) -> Report {
        self.state().report(Instant::now())
    }

    /// Notes the outcome of a probe.
    pub fn note(&self, found: Found) {
        let now = Instant::now();
        let mut state = self.state();
        state.asked = Some(now);
        let trouble = match &found {
            Found::Writable => None,
            Found::ReadOnly(why) => Some(Trouble::ReadOnly(why)),
            Found::Away(_) => Some(Trouble::Away),
        };
        if trouble != Some(Trouble::Away) {
            state.answered = Some(now);
        }
        let before = std::mem::replace(&mut state.trouble, trouble);
        state.report(now);
        drop(state);
        if before != trouble {
            log(&found);
        }
    }

    /// Notes that no write can be made, and why, in a fixed sentence. This counts for 10 seconds,
    /// or until a write succeeds.
    pub fn writes_failed(&self, why: &'static str) {
        let mut state = self.state();
        let before = state.unwritable.replace((Instant::now(), why));
        state.report(Instant::now());
        drop(state);
        if before.is_none() {
            tracing::error!(why, "nothing can be written");
        }
    }

    /// Notes the outcome of a write: `None` if it succeeded.
    pub fn note_write(&self, failure: Option<&Error>) {
        match failure {
            None => self.state().unwritable = None,
            Some(error) => {
                if let Some(why) = why_unwritable(error) {
                    self.writes_failed(why);
                }
            }
        }
    }

    /// Makes both probes fail until the server is restarted, for a reason in a fixed sentence: its
    /// answers and writes cannot be relied on.
    pub fn condemn(&self, why: &'static str) {
        let before = self.state().condemned.replace(why);
        self.report();
        if before.is_none() {
            tracing::error!(why, "the server must be restarted");
        }
    }

    /// Makes both probes fail although a restart would not help, for a reason in a fixed sentence.
    pub fn note_damage(&self, why: &'static str) {
        self.state().damaged = Some(why);
        self.report();
    }

    /// Why the server must be restarted, if it must.
    pub fn why_condemned(&self) -> Option<&'static str> {
        self.state().condemned
    }
}

fn log(found: &Found) {
    match found {
        Found::Writable => tracing::info!("the database answers and accepts writes"),
        Found::ReadOnly(why) => tracing::warn!("{why}: writes are refused"),
        Found::Away(cause) => tracing::warn!(cause, "the database cannot be used"),
    }
}

impl State {
    fn report(&mut self, now: Instant) -> Report {
        let (reads, writes) = (self.reads(now), self.writes(now));
        let report = Report {
            reads: since(self.last.map(|last| last.reads), reads),
            writes: since(self.last.map(|last| last.writes), writes),
        };
        self.last = Some(report);
        report
    }

    fn is_away(&self, now: Instant) -> bool {
        let is_late = self
            .asked
            .is_none_or(|asked| now.duration_since(asked) > PROBED_WITHIN);
        is_late || self.trouble == Some(Trouble::Away)
    }

    fn reads(&self, now: Instant) -> Result<Source, &'static str> {
        if let Some(why) = self.condemned.or(self.damaged) {
            return Err(why);
        }
        match self.answered {
            None => Err(STARTING),
            Some(_) if !self.is_away(now) => Ok(Source::Database),
            Some(answered) if now.duration_since(answered) > ALONE_FOR => Err(AWAY_LONG),
            Some(_) => Ok(Source::Memory),
        }
    }

    fn writes(&self, now: Instant) -> Result<(), &'static str> {
        if let Some(why) = self.condemned.or(self.damaged) {
            return Err(why);
        }
        if self.answered.is_none() {
            return Err(STARTING);
        }
        if self.is_away(now) {
            return Err(AWAY);
        }
        if let Some(Trouble::ReadOnly(why)) = self.trouble {
            return Err(why);
        }
        match self.unwritable {
            Some((at, why)) if now.duration_since(at) < UNWRITABLE_FOR => Err(why),
            _ => Ok(()),
        }
    }
}

/// The state with this outcome. It began with the previous one if the outcome is the same.
fn since<T: PartialEq>(
    before: Option<Standing<T>>,
    outcome: Result<T, &'static str>,
) -> Standing<T> {
    let is_same = |before: &Standing<T>| before.outcome == outcome;
    let since = before.filter(is_same).map(|before| before.since);
    Standing {
        since: since.unwrap_or_else(now),
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(health: &Health, later: Duration) -> (Result<Source, &str>, Result<(), &str>) {
        let report = health.state().report(Instant::now() + later);
        (report.reads.outcome, report.writes.outcome)
    }

    fn away() -> Found {
        Found::Away("connection refused".to_owned())
    }

    #[test]
    fn nothing_can_be_done_before_the_first_answer() {
        let health = Health::default();
        for _ in 0..2 {
            assert_eq!(
                outcomes(&health, Duration::ZERO),
                (Err(STARTING), Err(STARTING))
            );
            health.note(away());
        }
        health.note(Found::Writable);
        assert_eq!(
            outcomes(&health, Duration::ZERO),
            (Ok(Source::Database), Ok(()))
        );
    }

    #[test]
    fn memory_is_of_use_for_five_minutes() {
        let health = Health::answered();
        health.note(away());
        assert_eq!(
            outcomes(&health, Duration::from_secs(299)),
            (Ok(Source::Memory), Err(AWAY))
        );
        assert_eq!(
            outcomes(&health, Duration::from_secs(301)),
            (Err(AWAY_LONG), Err(AWAY))
        );
    }

    #[test]
    fn a_database_that_nobody_asks_is_away() {
        let health = Health::answered();
        assert_eq!(
            outcomes(&health, Duration::from_secs(16)),
            (Ok(Source::Memory), Err(AWAY))
        );
    }

    #[test]
    fn what_a_write_told_is_believed_for_a_while() {
        let health = Health::answered();
        health.writes_failed("the disk is full");
        let (reads, writes) = outcomes(&health, Duration::from_secs(9));
        assert_eq!(
            (reads, writes),
            (Ok(Source::Database), Err("the disk is full"))
        );
        assert_eq!(outcomes(&health, Duration::from_secs(11)).1, Ok(()));
        health.writes_failed("the disk is full");
        health.note_write(None);
        assert_eq!(outcomes(&health, Duration::ZERO).1, Ok(()));
        health.note(Found::ReadOnly("read-only"));
        assert_eq!(outcomes(&health, Duration::ZERO).1, Err("read-only"));
    }

    #[test]
    fn a_condemned_server_stays_condemned() {
        let health = Health::answered();
        assert_eq!(outcomes(&health, Duration::ZERO).1, Ok(()));
        health.condemn("the file is gone");
        health.note(Found::Writable);
        assert_eq!(
            outcomes(&health, Duration::ZERO),
            (Err("the file is gone"), Err("the file is gone"))
        );
    }

    #[test]
    fn since_stays_while_nothing_changes() {
        let health = Health::answered();
        health.state().last.as_mut().unwrap().reads.since = Timestamp::from_millis(7);
        health.note(Found::ReadOnly("read-only"));
        assert_eq!(health.report().reads.since.as_millis(), 7);
        health.note(away());
        assert_ne!(health.report().reads.since.as_millis(), 7);
    }
}
