//! Work that takes long, away from the threads that serve other calls.

use crate::domain::{Error, Result};

/// Does work on a thread of its own.
///
/// # Errors
/// `Internal` if it panics.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|why| Error::Internal(Box::new(why)))
}
