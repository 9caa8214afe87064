//! Why a call failed.

use serde_json::Value;

/// Why a call failed. Nothing in it contains a key.
#[derive(Debug, Clone, PartialEq)]
pub struct ClientError {
    /// One sentence for the operator.
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
