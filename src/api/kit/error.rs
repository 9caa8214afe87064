//! Refusals as answers: the only table of statuses.

use std::fmt;

use poem::error::{MethodNotAllowedError, NotFoundError, ResponseError};
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::error::ParsePathError;

use super::limit::Limited;
use crate::api::schema::error::{ApiError, Details, ErrorResponse, FieldError};
use crate::domain::Error as DomainError;
use crate::domain::error::{PlansWithFeature, Violation};
use crate::domain::redaction::redacted;
use crate::domain::text::Code as PlanCode;

/// Declares the codes: status, type, and what the page of the code says.
macro_rules! codes {
    ($($name:ident = $code:literal, $status:ident, $kind:literal, $meaning:literal, $remedy:literal, $retry:literal;)+) => {
        /// A code that clients branch on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $name,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The status of an answer with this code.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// The class of the error, `type` on the wire.
            pub const fn kind(self) -> &'static str {
                match self { $(Self::$name => $kind,)+ }
            }

            /// What the code means: the message, where there is nothing more precise to say.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)+ }
            }

            /// What the caller can do.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)+ }
            }

            /// Whether to send the same call again.
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
    NotFound = "not_found", NOT_FOUND, "not_found_error",
        "There is nothing at this path.",
        "Check the path; the API lives under `/api/v1`, and `/docs` shows every operation.",
        "Not as it is.";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "validation_error",
        "The path exists, but not with this method.",
        "The `Allow` header lists the methods that it takes; `message` names the call that was meant, if one is likely.",
        "Not as it is.";
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "validation_error",
        "The body is larger than 1 MiB.",
        "Send less at a time.",
        "Not as it is.";
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "validation_error",
        "The body is not declared as JSON: send the header Content-Type: application/json.",
        "Send JSON with the header `Content-Type: application/json`, and as it is: a `Content-Encoding` is not taken.",
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

/// Seconds after which a call that could not be served may be sent again.
pub const RETRY_AFTER_SECONDS: &str = "1";

impl Code {
    /// The code with this text.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

/// Why a call is refused: by the catalog, or by the HTTP layer itself.
#[derive(Debug)]
pub enum Rejection {
    /// The catalog refused or failed.
    Domain(DomainError),
    /// The wire refused, with a message of its own where there is more to say than the code.
    Wire(Code, Option<String>),
    /// The body is compressed, or coded in another way.
    EncodedBody,
    /// A limit refused.
    Limited(Limited),
}

impl Rejection {
    /// A refusal with nothing to add to its code.
    pub fn of(code: Code) -> Self {
        Self::Wire(code, None)
    }

    /// What the error of an endpoint means. Those of the framework are turned into ours; one that
    /// is not known is a fault of the server.
    pub fn from_poem(error: poem::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(rejection) => return rejection,
            Err(error) => error,
        };
        // A path that is not UTF-8 behind its percent signs names nothing.
        let is_nowhere = error.is::<NotFoundError>()
            || error.is::<ParsePathError>()
            || error.is::<poem::error::ParsePathError>();
        if is_nowhere {
            Self::of(Code::NotFound)
        } else if error.is::<MethodNotAllowedError>() {
            Self::of(Code::MethodNotAllowed)
        } else {
            Self::Domain(DomainError::internal(format!("unexpected error: {error}")))
        }
    }

    /// The code of the answer.
    pub fn code(&self) -> Code {
        match self {
            Self::Wire(code, _) => *code,
            Self::EncodedBody => Code::UnsupportedMediaType,
            Self::Limited(_) => Code::RateLimited,
            Self::Domain(error) => Self::code_of(error),
        }
    }

    fn code_of(error: &DomainError) -> Code {
        match error {
            DomainError::Validation(_) => Code::ValidationError,
            DomainError::Forbidden(_) => Code::Forbidden,
            DomainError::PlanNotFound => Code::PlanNotFound,
            DomainError::PriceNotFound => Code::PriceNotFound,
            DomainError::RegionalPricingNotFound => Code::RegionalPricingNotFound,
            DomainError::FeatureNotFound => Code::FeatureNotFound,
            DomainError::FeatureNotInPlan => Code::FeatureNotInPlan,
            DomainError::PlanGroupNotFound => Code::PlanGroupNotFound,
            DomainError::ApiKeyNotFound => Code::ApiKeyNotFound,
            DomainError::NotFoundIn { error, .. } => Self::code_of(error),
            DomainError::Duplicate(_) => Code::Duplicate,
            DomainError::FeatureAlreadyExists(_) => Code::FeatureAlreadyExists,
            DomainError::FeatureInUse(_) => Code::FeatureInUse,
            DomainError::DefaultPriceRequired => Code::DefaultPriceRequired,
            DomainError::ApiKeyInUse => Code::ApiKeyInUse,
            DomainError::IdempotencyKeyMismatch => Code::IdempotencyKeyMismatch,
            DomainError::PreconditionFailed(_) => Code::PreconditionFailed,
            DomainError::Unavailable(_) => Code::Unavailable,
            DomainError::Internal(_) => Code::InternalError,
        }
    }

