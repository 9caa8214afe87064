//! How long the parts of a call may take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Maximum time that a call may take in the database, counted from the end of its body.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// Maximum time that looking up a key may take. Together with [`DEADLINE`] it stays below the
/// 3 seconds within which every call is answered.
pub const KEY_DEADLINE: Duration = Duration::from_millis(800);

/// Maximum time that a call about much of a catalog may take in the database.
pub const WHOLE_DEADLINE: Duration = Duration::from_secs(60);

/// Whether a call turned out to be about much of a catalog, so that it may take longer than others.
/// Its operation says so, once it knows.
#[derive(Debug, Clone, Default)]
pub struct Patience(Arc<AtomicBool>);

impl Patience {
    /// Lets the call take longer.
    pub fn extend(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// How much longer the call may take than its deadline; `None` if it may not.
    pub fn extension(&self) -> Option<Duration> {
        self.0.load(Ordering::Relaxed).then_some(WHOLE_DEADLINE)
    }
}
