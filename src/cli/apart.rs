//! Work that may wait forever, such as reading standard input.

use std::thread;

use tokio::sync::oneshot;

/// Runs work in a thread of its own, which nobody waits for when a signal ends the program.
///
/// # Errors
/// A message for the operator.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let (send, result) = oneshot::channel();
    let working = thread::Builder::new().spawn(move || {
        // Nobody waits any more if the program ends.
        let _ = send.send(work());
    });
    working.map_err(|error| format!("a thread cannot be started: {error}"))?;
    result
        .await
        .map_err(|_| "a thread of the program failed".to_owned())
}
