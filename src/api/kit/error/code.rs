//! The codes of errors: the only table of statuses.

use poem::http::StatusCode;

/// Declares the codes with their status, their type and the texts of their page.
macro_rules! codes {
    ($($name:ident = $code:literal, $status:ident, $kind:literal, $meaning:literal, $remedy:literal, $retry:literal;)+) => {
        /// An error code that clients branch on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $name,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code in responses.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The HTTP status of the code.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// The class of the error: `type` in responses.
            pub const fn kind(self) -> &'static str {
                match self { $(Self::$name => $kind,)+ }
            }

            /// The meaning of the code, which is also the default message.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)+ }
            }

            /// What the caller can do about it.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)+ }
            }

            /// Whether to retry the same call.
            pub const fn retry(self) -> &'static str {
                match self { $(Self::$name => $retry,)+ }
            }
        }
    };
}

codes! {
    ValidationError = "validation_error", BAD_REQUEST, "validation_error",
        "The request breaks the schema or a rule of the catalog.",
        "`param` names the first field to fix, and `details` every field with what is wrong with it.",
        "Not as it is: the same request is refused again.";
    InvalidJson = "invalid_json", BAD_REQUEST, "validation_error",
        "The body is not valid JSON.",
        "Send one JSON object in UTF-8: no trailing commas, no key twice, and not nested more than 100 deep.",
        "Not as it is: the same request is refused again.";
    DocumentInvalid = "document_invalid", BAD_REQUEST, "validation_error",
        "The document of the catalog is wrong.",
        "`details` lists every mistake with its `field`, a path in the document, and the `line` and `column` where it is.",
        "Not as it is.";
    DigestMismatch = "digest_mismatch", BAD_REQUEST, "validation_error",
        "The changeset has another digest than the one that was sent, so it is not what was looked at.",
        "Read the changeset, look at what it does, and send its `digest`.",
        "Not as it is: with the digest of the changeset.";
    FindingsNotAcknowledged = "findings_not_acknowledged", BAD_REQUEST, "validation_error",
        "The changeset has findings that are errors, and the call does not acknowledge them.",
        "Look at the findings in `details`. If all is as it should be, name their rules in `acknowledge`.",
        "Not as it is: with `acknowledge`.";
    ConfirmationRequired = "confirmation_required", BAD_REQUEST, "validation_error",
        "The changeset deletes objects or prices of the live catalog, which has to be confirmed.",
        "Look at what it deletes, and send `\"confirm\": \"live\"`.",
        "Not as it is: with `confirm`.";
    Unauthorized = "unauthorized", UNAUTHORIZED, "authentication_error",
        "The API key is missing, unknown, expired or revoked.",
        "Send a valid key in the `x-api-key` header. The answer is the same in all these cases, so that nobody can find out which keys exist.",
        "Not as it is: send another key.";
    Forbidden = "forbidden", FORBIDDEN, "authentication_error",
        "The API key is valid but may not do this.",
        "Use a key that has the permission that `message` names. `GET /api-keys` shows the `permissions` of each key; null is full access.",
        "Not as it is: use another key.";
    PlanNotFound = "plan_not_found", NOT_FOUND, "not_found_error",
        "The catalog has no plan with this id or code.",
        "Check the id or code, and that the key belongs to the organization and mode that the plan is in. A deleted plan is not found either.",
        "Not as it is.";
    PriceNotFound = "price_not_found", NOT_FOUND, "not_found_error",
        "The plan has no price with this id.",
        "Read the plan: its `prices` have their ids.",
        "Not as it is.";
    RegionalPricingNotFound = "regional_pricing_not_found", NOT_FOUND, "not_found_error",
        "The plan has neither an exchange rate nor a price in this currency.",
        "Read the plan: its `exchangeRates` and `regionalPrices` show the currencies that it has.",
        "Not as it is.";
    FeatureNotFound = "feature_not_found", NOT_FOUND, "not_found_error",
        "The catalog has no feature with this id or code.",
        "Check the id or code, and that the key belongs to the organization and mode that the feature is in.",
        "Not as it is.";
    FeatureNotInPlan = "feature_not_in_plan", NOT_FOUND, "not_found_error",
        "The plan does not have this feature.",
        "Add the feature to the plan first, or read the plan to see which features it has.",
        "Not as it is.";
    PlanGroupNotFound = "plan_group_not_found", NOT_FOUND, "not_found_error",
        "The catalog has no plan group with this id.",
        "Check the id, and that the key belongs to the organization and mode that the group is in.",
        "Not as it is.";
    ApiKeyNotFound = "api_key_not_found", NOT_FOUND, "not_found_error",
        "The catalog has no API key with this id.",
        "List the keys: the id starts with `key_` and is not the secret.",
        "Not as it is.";
    ChangeNotFound = "change_not_found", NOT_FOUND, "not_found_error",
        "The catalog has no change with this revision.",
        "List the changes: each has its `revision`. A write that changed nothing is not one.",
        "Not as it is.";
    ChangesetNotFound = "changeset_not_found", NOT_FOUND, "not_found_error",
        "There is no changeset with this id, or it was discarded or has expired.",
        "List the changesets. They are kept for 7 days, and one that was discarded cannot be applied.",
        "Not as it is: make a new changeset.";
    NotFound = "not_found", NOT_FOUND, "not_found_error",
        "There is nothing at this path.",
        "Check the path; the API lives under `/api/v1`, and `/docs` shows every operation.",
        "Not as it is.";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "validation_error",
        "The path exists, but not with this method.",
        "The `Allow` header lists the methods that it takes; `message` names the call that was meant, if one is likely.",
        "Not as it is.";
    HistoryPruned = "history_pruned", GONE, "validation_error",
        "This is older than the history that the server keeps.",
        "Ask for nothing older than the revision `oldest` in `details`. Whoever follows the changes reads the catalog anew and goes on from there.",
        "Not as it is.";
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "validation_error",
        "The body is larger than the call takes: 1 MiB, or 32 MiB to make a changeset.",
        "Send less at a time.",
        "Not as it is.";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "validation_error",
        "The body is not declared as JSON: send the header Content-Type: application/json.",
        "Send uncompressed JSON with the header `Content-Type: application/json`; `Content-Encoding` is not supported.",
        "Not as it is.";
    PreconditionFailed = "precondition_failed", PRECONDITION_FAILED, "validation_error",
        "The object is not in a state that If-Match allows: its current ETag is not listed.",
        "Read the object again, look at what changed, and send the call with the new `ETag`.",
        "Not as it is: with the new `ETag`.";
    Duplicate = "duplicate", CONFLICT, "conflict_error",
        "Something that must be unique exists already.",
        "Choose another value for the field that `param` names, or use what exists.",
        "Not as it is.";
    FeatureAlreadyExists = "feature_already_exists", CONFLICT, "conflict_error",
        "A feature with this code exists already, or the plan has the feature already.",
        "Choose another code, or update what exists.",
        "Not as it is.";
    FeatureInUse = "feature_in_use", CONFLICT, "conflict_error",
        "A plan has the feature, so it cannot be deleted.",
        "Remove the feature from every plan first; `details` names them.",
        "After the feature was removed from every plan.";
    DefaultPriceRequired = "default_price_required", CONFLICT, "conflict_error",
        "A plan with prices must have a default price.",
        "Make another price the default instead; it takes the place of this one.",
        "Not as it is.";
    RevertConflict = "revert_conflict", CONFLICT, "conflict_error",
        "Others built on this change, so it cannot be taken back alone.",
        "Look at the changes in `details`: take those back first, or send `force` to set what this change wrote back to what it was before, whatever was written since.",
        "Not as it is: with `force`, or after the other changes were taken back.";
    ChangesetStale = "changeset_stale", CONFLICT, "conflict_error",
        "The catalog has moved since the changeset was made, so it would not do what was looked at.",
        "Look at the changes in `details`, and make a new changeset.",
        "Not as it is: make a new changeset.";
    AlreadyApplied = "already_applied", CONFLICT, "conflict_error",
        "The changeset was applied already.",
        "Read the changeset: `appliedRevision` is the change that it made.",
        "Not as it is.";
    ApiKeyInUse = "api_key_in_use", CONFLICT, "conflict_error",
        "An API key cannot revoke itself.",
        "Revoke it with another key of the same organization and mode.",
        "With another key.";
    IdempotencyKeyMismatch = "idempotency_key_mismatch", CONFLICT, "conflict_error",
        "The idempotency key was used within the last 24 hours for another call or another body.",
        "Use a new key for every new call, and the same key only to send the same call again.",
        "With a new key.";
    IdempotencyInProgress = "idempotency_in_progress", CONFLICT, "conflict_error",
        "A call with the same idempotency key has not ended yet.",
        "Wait for it: its answer is kept and will be repeated.",
        "Yes, after a second, with the same key.";
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "rate_limit_error",
        "There were too many calls in a short time.",
        "Wait as many seconds as the `Retry-After` header says.",
        "Yes, after the time in `Retry-After`.";
    InternalError = "internal_error", INTERNAL_SERVER_ERROR, "api_error",
        "The server failed.",
        "A change may have been made or not: send it again with the same idempotency key. If it happens again, tell the operator the `x-request-id` of the answer: the log has the cause.",
        "Yes, with the same idempotency key, with exponential backoff.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "api_error",
        "The server cannot serve the call for now.",
        "Wait as many seconds as the `Retry-After` header says. A change may have been made or not: send it again with the same idempotency key.",
        "Yes, with the same idempotency key, after the time in `Retry-After`.";
}

/// The `Retry-After` of calls that could not be served, in seconds.
pub const RETRY_AFTER_SECONDS: &str = "1";

impl Code {
    /// The code with this text.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}
