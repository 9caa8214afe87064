//! How long the runs are.

/// The environment variable that makes the runs long; `scripts/faults.sh` sets it.
const FAULTS: &str = "FAULTS";

/// What a run is like: `short` as a test among others, `long` by the script.
pub fn sized<T>(short: T, long: T) -> T {
    match std::env::var(FAULTS).as_deref() {
        Ok("long") => long,
        Ok(other) => panic!("{FAULTS} is `{other}`, but the one value it has is `long`"),
        Err(_) => short,
    }
}
