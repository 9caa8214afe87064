//! The time of this process.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Microseconds on a monotonic clock of this process. It starts at 1, so that 0 is always in the
/// past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tick(u64);

impl Tick {
    pub(super) fn now() -> Self {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        let micros = START.elapsed().as_micros();
        Self(u64::try_from(micros).unwrap_or(u64::MAX).saturating_add(1))
    }

    pub(super) fn plus(self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }

    pub(super) const NEVER: Self = Self(0);

    /// The time since this tick; `None` for `NEVER`.
    pub fn age(self) -> Option<Duration> {
        let micros = Self::now().0.saturating_sub(self.0);
        (self != Self::NEVER).then(|| Duration::from_micros(micros))
    }
}

/// A [`Tick`] that threads share.
#[derive(Debug)]
pub struct AtomicTick(AtomicU64);

impl AtomicTick {
    pub(super) fn new(tick: Tick) -> Self {
        Self(AtomicU64::new(tick.0))
    }

    pub(super) fn get(&self) -> Tick {
        Tick(self.0.load(Ordering::Acquire))
    }

    /// Sets a tick of the past to `next`. Of several concurrent callers, one does so and gets
    /// `true`.
    pub fn move_on(&self, now: Tick, next: Tick) -> bool {
        let before = self.0.load(Ordering::Acquire);
        before < now.0
            && self
                .0
                .compare_exchange(before, next.0, Ordering::AcqRel, Ordering::Relaxed)
                .is_ok()
    }

    pub(super) fn set(&self, tick: Tick) {
        self.0.store(tick.0, Ordering::Release);
    }
}
