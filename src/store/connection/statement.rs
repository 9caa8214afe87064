//! Statements in plain SQL.

use sea_orm::{ConnectionTrait, DbErr, QueryResult, Statement};

/// The rows of a query without parameters.
pub(in crate::store) async fn all(
    connection: &impl ConnectionTrait,
    query: &str,
) -> Result<Vec<QueryResult>, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), query);
    connection.query_all_raw(statement).await
}
