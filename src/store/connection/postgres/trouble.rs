//! Why a PostgreSQL database cannot be used.

/// Why the database cannot be used, and whether waiting may help.
#[derive(Debug, Clone)]
pub(in crate::store) struct Trouble {
    /// A sentence for the operator.
    pub why: String,
    /// Whether waiting may help.
    pub is_passing: bool,
}

impl Trouble {
    /// Trouble that waiting may end.
    pub fn passing(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_passing: true,
        }
    }

    /// Trouble that only an operator can end.
    pub fn lasting(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            is_passing: false,
        }
    }
}
