//! The clients that wait for changes.

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Maximum number of clients that wait at a time.
const MAX_WAITING: usize = 4096;

/// The clients that wait for changes. Each costs the memory of its request, and no thread and no
/// connection to the database.
#[derive(Debug)]
pub(super) struct Waiting {
    pub places: Semaphore,
    /// Cancelled when nobody may wait any more.
    pub is_over: CancellationToken,
}

impl Default for Waiting {
    fn default() -> Self {
        Self {
            places: Semaphore::new(MAX_WAITING),
            is_over: CancellationToken::new(),
        }
    }
}
