//! The length of the runs.

/// The environment variable that makes the runs long; `scripts/faults.sh` sets it.
const FAULTS: &str = "FAULTS";

/// The size of a run: `short` in the test suite, `long` in the script.
pub fn sized<T>(short: T, long: T) -> T {
    match std::env::var(FAULTS).as_deref() {
        Ok("long") => long,
        Ok(other) => panic!("{FAULTS} is `{other}`, but its only value is `long`"),
        Err(_) => short,
    }
}