    /// The answer. What failed inside the server is not in it.
    pub fn answer(&self, base_url: &str) -> Response {
        let code = self.code();
        // Clients log what they are told, and fields are named as they were sent.
        let body = redacted(&self.text(base_url)).into_owned();
        let response = Response::builder()
            .status(code.status())
            .content_type("application/json");
        match self {
            Self::Limited(limited) => {
                let seconds = limited.usage.seconds.to_string();
                let mut response = response.header(header::RETRY_AFTER, seconds).body(body);
                limited.describe(response.headers_mut());
                response
            }
            Self::EncodedBody => response
                .header(header::ACCEPT_ENCODING, "identity")
                .body(body),
            _ if code == Code::Unavailable => response
                .header(header::RETRY_AFTER, RETRY_AFTER_SECONDS)
                .body(body),
            _ => response.body(body),
        }
    }

    /// The body of the answer to what is not HTTP. Nobody can tell which host it was meant for, so
    /// the link in it is relative.
    pub fn unreadable_body() -> String {
        let error = DomainError::invalid("request", "Is not a valid HTTP/1.1 request.");
        Self::from(error).text("")
    }

    /// The body of the answer to a connection too many, which nobody has asked anything on yet.
    pub fn full_body() -> String {
        Self::of(Code::Unavailable).text("")
    }

    fn text(&self, base_url: &str) -> String {
        serde_json::to_string(&self.body(base_url)).unwrap_or_default()
    }

    /// The body of the answer; the link in it leads to a server at this address.
    pub fn body(&self, base_url: &str) -> ErrorResponse {
        let code = self.code();
        let details = self.details();
        let param = match self {
            Self::Domain(
                DomainError::Duplicate(taken) | DomainError::FeatureAlreadyExists(taken),
            ) => Some(taken.field.to_owned()),
            Self::Domain(DomainError::NotFoundIn { field, .. }) => Some(field.clone()),
            // Its details are about plans, and not about what was sent.
            Self::Domain(DomainError::FeatureInUse(_)) => None,
            _ => match &details {
                Details::Fields(all) => all.first().map(|first| first.field.clone()),
                Details::None | Details::Stale(_) => None,
            },
        };
        ErrorResponse {
            success: false,
            error: ApiError {
                r#type: code.kind().to_owned(),
                code: code.as_str().to_owned(),
                message: self.message(code),
                param,
                details,
                doc_url: format!("{base_url}/docs/errors/{}", code.as_str()),
            },
        }
    }

    fn details(&self) -> Details {
        let field = |item: &Violation| FieldError {
            field: item.field.clone(),
            message: item.message.clone(),
        };
        match self {
            Self::Domain(DomainError::FeatureInUse(plans)) => {
                Details::Fields(plans.codes.iter().map(has_feature).collect())
            }
            Self::Domain(DomainError::Validation(violations)) => {
                Details::Fields(violations.as_slice().iter().map(field).collect())
            }
            Self::Domain(DomainError::PreconditionFailed(stale)) => Details::Stale(stale.into()),
            _ => Details::None,
        }
    }

    fn message(&self, code: Code) -> String {
        match self {
            Self::Domain(
                DomainError::Duplicate(taken) | DomainError::FeatureAlreadyExists(taken),
            ) => taken.message.clone(),
            Self::Domain(DomainError::Validation(violations)) => match violations.as_slice() {
                [only] => format!("`{}`: {}", only.field, only.message),
                several if violations.more() == 0 => {
                    format!("{} fields are wrong; `details` lists them.", several.len())
                }
                several => format!(
                    "{} fields are wrong; `details` lists the first {}, and there are {} more.",
                    several.len() + violations.more(),
                    several.len(),
                    violations.more()
                ),
            },
            Self::Domain(DomainError::Forbidden(message)) | Self::Wire(_, Some(message)) => {
                message.clone()
            }
            Self::EncodedBody => {
                "The body is encoded: send it as it is, without the header `Content-Encoding`."
                    .to_owned()
            }
            Self::Domain(DomainError::NotFoundIn { field, .. }) => {
                format!("`{field}`: {}", code.meaning())
            }
            Self::Domain(DomainError::FeatureInUse(plans)) => in_use(plans),
            _ => code.meaning().to_owned(),
        }
    }

    /// What the log has to keep of a failure of the server.
    pub fn failure(&self) -> Option<&(dyn std::error::Error + Send + Sync)> {
        match self {
            Self::Domain(DomainError::Internal(cause) | DomainError::Unavailable(cause)) => {
                Some(cause.as_ref())
            }
            _ => None,
        }
    }
}

fn has_feature(plan: &PlanCode) -> FieldError {
    FieldError {
        field: format!("plans[{}]", plan.as_str()),
        message: "This plan has the feature.".to_owned(),
    }
}

/// Names the plans that have a feature.
fn in_use(PlansWithFeature { codes, more }: &PlansWithFeature) -> String {
    let names: Vec<_> = codes
        .iter()
        .map(|code| format!("`{}`", code.as_str()))
        .collect();
    let more = match more {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "The feature cannot be deleted while plans have it: {}{more}.",
        names.join(", ")
    )
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code().as_str())
    }
}

impl std::error::Error for Rejection {}

impl ResponseError for Rejection {
    fn status(&self) -> StatusCode {
        self.code().status()
    }

    fn as_response(&self) -> Response {
        self.status().into_response()
    }
}

impl From<DomainError> for Rejection {
    fn from(error: DomainError) -> Self {
        Self::Domain(error)
    }
}
