//! Points in time.

use std::fmt;
use std::str::FromStr;

use time::format_description::well_known::Rfc3339;
use time::{Date, Month, OffsetDateTime};

/// Milliseconds since 1970-01-01T00:00:00Z.
///
/// An integer rather than a database type, so that SQLite and PostgreSQL store and compare the same
/// value, and reads return exactly what a write returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Creates a timestamp from milliseconds since the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Adds milliseconds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Adds days of 24 hours.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_millis(days.saturating_mul(86_400_000))
    }
}

/// RFC 3339 in UTC with milliseconds, as the API shows it.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            time.year(),
            u8::from(time.month()),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond()
        )
    }
}

/// Parses a time in RFC 3339, with any offset. What is smaller than a millisecond is cut off.
impl FromStr for Timestamp {
    type Err = time::error::Parse;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = OffsetDateTime::parse(text, &Rfc3339)?;
        let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
        // Years have four digits, so this always fits.
        Ok(Self(i64::try_from(millis).unwrap_or_default()))
    }
}

/// Whether a text is a calendar date in the form YYYY-MM-DD.
pub fn is_date(text: &str) -> bool {
    date(text).is_some()
}

fn date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let month = Month::try_from(digits::<u8>(month, 2)?).ok()?;
    Date::from_calendar_date(digits(year, 4)?, month, digits(day, 2)?).ok()
}

/// Parses a number with exactly `count` digits.
fn digits<T: FromStr>(text: &str, count: usize) -> Option<T> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_show_utc_and_milliseconds() {
        assert_eq!(
            Timestamp::from_millis(1_566_656_122_045).to_string(),
            "2019-08-24T14:15:22.045Z"
        );
    }

    #[test]
    fn times_are_read_with_any_offset() {
        let read = |text: &str| text.parse::<Timestamp>().map(Timestamp::as_millis).ok();
        assert_eq!(read("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(read("1970-01-01T01:00:00.0019+01:00"), Some(1));
        assert_eq!(read("1969-12-31T23:59:59.9999Z"), Some(-1));
        for wrong in [
            "",
            "now",
            "1970-01-01",
            "1970-01-01T00:00:00",
            "70-01-01T00:00:00Z",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let shown = Timestamp::from_millis(1_566_656_122_045);
        assert_eq!(shown.to_string().parse(), Ok(shown));
    }

    #[test]
    fn valid_and_invalid_dates() {
        for good in ["2026-07-11", "2024-02-29", "2000-02-29", "1999-12-31"] {
            assert!(is_date(good), "{good}");
        }
        for wrong in [
            "",
            "latest",
            "2026-7-11",
            "2026-07-11 ",
            "2026-07-11T00:00:00Z",
            "20260711",
            "2026-13-01",
            "2026-00-01",
            "2026-07-00",
            "2026-06-31",
            "2023-02-29",
            "1900-02-29",
            "+026-07-11",
            "2026/07/11",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }
}
