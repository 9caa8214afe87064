//! PostgreSQL in the setups of operators.

/// In this module, since none of these tests apply to SQLite.
mod only_postgres {
    use super::support::*;

    mod isolation;
    mod pooler;
    mod roles;
    mod starts;
}

mod support;
