//! Taking turns at the database, so that load which it cannot carry is refused early instead of
//! piling up before it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::{Error, Result};

/// Most calls that wait for a turn; more are refused at once.
const MOST_WAITING: usize = 256;
/// How long a call waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Lets a number of calls go on at a time, and a number of others wait.
#[derive(Debug)]
pub(super) struct Turns {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    longest_wait: Duration,
}

/// The right to go on, given back by dropping it.
#[derive(Debug)]
#[must_use]
pub(super) struct Turn {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Turns {
    /// This many calls at a time.
    pub fn new(at_once: usize) -> Self {
        Self::bounded(at_once, MOST_WAITING, LONGEST_WAIT)
    }

    fn bounded(at_once: usize, most_waiting: usize, longest_wait: Duration) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(at_once + most_waiting)),
            longest_wait,
        }
    }

    /// Whether nobody else can wait.
    pub fn is_full(&self) -> bool {
        self.places.available_permits() == 0
    }

    /// Waits for a turn.
    ///
    /// # Errors
    /// `Unavailable`, when too many wait already, or it takes too long.
    pub async fn take(&self) -> Result<Turn> {
        let place = self.places.clone().try_acquire_owned();
        let place =
            place.map_err(|_| Error::unavailable("too many calls wait for the database"))?;
        let turn = self.turns.clone().acquire_owned();
        match tokio::time::timeout(self.longest_wait, turn).await {
            Ok(Ok(turn)) => Ok(Turn {
                _turn: turn,
                _place: place,
            }),
            _ => Err(Error::unavailable(
                "a call waited too long for the database",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn some_go_on_some_wait_and_the_rest_is_refused() {
        let turns = Arc::new(Turns::bounded(1, 1, Duration::from_secs(60)));
        let first = turns.take().await.unwrap();
        let waiting = turns.clone();
        let second = tokio::spawn(async move { waiting.take().await });
        while !turns.is_full() {
            tokio::task::yield_now().await;
        }
        assert!(matches!(turns.take().await, Err(Error::Unavailable(_))));
        drop(first);
        let second = second.await.unwrap().unwrap();
        drop(second);
        let _again = turns.take().await.unwrap();
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let turns = Turns::bounded(1, 1, Duration::from_millis(1));
        let _first = turns.take().await.unwrap();
        for _ in 0..3 {
            assert!(matches!(turns.take().await, Err(Error::Unavailable(_))));
        }
    }
}
