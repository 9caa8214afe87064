//! How commands end.

use std::process::ExitCode;

/// How a command ends that has said everything there is to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It did what it should, or there was nothing to do.
    Done,
    /// It failed, or was told not to go on.
    Failed,
    /// There are differences, or findings that are no errors.
    Differs,
    /// The catalog has moved since a changeset was made.
    Stale,
    /// There are findings that are errors.
    Blocked,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Differs => 2,
            Exit::Stale => 3,
            Exit::Blocked => 4,
        })
    }
}
