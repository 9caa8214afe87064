//! The type of examples.

use serde_json::{Value, json};

use crate::domain::error::Taken;

/// A request with its name.
pub type Named = (&'static str, Value);

/// The id of an operation, and the function that makes its example.
pub type Entry = (&'static str, fn() -> Example);

/// The example of an operation. Each operation has a function that makes it.
pub struct Example {
    /// The requests, the first being the one to begin with.
    pub requests: Vec<Named>,
    /// The body of the response.
    pub response: Value,
    /// A field that callers get wrong, and the message about it.
    pub mistake: (&'static str, &'static str),
    /// The field whose value exists already, where that can be.
    pub taken: Option<Taken>,
}

impl Example {
    /// Without a request, and with nothing that callers could get wrong but the version.
    pub fn new(data: Value) -> Self {
        Self {
            requests: Vec::new(),
            response: json!({"success": true, "data": data}),
            mistake: (
                "commet-version",
                "Must be a date written as YYYY-MM-DD, such as 2026-07-11.",
            ),
            taken: None,
        }
    }

    /// A page that is not the last, since some tools trip over null beside `data`.
    pub fn page(item: Value, next_cursor: &str) -> Self {
        let mut example = Self::new(json!([item]));
        example.response["hasMore"] = true.into();
        example.response["nextCursor"] = next_cursor.into();
        example.mistake("limit", "Must be an integer from 1 to 100.")
    }

    /// With a request.
    pub fn request(self, body: Value) -> Self {
        self.named_request("Example", body)
    }

    /// With one of several requests.
    pub fn named_request(mut self, name: &'static str, body: Value) -> Self {
        self.requests.push((name, body));
        self
    }

    /// With a field that callers get wrong, and the message about it.
    pub fn mistake(self, field: &'static str, message: &'static str) -> Self {
        let mistake = (field, message);
        Self { mistake, ..self }
    }

    /// With a field that callers leave out.
    pub fn missing(self, field: &'static str) -> Self {
        self.mistake(field, "Is required.")
    }

    /// With a field whose value exists already, and the message about it.
    pub fn taken(self, field: &'static str, message: &'static str) -> Self {
        let taken = Some(Taken::new(field, message));
        Self { taken, ..self }
    }
}
