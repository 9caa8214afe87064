//! How often something may be done.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// So many times in so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    quota: u32,
    seconds: u32,
}

impl Rate {
    /// Most times; it fits into [`COUNT_BITS`] with room for one more.
    pub const MAX_QUOTA: u32 = 10_000_000;
    /// Most seconds: a day.
    pub const MAX_SECONDS: u32 = 86_400;

    /// A rate; `None` where a number is 0 or beyond what is allowed.
    pub const fn new(quota: u32, seconds: u32) -> Option<Self> {
        let fits =
            quota >= 1 && quota <= Self::MAX_QUOTA && seconds >= 1 && seconds <= Self::MAX_SECONDS;
        if fits {
            Some(Self { quota, seconds })
        } else {
            None
        }
    }

    /// Reads a rate such as `100/60`: the times, and the seconds.
    ///
    /// ```
    /// use pricebook::domain::rate::Rate;
    ///
    /// let rate = Rate::parse("100/60").unwrap();
    /// assert_eq!((rate.quota(), rate.seconds()), (100, 60));
    /// assert_eq!(Rate::parse("100"), None);
    /// assert_eq!(Rate::parse("0/60"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (quota, seconds) = text.split_once('/')?;
        Self::new(quota.parse().ok()?, seconds.parse().ok()?)
    }

    /// How many times.
    pub fn quota(self) -> u32 {
        self.quota
    }

    /// In how many seconds.
    pub fn seconds(self) -> u32 {
        self.seconds
    }

    fn millis(self) -> u64 {
        u64::from(self.seconds) * 1000
    }
}

/// How much of a rate is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Of which rate.
    pub rate: Rate,
    /// How many times are left.
    pub left: u32,
    /// Seconds until all are there again: 1 or more.
    pub seconds: u32,
    /// Whether this was one too many.
    pub is_over: bool,
}

/// The bits of a meter that count; the others are the milliseconds at which its window began, enough
/// for 34 years.
const COUNT_BITS: u32 = 24;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;

/// Counts in windows: the first time after one has ended begins the next. It is one number, so that
/// counting takes no lock.
#[derive(Debug, Default)]
pub struct Meter(AtomicU64);

impl Meter {
    /// Counts one time more. `now` is the time on a clock that never goes back.
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

    /// How much is used, without counting.
    pub fn look(&self, rate: Rate, now: Duration) -> Usage {
        let now = millis(now);
        let (start, count) = window(self.0.load(Ordering::Relaxed), rate, now);
        usage((start << COUNT_BITS) | count, rate, now)
    }

    /// Whether its window has ended, so that it is as good as new.
    pub fn is_over_at(&self, rate: Rate, now: Duration) -> bool {
        let start = self.0.load(Ordering::Relaxed) >> COUNT_BITS;
        start + rate.millis() <= millis(now)
    }
}

/// When the current window began, and how often it was counted in it.
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
    let rest = (start + rate.millis()).saturating_sub(now);
    Usage {
        rate,
        left: u32::try_from(quota.saturating_sub(count)).unwrap_or(0),
        seconds: u32::try_from(rest.div_ceil(1000).max(1)).unwrap_or(u32::MAX),
        is_over: count > quota,
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
    fn a_rate_is_two_numbers() {
        assert_eq!(Rate::parse("100/60"), Rate::new(100, 60));
        for wrong in [
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
            assert_eq!(Rate::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_window_has_its_quota_and_then_begins_anew() {
        let rate = Rate::new(2, 60).unwrap();
        let meter = Meter::default();
        let mut seen = Vec::new();
        for now in [1_000, 1_001, 30_500, 60_999, 61_000] {
            let Usage {
                left,
                seconds,
                is_over,
                ..
            } = meter.count(rate, at(now));
            seen.push((left, seconds, is_over));
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
    fn looking_counts_nothing() {
        let rate = Rate::new(1, 60).unwrap();
        let meter = Meter::default();
        for _ in 0..3 {
            assert_eq!(meter.look(rate, at(5)).left, 1);
        }
        meter.count(rate, at(5));
        assert_eq!(meter.look(rate, at(5)).left, 0);
        assert!(!meter.is_over_at(rate, at(60_004)));
        assert!(meter.is_over_at(rate, at(60_005)));
    }

    #[test]
    fn threads_count_every_time_once() {
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
