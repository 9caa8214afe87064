//! Why a call is refused.
//!
//! The one error type of the domain and the catalog. It knows no HTTP status: `api::error` has
//! the only table that turns a value of this enum into an answer.

use std::collections::HashSet;
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
    /// What the call would change is not what the client saw.
    PreconditionFailed(StaleTag),
    /// The database does not answer for now, or the server is too busy. Whether a write was made is
    /// not known.
    Unavailable(Failure),
    /// A fault of the server. The text is for the log, never for the client.
    Internal(Failure),
}

/// The current state of an object whose entity tag is not among those in `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaleTag {
    /// The entity tag that the object has now, in quotes.
    pub etag: String,
    /// The revision of the scope that it was found at.
    pub revision: i64,
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

    /// Whether something that the call names does not exist.
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
                | Self::NotFoundIn { .. }
        )
    }

    /// Whether this is a failure of the server or of the database, rather than a refusal.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Internal(_))
    }

    /// The same error, given that a field of the request named what is not there.
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

/// What is wrong with a request, in the order in which it was found: all of it up to
/// [`Violations::MAX`], beyond that only how much more there is. More than that is not worth the
/// memory.
#[derive(Debug, Default)]
pub struct Violations {
    kept: Vec<Violation>,
    more: usize,
    /// The fields that [`Self::add_once`] has named.
    once: HashSet<String>,
}

impl Violations {
    /// Maximum number of violations that are kept.
    pub const MAX: usize = 100;

    /// One field that is wrong.
    pub fn of(field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut violations = Self::default();
        violations.add(field, message);
        violations
    }

    /// Adds what was noted elsewhere.
    pub fn append(&mut self, more: Self) {
        self.more += more.more;
        for violation in more.kept {
            self.push(violation);
        }
        self.once.extend(more.once);
    }

    /// Notes that `field` is wrong.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.push(Violation {
            field: field.into(),
            message: message.into(),
        });
    }

    fn push(&mut self, violation: Violation) {
        if self.kept.len() < Self::MAX {
            self.kept.push(violation);
        } else {
            self.more += 1;
        }
    }

    /// Notes that `field` is wrong, unless this method did so already.
    pub fn add_once(&mut self, field: String, message: String) {
        if self.once.insert(field.clone()) {
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
        if self.is_empty() {
            Ok(())
        } else {
            Err(Error::Validation(self))
        }
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// What was noted, up to [`Self::MAX`].
    pub fn as_slice(&self) -> &[Violation] {
        &self.kept
    }

    /// How much was noted beyond [`Self::as_slice`].
    pub fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.kept.iter().enumerate() {
            let gap = if index == 0 { "" } else { "; " };
            write!(f, "{gap}{}: {}", violation.field, violation.message)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violations_are_kept_up_to_a_number() {
        let mut violations = Violations::default();
        for at in 0..Violations::MAX + 7 {
            violations.add(format!("items[{at}]"), "Is wrong.");
            violations.add_once("items".to_owned(), "Are wrong.".to_owned());
        }
        assert_eq!(violations.as_slice().len(), Violations::MAX);
        assert_eq!(violations.more(), 8);
        let mut all = Violations::of("first", "Is wrong.");
        all.append(violations);
        assert_eq!(all.as_slice().len(), Violations::MAX);
        assert_eq!(all.more(), 9);
    }
}
