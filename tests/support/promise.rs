//! The guarantees while the database is unavailable.

use std::time::{Duration, Instant};

use reqwest::RequestBuilder;

use super::actor::{Actor, Reply};

/// The time within which every call is answered.
pub const ANSWERED_WITHIN: Duration = Duration::from_secs(3);
const WELL_WITHIN: Duration = Duration::from_secs(2);

/// The answer to a call, which must come in time.
pub async fn in_time(reply: impl Future<Output = Reply>) -> Reply {
    let reply = tokio::time::timeout(ANSWERED_WITHIN, reply).await;
    reply.expect("an answer in time")
}

/// Checks that a call was refused as temporarily unavailable.
#[track_caller]
pub fn check_refused(reply: &Reply) {
    reply.refused(503, "unavailable");
    assert_eq!(reply.header("retry-after"), Some("1"));
}

/// Waits for a write to succeed, for a limited time.
pub async fn check_well_again(actor: &Actor, write: impl Fn() -> RequestBuilder) {
    let began = Instant::now();
    loop {
        let reply = in_time(actor.send(write())).await;
        if reply.status == 200 {
            break;
        }
        check_refused(&reply);
        assert!(began.elapsed() < WELL_WITHIN, "still unavailable");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
