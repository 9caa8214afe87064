//! Why a call is refused.
//!
//! The one error type of the domain and the catalog. It knows no HTTP status: `api::error` has
//! the only table that turns a value of this enum into an answer.

use std::fmt;

use super::text::Code;

/// What a rule, a use case or a query answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal, or a failure that is not the caller's.
#[derive(Debug)]
pub enum Error {
    /// The request breaks the schema or a rule; every broken field is listed.
    Validation(Violations),
    /// The key may not do this. The sentence tells the caller why.
    Forbidden(String),
    /// No plan of the scope has this id or code.
    PlanNotFound,
    /// The plan has no price with this id.
    PriceNotFound,
    /// No feature of the scope has this id or code.
    FeatureNotFound,
    /// The feature is not attached to the plan.
    FeatureNotInPlan,
    /// No plan group of the scope has this id.
    PlanGroupNotFound,
    /// No API key of the scope has this id.
    ApiKeyNotFound,
    /// A field of the request names what is not there.
    NotFoundIn {
        /// Path of the field, such as `planGroupId` or `prices[2].priceId`.
        field: String,
        /// What is not there.
        error: Box<Error>,
    },
    /// Something that must be unique exists already.
    Duplicate(Taken),
    /// A feature with this code exists, or the plan has the feature already.
    FeatureAlreadyExists(Taken),
    /// The feature is attached to plans that are not deleted.
    FeatureInUse(PlansWithFeature),
    /// A plan with prices keeps a default price.
    DefaultPriceRequired,
    /// An API key cannot revoke itself.
    ApiKeyInUse,
    /// The idempotency key was used for another call or another body.
    IdempotencyKeyMismatch,
    /// The database does not answer for now; the call changed nothing and may be sent again.
    Unavailable(Failure),
    /// A fault of the server. The text is for the log, never for the client.
    Internal(Failure),
}

/// What exists already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The field of the request that has to be another one.
    pub field: &'static str,
    /// A sentence for the caller.
    pub message: String,
}

impl Taken {
    /// A conflict over the value of a field.
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// The plans that have a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlansWithFeature {
    /// The codes of the first of them, in the order of lists.
    pub codes: Vec<Code>,
    /// How many more there are.
    pub more: u64,
}

/// The cause of a failure that is not the caller's, kept for the log.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// A fault described in words, for invariants that the database should have kept.
    pub fn internal(words: impl Into<String>) -> Self {
        Self::Internal(words.into().into())
    }

    /// What cannot be had for now, described in words.
    pub fn unavailable(words: impl Into<String>) -> Self {
        Self::Unavailable(words.into().into())
    }

    /// The same error, given that a field of the request named what is not there.
    #[must_use]
    pub fn in_field(self, field: impl Into<String>) -> Self {
        match self {
            Self::PlanNotFound
            | Self::PriceNotFound
            | Self::FeatureNotFound
            | Self::FeatureNotInPlan
            | Self::PlanGroupNotFound => Self::NotFoundIn {
                field: field.into(),
                error: Box::new(self),
            },
            other => other,
        }
    }

    /// A validation error about one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Validation(Violations::of(field, message))
    }
}

impl From<Violations> for Error {
    fn from(violations: Violations) -> Self {
        Self::Validation(violations)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validation(violations) => write!(f, "{violations}"),
            Self::Duplicate(taken) | Self::FeatureAlreadyExists(taken) => {
                f.write_str(&taken.message)
            }
            Self::Forbidden(message) => f.write_str(message),
            Self::NotFoundIn { field, error } => write!(f, "{field}: {error}"),
            Self::Unavailable(cause) | Self::Internal(cause) => write!(f, "{cause}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl std::error::Error for Error {}

/// One thing that is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Path of the field, such as `overage.unitPrice` or `prices[2].price`.
    pub field: String,
    /// What is wrong, as a sentence for the caller.
    pub message: String,
}

/// Everything that is wrong with a request, in the order in which it was found.
#[derive(Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Most violations that are kept.
    const MOST: usize = 1000;

    /// One field that is wrong.
    pub fn of(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut violations = Self::default();
        violations.add(field, message);
        violations
    }

    /// Adds what was noted elsewhere.
    pub fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// Notes that `field` is wrong. Beyond [`Self::MOST`] nothing more is noted: a request that is
    /// wrong all over is not worth the memory.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        if self.0.len() == Self::MOST {
            return;
        }
        self.0.push(Violation {
            field: field.into(),
            message: message.into(),
        });
    }

    /// Notes that `field` is wrong, unless that was noted already.
    pub fn add_once(&mut self, field: String, message: String) {
        if self.0.iter().all(|known| known.field != field) {
            self.add(field, message);
        }
    }

    /// Notes that `field` is wrong unless `holds`.
    pub fn require(&mut self, holds: bool, field: impl Into<String>, message: impl Into<String>) {
        if !holds {
            self.add(field, message);
        }
    }

    /// Fails with all that was noted, if anything was.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Validation(self))
        }
    }

    /// What was noted.
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(f, "{gap}{}: {}", violation.field, violation.message)?;
        }
        Ok(())
    }
}
