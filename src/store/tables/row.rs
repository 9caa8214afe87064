//! Reading values back from rows, where only valid ones were written.

use crate::domain::scope::Mode;
use crate::domain::{Error, Result};

/// A closed vocabulary as it stands in a column.
pub(in crate::store) trait Word: Sized {
    /// What the column holds, for the log.
    const WHAT: &'static str;

    /// The value with this word.
    fn from_word(word: &str) -> Option<Self>;

    /// Reads a column.
    fn from_column(word: &str) -> Result<Self> {
        Self::from_word(word).ok_or_else(|| {
            Error::internal(format!(
                "the database has the unknown {} `{word}`",
                Self::WHAT
            ))
        })
    }
}

macro_rules! words {
    ($($name:path),+ $(,)?) => {
        $(impl Word for $name {
            const WHAT: &'static str = stringify!($name);

            fn from_word(word: &str) -> Option<Self> {
                <$name>::from_word(word)
            }
        })+
    };
}

words!(
    Mode,
    crate::domain::change::Action,
    crate::domain::change::ActorType,
    crate::domain::change::ObjectType,
    crate::domain::changeset::ChangesetStatus,
    crate::domain::changeset::Prune,
    crate::domain::feature::FeatureType,
    crate::domain::lint::LintRule,
    crate::domain::lint::Severity,
    crate::domain::money::Currency,
    crate::domain::plan::ConsumptionModel,
    crate::domain::plan_feature::PricingMode,
    crate::domain::plan_price::BillingInterval,
    crate::domain::plan_price::DiscountType,
);
