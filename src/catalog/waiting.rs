//! The clients that wait for changes. Each costs the memory of its request, and no thread and no
//! connection to the database.

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

use crate::domain::{Error, Result};

/// Maximum number of clients that wait at a time.
const MAX_WAITING: usize = 4096;

/// Places for clients that wait, until the server stops.
#[derive(Debug)]
pub(super) struct Waiting {
    places: Semaphore,
    is_over: CancellationToken,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            places: Semaphore::new(MAX_WAITING),
            is_over: CancellationToken::new(),
        }
    }
}

impl Waiting {
    /// A place, which is free again when it is dropped.
    ///
    /// # Errors
    /// `Unavailable`, if too many clients wait.
    pub fn enter(&self) -> Result<SemaphorePermit<'_>> {
        let place = self.places.try_acquire();
        place.map_err(|_| Error::unavailable("too many clients wait for changes"))
    }

    /// Lets all clients go, now and later.
    pub fn let_go(&self) {
        self.is_over.cancel();
    }

    /// Waits until the clients are let go.
    pub async fn is_over(&self) {
        self.is_over.cancelled().await;
    }
}
