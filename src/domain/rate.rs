//! Rate limits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A number of requests per period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    quota: u32,
    seconds: u32,
}

impl Rate {
    /// Maximum number of requests; one more still fits into [`COUNT_BITS`].
    pub const MAX_QUOTA: u32 = 10_000_000;
    /// Maximum period in seconds: a day.
    pub const MAX_SECONDS: u32 = 86_400;

    /// Creates a rate; `None` if a number is 0 or above its maximum.
    pub const fn new(quota: u32, seconds: u32) -> Option<Self> {
        let fits =
            quota >= 1 && quota <= Self::MAX_QUOTA && seconds >= 1 && seconds <= Self::MAX_SECONDS;
        if fits {
            Some(Self { quota, seconds })
        } else {
            None
        }
    }

    /// Parses a rate such as `100/60`: requests and seconds.
    pub fn parse(text: &str) -> Option<Self> {
        let (quota, seconds) = text.split_once('/')?;
        Self::new(quota.parse().ok()?, seconds.parse().ok()?)
    }

    /// The number of requests.
    pub fn quota(self) -> u32 {
        self.quota
    }

    /// The period in seconds.
    pub fn seconds(self) -> u32 {
        self.seconds
    }

    fn millis(self) -> u64 {
        u64::from(self.seconds) * 1000
    }
}

/// The state of a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// The rate.
    pub rate: Rate,
    /// The number of requests left in the window.
    pub left: u32,
    /// Seconds until the window ends: 1 or more.
    pub seconds: u32,
    /// Whether the limit is exceeded.
    pub is_exceeded: bool,
}

/// The bits of a meter that hold the count. The others hold the start of its window in
/// milliseconds, enough for 34 years.
const COUNT_BITS: u32 = 24;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;

/// A fixed-window counter: the first request after a window has ended begins the next one. It is a
/// single number, so that counting takes no lock.
#[derive(Debug, Default)]
pub struct Meter(AtomicU64);

impl Meter {
    /// Counts a request. `now` is the time of a monotonic clock.
    pub fn count(&self, rate: Rate, now: Duration) -> Usage {
        let now = millis(now);
        let counted = |state| {
            let (start, count) = window(state, rate, now);
            let count = (count + 1).min(u64::from(rate.quota) + 1);
            (start << COUNT_BITS) | count
        };
        let update = |state| Some(counted(state));
        let before = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, update)
            .unwrap_or_default();
        usage(counted(before), rate, now)
    }

    /// Reads the state without counting.
    pub fn look(&self, rate: Rate, now: Duration) -> Usage {
        let now = millis(now);
        let (start, count) = window(self.0.load(Ordering::Relaxed), rate, now);
        usage((start << COUNT_BITS) | count, rate, now)
    }

    /// Whether its window has ended, so that it can be dropped.
    pub fn has_ended_at(&self, rate: Rate, now: Duration) -> bool {
        let start = self.0.load(Ordering::Relaxed) >> COUNT_BITS;
        start + rate.millis() <= millis(now)
    }
}

/// The start of the current window, and the count in it.
fn window(state: u64, rate: Rate, now: u64) -> (u64, u64) {
    let (start, count) = (state >> COUNT_BITS, state & COUNT_MASK);
    if count == 0 || start + rate.millis() <= now {
        (now, 0)
    } else {
        (start, count)
    }
}

fn usage(state: u64, rate: Rate, now: u64) -> Usage {
    let (start, count) = (state >> COUNT_BITS, state & COUNT_MASK);
    let quota = u64::from(rate.quota);
    let remaining = (start + rate.millis()).saturating_sub(now);
    Usage {
        rate,
        left: u32::try_from(quota.saturating_sub(count)).unwrap_or(0),
        seconds: u32::try_from(remaining.div_ceil(1000).max(1)).unwrap_or(u32::MAX),
        is_exceeded: count > quota,
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX) & (u64::MAX >> COUNT_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_rate_is_parsed() {
        assert_eq!(Rate::parse("100/60"), Rate::new(100, 60));
        for invalid in [
            "",
            "/",
            "100",
            "100/",
            "/60",
            "0/60",
            "100/0",
            "-1/60",
            "1.5/60",
            "100/86401",
            "10000001/60",
            "100/60/1",
            "a/b",
        ] {
            assert_eq!(Rate::parse(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn each_window_has_the_full_quota() {
        let rate = Rate::new(2, 60).unwrap();
        let meter = Meter::default();
        let mut seen = Vec::new();
        for now in [1_000, 1_001, 30_500, 60_999, 61_000] {
            let Usage {
                left,
                seconds,
                is_exceeded,
                ..
            } = meter.count(rate, at(now));
            seen.push((left, seconds, is_exceeded));
        }
        let expected = [
            (1, 60, false),
            (0, 60, false),
            (0, 31, true),
            (0, 1, true),
            (1, 60, false),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn look_does_not_count() {
        let rate = Rate::new(1, 60).unwrap();
        let meter = Meter::default();
        for _ in 0..3 {
            assert_eq!(meter.look(rate, at(5)).left, 1);
        }
        meter.count(rate, at(5));
        assert_eq!(meter.look(rate, at(5)).left, 0);
        assert!(!meter.has_ended_at(rate, at(60_004)));
        assert!(meter.has_ended_at(rate, at(60_005)));
    }

    #[test]
    fn concurrent_counts_are_exact() {
        let rate = Rate::new(1_000, 60).unwrap();
        let meter = Meter::default();
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..200 {
                        meter.count(rate, at(1));
                    }
                });
            }
        });
        assert_eq!(meter.look(rate, at(1)).left, 200);
    }
}

#[cfg(test)]
mod fuzz;
