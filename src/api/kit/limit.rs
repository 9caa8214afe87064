//! Rate limits and their headers: draft-ietf-httpapi-ratelimit-headers.

use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};

use poem::http::{HeaderMap, HeaderValue};

use crate::api::protocol::{LIMIT_HEADER, POLICY_HEADER};
use crate::domain::rate::{Meter, Rate, Usage};

/// The name of the limit per key.
pub const KEY_POLICY: &str = "default";
/// The name of the limit on wrong keys.
pub const WRONG_KEY_POLICY: &str = "wrong-keys";

/// The time on a monotonic clock of this process.
pub fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

/// A call past a limit.
#[derive(Debug, Clone, Copy)]
pub struct Limited {
    /// The name of the limit.
    pub policy: &'static str,
    /// The usage of the limit.
    pub usage: Usage,
}

impl Limited {
    /// Adds the headers of the limit, without `Retry-After`.
    pub fn describe(&self, headers: &mut HeaderMap) {
        describe(self.policy, &self.usage, headers);
    }
}

/// The usage of a key: counts a request at most once, and keeps the result for the headers.
#[derive(Debug)]
pub struct KeyUsage {
    rate: Rate,
    usage: OnceLock<Usage>,
}

impl KeyUsage {
    /// Not counted yet.
    pub fn new(rate: Rate) -> Self {
        Self {
            rate,
            usage: OnceLock::new(),
        }
    }

    /// Counts the request.
    ///
    /// # Errors
    /// Past the limit.
    pub fn count(&self, meter: &Meter) -> Result<(), Limited> {
        let usage = *self.usage.get_or_init(|| meter.count(self.rate, now()));
        if usage.is_exceeded {
            let policy = KEY_POLICY;
            return Err(Limited { policy, usage });
        }
        Ok(())
    }

    /// The usage, once the request was counted.
    pub fn known(&self) -> Option<Usage> {
        self.usage.get().copied()
    }
}

/// Adds the headers of a limit.
pub fn describe(policy: &str, usage: &Usage, headers: &mut HeaderMap) {
    let (quota, window) = (usage.rate.quota(), usage.rate.seconds());
    let (left, seconds) = (usage.left, usage.seconds);
    let texts = [
        (POLICY_HEADER, format!("\"{policy}\";q={quota};w={window}")),
        (LIMIT_HEADER, format!("\"{policy}\";r={left};t={seconds}")),
    ];
    for (name, text) in texts {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
}
