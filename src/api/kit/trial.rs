//! The answer to a dry run: that of the real call, and what it would change.

use crate::api::schema::change::DryRun;
use crate::catalog::write::Trial;
use crate::domain::{Error, Result};

/// Adds what a dry run found to the body of its answer, which is a JSON object.
///
/// # Errors
/// `Internal`, when it cannot be written as JSON.
pub fn with_trial(body: &str, trial: Trial) -> Result<String> {
    let found = serde_json::to_string(&DryRun::from(trial));
    let found = found.map_err(|why| Error::Internal(Box::new(why)))?;
    let open = body
        .strip_suffix('}')
        .ok_or_else(|| Error::internal("an answer is not an object"))?;
    Ok(format!("{open},\"dryRun\":{found}}}"))
}
