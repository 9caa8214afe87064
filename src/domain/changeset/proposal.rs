//! What a changeset is made from.

use crate::domain::document::Document;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::text::Code;
use crate::domain::word::words;

words! {
    /// What happens to objects that the source of a changeset does not have.
    pub enum Prune {
        /// They stay.
        None = "none",
        /// They are deleted, in the sections that the source has.
        All = "all",
    }
}

/// What a changeset proposes.
#[derive(Debug, Clone)]
pub enum Proposal {
    /// The catalog, or a part of it, is to be what a document says.
    Document {
        /// The document.
        document: Document,
        /// Whether what it leaves out is at its default; otherwise that stays as it is.
        is_whole: bool,
        /// What happens to objects that it does not have.
        prune: Prune,
    },
    /// Currencies are to have new rates, in all plans that have them.
    Rates {
        /// The rates, each currency once.
        rates: Vec<(Currency, ExchangeRate)>,
        /// The plans, if not all.
        only: Option<Vec<Code>>,
    },
}
