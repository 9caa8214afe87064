//! A pooler between this program and PostgreSQL has to keep prepared statements apart.
//!
//! In transaction mode a pooler gives each transaction whichever connection to PostgreSQL is free.
//! Statements that one client has prepared are then missing for it, or are those of another client
//! under the same name: a query is answered with the rows of another one. PgBouncer 1.21 and newer
//! keep them apart with `max_prepared_statements`.

use sea_orm::sqlx::postgres::{PgPool, PgTransaction};
use sea_orm::sqlx::{Error, query_scalar};

use super::text;
use super::trouble::Trouble;

const REFUSED: &str = "prepared statements do not work on it: it seems to be PgBouncer in transaction \
                       mode, which needs max_prepared_statements (PgBouncer 1.21 or newer); use \
                       that, or pool_mode = session";

/// PostgreSQL's `duplicate_prepared_statement` and `invalid_sql_statement_name`.
const MIXED_UP: [&str; 2] = ["42P05", "26000"];

/// Two statements with different results.
const FIRST: &str = "SELECT 'first of two statements'";
const SECOND: &str = "SELECT 'second of two statements'";

/// Checks that two clients each get the rows of their own statement, in whatever order a pooler hands
/// out what is free.
///
/// # Errors
/// When they do not.
pub async fn check(pool: &PgPool) -> Result<(), Trouble> {
    match stays_apart(pool).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(Trouble::lasting(REFUSED)),
        Err(error) if is_mixed_up(&error) => Err(Trouble::lasting(REFUSED)),
        Err(error) => Err(text::of(&error)),
    }
}

fn is_mixed_up(error: &Error) -> bool {
    let error = error.as_database_error().and_then(|error| error.code());
    error.is_some_and(|code| MIXED_UP.contains(&code.as_ref()))
}

async fn stays_apart(pool: &PgPool) -> Result<bool, Error> {
    let (mut one, mut other) = (pool.acquire().await?, pool.acquire().await?);
    // Who ends last is first in line in one pooler, and last in another.
    for one_ends_first in [true, false, true] {
        use sea_orm::sqlx::Connection;
        let mut first = one.begin().await?;
        let mut second = other.begin().await?;
        let is_apart = says(&mut first, FIRST).await? && says(&mut second, SECOND).await?;
        if one_ends_first {
            first.rollback().await?;
            second.rollback().await?;
        } else {
            second.rollback().await?;
            first.rollback().await?;
        }
        if !is_apart {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a statement returns its own text.
async fn says(transaction: &mut PgTransaction<'_>, statement: &'static str) -> Result<bool, Error> {
    let said: String = query_scalar(statement)
        .fetch_one(&mut **transaction)
        .await?;
    Ok(statement.contains(&said))
}
