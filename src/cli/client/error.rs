//! Why a call failed.

use serde::Deserialize;
use serde_json::Value;

use crate::cli::visible::visible;

/// Maximum number of wrong fields that are told.
const MAX_FIELDS: usize = 20;

/// A field that is wrong, as a server tells it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrongField {
    field: String,
    message: String,
}

/// Several wrong fields in the details of a refusal as lines, each after a line break. One alone is in
/// the message.
pub(super) fn lines(details: &Value) -> String {
    let fields = Vec::<WrongField>::deserialize(details).unwrap_or_default();
    if fields.len() < 2 {
        return String::new();
    }
    let told = fields.iter().take(MAX_FIELDS).map(|wrong| {
        let line = format!("{}: {}", wrong.field, wrong.message);
        format!("\n  {}", visible(&line))
    });
    let more = match fields.len().saturating_sub(MAX_FIELDS) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    told.chain([more]).collect()
}

/// Why a call failed. Nothing in it contains a key.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientError {
    /// One sentence for the operator, and a line for each of several wrong fields.
    pub sentence: String,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// The code of the refusal, such as `changeset_stale`.
    pub code: Option<String>,
    /// The details of the refusal; null if it has none.
    pub details: Value,
}

impl ClientError {
    /// Whether the server refused the call with this code.
    pub fn is(&self, code: &str) -> bool {
        self.code.as_deref() == Some(code)
    }
}

impl From<String> for ClientError {
    fn from(sentence: String) -> Self {
        Self {
            sentence,
            status: None,
            code: None,
            details: Value::Null,
        }
    }
}

impl From<ClientError> for String {
    fn from(error: ClientError) -> Self {
        error.sentence
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn several_wrong_fields_are_lines() {
        let field = |field: &str| json!({"field": field, "message": "Is wrong."});
        assert_eq!(lines(&json!([field("a")])), "");
        assert_eq!(lines(&json!(null)), "");
        assert_eq!(lines(&json!([{"revision": 1}, {"revision": 2}])), "");
        let two = lines(&json!([field("a\u{1b}"), field("b")]));
        assert_eq!(two, "\n  a\\u{1b}: Is wrong.\n  b: Is wrong.");
        let many = lines(&Value::Array(vec![field("a"); MAX_FIELDS + 2]));
        assert!(many.ends_with("\n  and 2 more"), "{many}");
    }
}
