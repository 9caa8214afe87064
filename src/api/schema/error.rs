//! What a refused call is answered with.

use serde::Serialize;

use super::{Nullable, object};

object! {
    /// The answer to a call that failed. A refused call changed nothing.
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
        /// A sentence for people.
        message: String { example: "The catalog has no plan with this id or code." },
        /// The field or parameter to mend, by its path, such as `prices[2].price`; the first one where several are wrong; `body` is the request as a whole.
        #[serde(skip_serializing_if = "Option::is_none")]
        param: Option<String>,
        /// Everything that is wrong with the request, field by field; for `feature_in_use` the plans that have the feature; else null.
        details: Nullable<Vec<FieldError>>,
        /// A page of this server that explains the code.
        doc_url as "doc_url": String { example: "https://pricebook.example.com/docs/errors/plan_not_found" },
    }
}

object! {
    /// One thing that is wrong with one field.
    #[derive(Debug, Clone, Serialize)]
    pub struct FieldError {
        /// The field by its path; `body` is the request as a whole.
        field: String,
        /// What is wrong with it.
        message: String,
    }
}
