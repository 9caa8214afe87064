//! Refusals and the responses to them.

use std::collections::BTreeSet;
use std::fmt;

use poem::error::{MethodNotAllowedError, NotFoundError, ResponseError};
use poem::http::{StatusCode, header};
use poem::{IntoResponse, Response};
use poem_openapi::error::ParsePathError;

use super::code::{Code, RETRY_AFTER_SECONDS};
use crate::api::kit::limit::Limited;
use crate::api::schema::change::Change;
use crate::api::schema::error::{ApiError, Details, ErrorResponse, FieldError};
use crate::domain::Error as DomainError;
use crate::domain::error::{Mistake, PlansWithFeature, Violation};
use crate::domain::lint::Finding;
use crate::domain::redaction::redacted;
use crate::domain::text::Code as PlanCode;

/// The reason why a call is refused, by the catalog or by the API itself.
#[derive(Debug)]
pub enum Rejection {
    /// The catalog refused or failed.
    Domain(DomainError),
    /// The API refused, with a message if there is more to say than the code.
    Wire(Code, Option<String>),
    /// The body has a content coding.
    EncodedBody,
    /// A rate limit is exceeded.
    Limited(Limited),
}

impl Rejection {
    /// A refusal with the message of its code.
    pub fn of(code: Code) -> Self {
        Self::Wire(code, None)
    }

    /// Converts the error of an endpoint. Unknown errors of the framework are failures of the
    /// server.
    pub fn from_poem(error: poem::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(rejection) => return rejection,
            Err(error) => error,
        };
        // A path that does not decode to UTF-8 is not found.
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

    /// The error code.
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
            DomainError::ChangeNotFound => Code::ChangeNotFound,
            DomainError::ChangesetNotFound => Code::ChangesetNotFound,
            DomainError::DocumentInvalid(_) => Code::DocumentInvalid,
            DomainError::DigestMismatch { .. } => Code::DigestMismatch,
            DomainError::FindingsNotAcknowledged(_) => Code::FindingsNotAcknowledged,
            DomainError::ConfirmationRequired => Code::ConfirmationRequired,
            DomainError::ChangesetStale(_) => Code::ChangesetStale,
            DomainError::AlreadyApplied => Code::AlreadyApplied,
            DomainError::RevertConflict(_) => Code::RevertConflict,
            DomainError::HistoryPruned { .. } => Code::HistoryPruned,
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

    /// The response. It does not show the cause of a failure of the server.
    pub fn answer(&self, base_url: &str) -> Response {
        let code = self.code();
        let text = self.text(base_url);
        let body = match self {
            // Changes show the prefixes of keys, and nothing of the request.
            Self::Domain(
                DomainError::PreconditionFailed(_)
                | DomainError::RevertConflict(_)
                | DomainError::ChangesetStale(_),
            ) => text,
            // Clients log error messages, which name fields as they were sent.
            _ => redacted(&text).into_owned(),
        };
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

    fn text(&self, base_url: &str) -> String {
        serde_json::to_string(&self.body(base_url)).unwrap_or_default()
    }

    /// The body of the response; its link leads to a server at this address.
    pub fn body(&self, base_url: &str) -> ErrorResponse {
        let code = self.code();
        let details = self.details();
        let param = match self {
            Self::Domain(
                DomainError::Duplicate(taken) | DomainError::FeatureAlreadyExists(taken),
            ) => Some(taken.field.to_owned()),
            Self::Domain(DomainError::NotFoundIn { field, .. }) => Some(field.clone()),
            // The details are about plans, not about fields of the request.
            Self::Domain(DomainError::FeatureInUse(_)) => None,
            _ => match &details {
                Details::Fields(all) => all.first().map(|first| first.field.clone()),
                Details::Mistakes(all) => all.first().map(|first| first.field.clone()),
                Details::None
                | Details::Stale(_)
                | Details::Changes(_)
                | Details::Findings(_)
                | Details::Digest { .. }
                | Details::Oldest { .. } => None,
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
            Self::Domain(
                DomainError::RevertConflict(changes) | DomainError::ChangesetStale(changes),
            ) => Details::Changes(Change::listed(changes)),
            Self::Domain(DomainError::DocumentInvalid(mistakes)) => {
                Details::Mistakes(mistakes.iter().map(Into::into).collect())
            }
            Self::Domain(DomainError::FindingsNotAcknowledged(findings)) => {
                Details::Findings(findings.iter().cloned().map(Into::into).collect())
            }
            Self::Domain(DomainError::DigestMismatch { digest }) => Details::Digest {
                digest: digest.clone(),
            },
            Self::Domain(DomainError::HistoryPruned { oldest }) => {
                Details::Oldest { oldest: *oldest }
            }
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
            Self::Domain(DomainError::DocumentInvalid(mistakes)) => wrong_document(mistakes),
            Self::Domain(DomainError::FindingsNotAcknowledged(findings)) => unseen(findings),
            _ => code.meaning().to_owned(),
        }
    }

    /// The cause of a failure of the server, for the log.
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

/// The message that names the plans with a feature.
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

/// The message about what is wrong in a document.
fn wrong_document(mistakes: &[Mistake]) -> String {
    match mistakes {
        [only] => {
            let place = only
                .place
                .map(|(line, column)| format!(" (line {line}, column {column})"));
            let place = place.unwrap_or_default();
            match only.field.as_str() {
                "" => format!("The document{place}: {}", only.message),
                field => format!("`{field}`{place}: {}", only.message),
            }
        }
        several if several.len() >= Mistake::MAX => format!(
            "The document has {} mistakes or more; `details` lists the first.",
            Mistake::MAX
        ),
        several => format!(
            "The document has {} mistakes; `details` lists them.",
            several.len()
        ),
    }
}

/// The message that names the rules to acknowledge.
fn unseen(findings: &[Finding]) -> String {
    let rules: BTreeSet<_> = findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    let rules: Vec<_> = rules.into_iter().map(|rule| format!("`{rule}`")).collect();
    format!(
        "The changeset has findings that are errors: acknowledge them by name ({}) to apply it.",
        rules.join(", ")
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
