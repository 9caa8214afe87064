//! Handling signals, from the very beginning: as the first process of a container, the program
//! would otherwise ignore them.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for signals. A signal that arrives before anybody waits for it is not missed.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts to listen for SIGTERM and SIGINT, which stop the program.
    ///
    /// # Errors
    /// A message for the operator.
    pub fn listen() -> Result<Self, String> {
        Ok(Self {
            terminate: listen_for(SignalKind::terminate())?,
            interrupt: listen_for(SignalKind::interrupt())?,
        })
    }

    /// Waits for a signal to stop.
    pub async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping");
    }
}

/// Starts to listen for SIGHUP, which then no longer ends the program.
///
/// # Errors
/// A message for the operator.
pub fn hangup() -> Result<Signal, String> {
    listen_for(SignalKind::hangup())
}

fn listen_for(kind: SignalKind) -> Result<Signal, String> {
    signal(kind).map_err(|error| format!("cannot listen for signals: {error}"))
}
