//! A way to the database beside the server.

use sea_orm::DatabaseConnection;

/// A connection of our own to a database.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await;
    connection.expect("a connection of our own")
}
