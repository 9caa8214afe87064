//! How long the parts of a call may take.

use std::time::Duration;

/// Maximum time that a call may take in the database, counted from the end of its body.
pub const DEADLINE: Duration = Duration::from_secs(2);

/// Maximum time that looking up a key may take. Together with [`DEADLINE`] it stays below the
/// 3 seconds within which every call is answered.
pub const KEY_DEADLINE: Duration = Duration::from_millis(800);

/// Maximum time that a call about a whole catalog may take in the database: exports, lints and changesets.
pub const WHOLE_DEADLINE: Duration = Duration::from_secs(60);
