//! The signals that the program acts upon, from its very beginning: as the first process of a container
//! it would otherwise not even be ended by them.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for signals. One that came before somebody waited for it is not missed.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Listens from now on for what has the program stop: SIGTERM and SIGINT.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn listen() -> Result<Self, String> {
        Ok(Self {
            terminate: listen_for(SignalKind::terminate())?,
            interrupt: listen_for(SignalKind::interrupt())?,
        })
    }

    /// Waits until the program is to stop.
    pub async fn stop(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        tracing::info!("stopping");
    }
}

/// SIGHUP, which does not end the program from now on.
///
/// # Errors
/// A sentence for the operator.
pub fn hangup() -> Result<Signal, String> {
    listen_for(SignalKind::hangup())
}

fn listen_for(kind: SignalKind) -> Result<Signal, String> {
    signal(kind).map_err(|why| format!("cannot listen for signals: {why}"))
}
