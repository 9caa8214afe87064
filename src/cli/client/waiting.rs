//! Saying that a server takes its time.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

/// How long a call may take before it is spoken of.
const PATIENCE: Duration = Duration::from_secs(1);

const CLEAR_LINE: &str = "\r\u{1b}[K";

/// Waits for an answer. If that takes long, a terminal on standard error says so meanwhile.
pub async fn wait<T>(answer: impl Future<Output = T>) -> T {
    if !io::stderr().is_terminal() {
        return answer.await;
    }
    let mut answer = std::pin::pin!(answer);
    if let Ok(answer) = tokio::time::timeout(PATIENCE, answer.as_mut()).await {
        return answer;
    }
    // A terminal that cannot be written to misses the line.
    let say = |text: &str| drop(io::stderr().lock().write_all(text.as_bytes()));
    say("Waiting for the server …");
    let answer = answer.await;
    say(CLEAR_LINE);
    answer
}
