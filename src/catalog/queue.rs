//! The queue for connections to the database. It sheds load early, before it piles up in front of
//! the database.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::{Error, Result};

/// Maximum number of calls that wait; more are refused at once.
const MAX_WAITING: usize = 256;
/// How long a call waits before it is refused.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// Number of calls about whole catalogs at a time: each may take hundreds of megabytes.
const WHOLE_AT_ONCE: usize = 2;
/// Maximum number of such calls that wait.
const MAX_WHOLE_WAITING: usize = 32;
/// How long such a call waits before it is refused.
const MAX_WHOLE_WAIT: Duration = Duration::from_secs(20);

/// Lets a limited number of calls run while a limited number of others wait.
#[derive(Debug)]
pub(super) struct Queue {
    running: Arc<Semaphore>,
    /// A permit for each call that runs or waits.
    admitted: Arc<Semaphore>,
    max_wait: Duration,
}

/// Permits a call to run, until it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    _running: OwnedSemaphorePermit,
    _admitted: OwnedSemaphorePermit,
}

impl Queue {
    /// A queue for this many calls at a time.
    pub fn new(at_once: usize) -> Self {
        Self::bounded(at_once, MAX_WAITING, MAX_WAIT)
    }

    /// The queue for calls about whole catalogs.
    pub fn of_whole_catalogs() -> Self {
        Self::bounded(WHOLE_AT_ONCE, MAX_WHOLE_WAITING, MAX_WHOLE_WAIT)
    }

    fn bounded(at_once: usize, max_waiting: usize, max_wait: Duration) -> Self {
        Self {
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::new(Semaphore::new(at_once + max_waiting)),
            max_wait,
        }
    }

    /// Whether no other call can wait.
    #[cfg(test)]
    pub fn is_full(&self) -> bool {
        self.admitted.available_permits() == 0
    }

    /// Waits for a permit.
    ///
    /// # Errors
    /// `Unavailable`, if too many calls wait already or the wait takes too long.
    pub async fn acquire(&self) -> Result<Permit> {
        let admitted = self.admitted.clone().try_acquire_owned();
        let admitted =
            admitted.map_err(|_| Error::unavailable("too many calls wait for the database"))?;
        let running = self.running.clone().acquire_owned();
        match tokio::time::timeout(self.max_wait, running).await {
            Ok(Ok(running)) => Ok(Permit {
                _running: running,
                _admitted: admitted,
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
    async fn the_queue_is_bounded() {
        let queue = Arc::new(Queue::bounded(1, 1, Duration::from_secs(60)));
        let first = queue.acquire().await.unwrap();
        let waiting = queue.clone();
        let second = tokio::spawn(async move { waiting.acquire().await });
        while !queue.is_full() {
            tokio::task::yield_now().await;
        }
        assert!(matches!(queue.acquire().await, Err(Error::Unavailable(_))));
        drop(first);
        let second = second.await.unwrap().unwrap();
        drop(second);
        let _again = queue.acquire().await.unwrap();
    }

    #[tokio::test]
    async fn waiting_is_bounded() {
        let queue = Queue::bounded(1, 1, Duration::from_millis(1));
        let _first = queue.acquire().await.unwrap();
        for _ in 0..3 {
            assert!(matches!(queue.acquire().await, Err(Error::Unavailable(_))));
        }
    }
}
