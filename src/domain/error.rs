//! The error type of the domain, the store and the catalog.
//!
//! It does not know HTTP; `api::kit::error` maps each variant to a response.

use std::fmt;

use super::change::NamedChanges;
use super::lint::Finding;
use super::text::Code;
pub use super::violation::{Violation, Violations};

/// The result of a rule, a use case or a query.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A result in which something may not exist.
pub trait OrNone<T> {
    /// `None` if it does not [exist](Error::is_not_found).
    ///
    /// # Errors
    /// All others.
    fn or_none(self) -> Result<Option<T>>;
}

impl<T> OrNone<T> for Result<T> {
    fn or_none(self) -> Result<Option<T>> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A refusal, or a failure that is not the client's fault.
#[derive(Debug)]
pub enum Error {
    /// The request breaks the schema or a rule; every invalid field is listed.
    Validation(Violations),
    /// The key lacks a permission. The text is the message for the client.
    Forbidden(String),
    /// No plan of the scope has this id or code.
    PlanNotFound,
    /// The plan has no price with this id.
    PriceNotFound,
    /// The plan has neither a rate nor a value in this currency.
    RegionalPricingNotFound,
    /// No feature of the scope has this id or code.
    FeatureNotFound,
    /// The feature is not attached to the plan.
    FeatureNotInPlan,
    /// No plan group of the scope has this id.
    PlanGroupNotFound,
    /// No API key of the scope has this id.
    ApiKeyNotFound,
    /// The log has no change with this revision.
    ChangeNotFound,
    /// There is no such changeset, or it has expired or was discarded.
    ChangesetNotFound,
    /// What is asked for is older than the log.
    HistoryPruned {
        /// The oldest revision that can be asked for.
        oldest: i64,
    },
    /// Others built on the change that is to be taken back, with these changes.
    RevertConflict(NamedChanges),
    /// A document is wrong in these places.
    DocumentInvalid(Vec<Mistake>),
    /// A changeset has another digest than the one that was looked at.
    DigestMismatch {
        /// The digest that it has.
        digest: String,
    },
    /// These findings are errors that the caller has not acknowledged.
    FindingsNotAcknowledged(Vec<Finding>),
    /// A changeset deletes objects or prices in live, which must be confirmed.
    ConfirmationRequired,
    /// What a changeset was made from has moved since, by these changes.
    ChangesetStale(NamedChanges),
    /// A changeset was applied already.
    AlreadyApplied,
    /// A field of the request refers to something that does not exist.
    NotFoundIn {
        /// Path of the field, such as `planGroupId` or `prices[2].priceId`.
        field: String,
        /// The error for the missing object.
        error: Box<Error>,
    },
    /// Something that must be unique already exists.
    Duplicate(Taken),
    /// A feature with this code already exists, or the plan already has the feature.
    FeatureAlreadyExists(Taken),
    /// Plans that are not deleted have the feature.
    FeatureInUse(PlansWithFeature),
    /// A plan with prices must keep a default price.
    DefaultPriceRequired,
    /// An API key cannot revoke itself.
    ApiKeyInUse,
    /// The idempotency key was used for another call or another body.
    IdempotencyKeyMismatch,
    /// The object has changed since the client read it.
    PreconditionFailed(StaleTag),
    /// The database does not answer, or the server is too busy. A write may or may not have been
    /// committed.
    Unavailable(Failure),
    /// A bug or a broken invariant. The text is for the log, never for the client.
    Internal(Failure),
}

/// The current state of an object whose entity tag `If-Match` does not list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleTag {
    /// The current entity tag, in quotes.
    pub etag: String,
    /// The revision of the scope at which the object was read.
    pub revision: i64,
    /// The newest changes of what a GET of the object shows; none for callers that may not read the
    /// history.
    pub changes: NamedChanges,
}

/// A conflict with an existing value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The field of the request whose value is taken.
    pub field: &'static str,
    /// The message for the client.
    pub message: String,
}

/// A mistake in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The path of the part at fault, such as `plans.pro.prices.monthly.price`.
    pub field: String,
    /// The line and the column where it is, both from 1 on; `None` if it was not read from a text.
    pub place: Option<(usize, usize)>,
    /// A sentence for people.
    pub message: String,
}

impl Mistake {
    /// Maximum number of mistakes that are told of a document.
    pub const MAX: usize = 100;
}

impl Taken {
    /// A conflict in a field.
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// Plans that have a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlansWithFeature {
    /// The codes of the first ones, in list order.
    pub codes: Vec<Code>,
    /// The number of further plans.
    pub more: u64,
}

/// The cause of a failure, for the log.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    /// An internal error with a message, for invariants that the database should ensure.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::Internal(message.into().into())
    }

    /// An [`Unavailable`](Self::Unavailable) error with a message.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::Unavailable(message.into().into())
    }

    /// Whether something that the request names does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::PlanNotFound
                | Self::PriceNotFound
                | Self::RegionalPricingNotFound
                | Self::FeatureNotFound
                | Self::FeatureNotInPlan
                | Self::PlanGroupNotFound
                | Self::ApiKeyNotFound
                | Self::ChangeNotFound
                | Self::ChangesetNotFound
                | Self::NotFoundIn { .. }
        )
    }

    /// Whether this is a failure of the server or the database, not a refusal.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Internal(_))
    }

    /// Adds the field of the request that names the missing object; other errors stay as they are.
    #[must_use]
    pub fn in_field(self, field: impl Into<String>) -> Self {
        if !self.is_not_found() {
            return self;
        }
        Self::NotFoundIn {
            field: field.into(),
            error: Box::new(self),
        }
    }

    /// The same error of the source of a changeset: a wrong revision there is one of the source.
    #[must_use]
    pub fn of_source(self) -> Self {
        match self {
            Self::Validation(violations) => Self::Validation(violations.below("source")),
            other => other,
        }
    }

    /// A validation error about one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Validation(Violations::of(field, message))
    }
}

impl Violations {
    /// Returns an error if there are violations.
    pub fn into_result(self) -> Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Error::Validation(self))
        }
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
