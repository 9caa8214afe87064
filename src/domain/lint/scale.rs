//! Values that are off by powers of ten.

use std::cmp::Ordering;

/// How far a value is off: by a power of ten, give or take a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// About 100 times as much.
    Hundredfold,
    /// About 10 times as much.
    Tenfold,
    /// About a tenth.
    Tenth,
    /// About a hundredth.
    Hundredth,
}

impl Scale {
    const ALL: [Self; 4] = [
        Self::Hundredfold,
        Self::Tenfold,
        Self::Tenth,
        Self::Hundredth,
    ];

    /// The scale of a value, if it has one. `compare(n, m)` compares `value × n` with
    /// `reference × m`.
    pub fn of(compare: impl Fn(u32, u32) -> Ordering) -> Option<Self> {
        // From 4/5 to 5/4 of the reference times the power.
        let is_about = |scale: &Self| {
            let (up, down) = scale.power();
            compare(5 * down, 4 * up).is_ge() && compare(4 * down, 5 * up).is_le()
        };
        Self::ALL.into_iter().find(is_about)
    }

    /// The power of ten as a fraction.
    const fn power(self) -> (u32, u32) {
        match self {
            Self::Hundredfold => (100, 1),
            Self::Tenfold => (10, 1),
            Self::Tenth => (1, 10),
            Self::Hundredth => (1, 100),
        }
    }

    /// The scale before the words for the reference.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Hundredfold => "about 100 times",
            Self::Tenfold => "about 10 times",
            Self::Tenth => "about a tenth of",
            Self::Hundredth => "about a hundredth of",
        }
    }
}
