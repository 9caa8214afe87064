//! Permissions of the operator's files, and the limit of open files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The read permissions of the group and of others.
const READABLE_BY_OTHERS: u32 = 0o044;
/// Open files besides connections: the database, the log, and a reserve.
const OTHER_FILES: u64 = 128;

/// Warns if a file with secrets is readable by others than its owner. A missing file is ignored;
/// its reader reports it.
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

/// Raises the limit of open files for this many connections; returns how many the limit allows.
pub fn raise_limit_for_connections(wanted: usize) -> usize {
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
