//! The body of a refusal.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use serde::Serialize;

use super::change::Change;
use super::describe::Schema;
use super::finding::Finding;
use super::object::object;
use crate::domain::error::{Mistake, StaleTag};

object! {
    /// The answer to a call that failed. A call refused with a 4xx status changed nothing; after a 5xx, a change may have been made.
    #[derive(Debug, Serialize)]
    pub struct ErrorResponse {
        /// Always `false`.
        success: bool { example: false },
        /// What went wrong.
        error: ApiError,
    }
}

object! {
    /// What went wrong with a call.
    #[derive(Debug, Serialize)]
    pub struct ApiError {
        /// The class of the error, such as `validation_error` or `not_found_error`.
        r#type: String { example: "not_found_error" },
        /// The code to branch on, such as `plan_not_found`; `doc_url` explains it.
        code: String { example: "plan_not_found" },
        /// A human-readable sentence.
        message: String { example: "The catalog has no plan with this id or code." },
        /// The field or parameter to fix, by its path, such as `prices[2].price`; the first one where several are wrong; `body` is the request as a whole.
        #[serde(skip_serializing_if = "Option::is_none")]
        param: Option<String>,
        /// Details, whose shape depends on `code`. For `validation_error` everything that is wrong with the request, as a list of objects with the strings `field` and `message`; for `feature_in_use` the plans that have the feature, as such a list; for `revert_conflict` the changes that built on the one to be taken back, as a list of them; for `precondition_failed` an object with the current `etag`, the `revision`, and its newest `changes`; for `changeset_stale` the changes that moved what the changeset was made from; for `document_invalid` the mistakes, each with `field`, `line`, `column` and `message`; for `findings_not_acknowledged` the findings; for `digest_mismatch` an object with the `digest` of the changeset; for `history_pruned` an object with `oldest`, the oldest revision that can be asked for; otherwise null.
        details: Details,
        /// A page of this server that explains the code.
        doc_url as "doc_url": String { example: "https://pricebook.example.com/docs/errors/plan_not_found" },
    }
}

/// The details of an error. Their form depends on the code, and new codes are added over time, so
/// the document allows any value and generated clients can read all of them.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Details {
    /// No details.
    None,
    /// The violations by field.
    Fields(Vec<FieldError>),
    /// The current state of an object.
    Stale(StaleDetails),
    /// Changes that stand in the way.
    Changes(Vec<Change>),
    /// The mistakes in a document.
    Mistakes(Vec<DocumentMistake>),
    /// Findings that are errors.
    Findings(Vec<Finding>),
    /// The digest that a changeset has.
    Digest {
        /// The digest.
        digest: String,
    },
    /// How far back the history reaches.
    Oldest {
        /// The oldest revision that can be asked for.
        oldest: i64,
    },
}

impl Schema for Details {
    fn schema(_: &mut Registry) -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema::ANY))
    }
}

/// One violation.
#[derive(Debug, Clone, Serialize)]
pub struct FieldError {
    /// The path of the field; `body` is the request as a whole.
    pub field: String,
    /// The message.
    pub message: String,
}

/// A mistake in a document.
#[derive(Debug, Clone, Serialize)]
pub struct DocumentMistake {
    /// The path of the part at fault.
    pub field: String,
    /// The line, from 1 on; null if the document was not read from a text.
    pub line: Option<usize>,
    /// The column in characters, from 1 on; null if the document was not read from a text.
    pub column: Option<usize>,
    /// The message.
    pub message: String,
}

impl From<&Mistake> for DocumentMistake {
    fn from(mistake: &Mistake) -> Self {
        let Mistake {
            field,
            place,
            message,
        } = mistake;
        let (line, column) = place.unzip();
        Self {
            field: field.clone(),
            line,
            column,
            message: message.clone(),
        }
    }
}

/// The current state of an object, where the call allows another one.
#[derive(Debug, Serialize)]
pub struct StaleDetails {
    /// The `ETag` of a GET of the object.
    pub etag: String,
    /// The revision of the catalog with that state.
    pub revision: i64,
    /// The newest changes of what a GET of the object shows; none for keys without the permission
    /// `history`.
    pub changes: Vec<Change>,
}

impl From<&StaleTag> for StaleDetails {
    fn from(stale: &StaleTag) -> Self {
        let StaleTag {
            etag,
            revision,
            changes,
        } = stale;
        Self {
            etag: etag.clone(),
            revision: *revision,
            changes: Change::listed(changes),
        }
    }
}
