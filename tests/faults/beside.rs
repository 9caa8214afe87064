//! Connections to the database that bypass the server.

use sea_orm::DatabaseConnection;

/// Connects to a database.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await;
    connection.expect("a connection")
}
