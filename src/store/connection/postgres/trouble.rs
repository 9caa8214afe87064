//! Why a PostgreSQL database cannot be used.

/// Why the database cannot be used, and whether it may be soon.
#[derive(Debug, Clone)]
pub(in crate::store) struct Trouble {
    /// A sentence for the operator.
    pub why: String,
    /// Whether it may be over by itself soon.
    pub is_passing: bool,
}

impl Trouble {
    /// Trouble that may be over by itself soon.
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
