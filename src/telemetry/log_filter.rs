//! What is logged, as the operator says it.

use tracing_subscriber::EnvFilter;

/// The levels by their names.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
/// What would log an address of a database, or a part of it that may be a password: the driver repeats
/// what it does not know (that a parameter is ignored is told without its value elsewhere), and what
/// opens a connection has the whole address in its span.
///
/// The pool tells of every connection that it could not open, many times a second; what is the matter
/// with the database is told once, by the probe.
const SILENT: [&str; 4] = [
    "sqlx_core::pool=off",
    "sqlx_postgres::options::parse=off",
    "sea_orm::database=info",
    "sea_orm::driver::sqlx_postgres=info",
];

/// Reads a filter: a level, or levels by module.
///
/// # Errors
/// A sentence for the operator.
pub fn parse(text: &str) -> Result<EnvFilter, String> {
    if let Some(word) = text
        .split(',')
        .map(str::trim)
        .find(|word| is_unknown_level(word))
    {
        return Err(format!(
            "the log filter cannot be read: {word:?} is no level ({}); for a module, write one \
             behind it, such as pricebook=debug",
            LEVELS.join(", ")
        ));
    }
    let unreadable = |why: String| format!("the log filter cannot be read: {why}");
    let filter = EnvFilter::try_new(text).map_err(|why| unreadable(why.to_string()))?;
    SILENT.into_iter().try_fold(filter, |filter, silent| {
        let silent = silent.parse();
        silent
            .map(|silent| filter.add_directive(silent))
            .map_err(|why| unreadable(format!("{why}")))
    })
}

/// Whether a part of a filter is a single word, but no level. The filter would take it for the name
/// of a module, and a level with a slip would have nothing be logged.
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
    fn levels_and_modules_are_told_apart() {
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
