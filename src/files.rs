//! What the files of the operator are like, and how many may be open.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The permissions of a group and of everybody to read.
const READABLE_BY_OTHERS: u32 = 0o044;
/// Open files beside connections: the database, the log, and some to spare.
const OTHER_FILES: u64 = 128;

/// Warns about a file with secrets that others than its owner may read. One that is not there
/// is somebody else's matter.
pub fn warn_if_others_may_read(path: &Path, what: &str) {
    let Ok(found) = fs::metadata(path) else {
        return;
    };
    let mode = found.permissions().mode() & 0o777;
    if mode & READABLE_BY_OTHERS != 0 {
        tracing::warn!(
            path = %path.display(),
            mode = format!("{mode:o}"),
            "others than its owner may read {what}; chmod 600 keeps them out"
        );
    }
}

/// Asks the system for as many open files as so many connections need. Answers how many connections
/// there can be.
pub fn room_for_connections(wanted: usize) -> usize {
    let needed = u64::try_from(wanted)
        .unwrap_or(u64::MAX)
        .saturating_add(OTHER_FILES);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= needed) {
        return wanted;
    }
    let reachable = maximum.map_or(needed, |maximum| maximum.min(needed));
    let raised = Rlimit {
        current: Some(reachable),
        maximum,
    };
    let files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => reachable,
        Err(_) => current.unwrap_or(reachable),
    };
    if files >= needed {
        return wanted;
    }
    let room = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(wanted);
    let room = room.max(1);
    tracing::warn!(
        files,
        "the limit of open files leaves room for {room} connections only"
    );
    room
}
