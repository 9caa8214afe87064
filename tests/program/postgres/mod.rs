//! PostgreSQL as operators run it.

/// All of it, since nothing of it is about SQLite.
mod only_postgres {
    use super::support::*;

    mod isolation;
    mod pooler;
    mod roles;
    mod starts;
}

mod support;
