//! The log filter.

use tracing_subscriber::EnvFilter;

/// The names of the levels.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
/// Directives that silence modules which would log the address of a database or a part of it that
/// may be a password: the driver repeats parameters that it does not know (we log ignored
/// parameters without their values), and spans of new connections contain the whole address.
///
/// The pool would log every failure to connect, many times a second; the health probe logs the
/// state of the database once.
const SILENT: [&str; 4] = [
    "sqlx_core::pool=off",
    "sqlx_postgres::options::parse=off",
    "sea_orm::database=info",
    "sea_orm::driver::sqlx_postgres=info",
];

/// Parses a filter: a level, or levels by module.
///
/// # Errors
/// A message for the operator.
pub fn parse(text: &str) -> Result<EnvFilter, String> {
    if let Some(word) = text
        .split(',')
        .map(str::trim)
        .find(|word| is_unknown_level(word))
    {
        return Err(format!(
            "the log filter cannot be read: {word:?} is not a level ({}); for a module, add a level, \
             such as pricebook=debug",
            LEVELS.join(", ")
        ));
    }
    let invalid = |error: String| format!("the log filter cannot be read: {error}");
    let filter = EnvFilter::try_new(text).map_err(|error| invalid(error.to_string()))?;
    SILENT.into_iter().try_fold(filter, |filter, silent| {
        let silent = silent.parse();
        silent
            .map(|silent| filter.add_directive(silent))
            .map_err(|error| invalid(format!("{error}")))
    })
}

/// Whether a part of a filter is a single word but not a level. The filter would take it for a
/// module, so that a misspelled level would silence the log.
fn is_unknown_level(part: &str) -> bool {
    let is_word = part
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_:-".contains(&b));
    let is_number = part.len() == 1 && part.bytes().all(|b| (b'0'..=b'5').contains(&b));
    let is_level = LEVELS.iter().any(|level| level.eq_ignore_ascii_case(part));
    !part.is_empty() && is_word && !is_number && !is_level
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelled_levels_are_refused() {
        for text in [
            "info",
            "WARN",
            "3",
            "pricebook=debug",
            "warn,pricebook::store=trace",
            "info,hyper=off",
            "[request{path=a}]=debug",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
        for text in [
            "verbose",
            "pricebook",
            "info,verbose",
            "pricebook=loud",
            "6",
            "warning",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
