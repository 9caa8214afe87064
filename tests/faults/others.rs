//! Connections that exhaust PostgreSQL's limit.

use sea_orm::DatabaseConnection;
use sea_orm::sqlx::{Connection, PgConnection};

use super::postgres::{cut, servers};

/// The open connections.
pub struct Others(Vec<PgConnection>);

impl Others {
    /// Takes every available connection, including those of servers.
    pub async fn take_all(url: &str, direct: &DatabaseConnection) -> Self {
        let mut held = Vec::new();
        loop {
            while let Ok(connection) = PgConnection::connect(url).await {
                held.push(connection);
            }
            if servers(direct, "true").await.is_empty() {
                return Self(held);
            }
            cut(direct).await;
        }
    }

    pub async fn leave(self) {
        for connection in self.0 {
            connection.close().await.expect("the connection closes");
        }
    }
}
