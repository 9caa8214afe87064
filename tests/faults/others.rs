//! Others who take all of PostgreSQL's connections.

use sea_orm::DatabaseConnection;
use sea_orm::sqlx::{Connection, PgConnection};

use super::postgres::{cut, servers};

/// What they hold.
pub struct Others(Vec<PgConnection>);

impl Others {
    /// Takes every connection that there is, also those that servers have.
    pub async fn take_all(url: &str, beside: &DatabaseConnection) -> Self {
        let mut held = Vec::new();
        loop {
            while let Ok(connection) = PgConnection::connect(url).await {
                held.push(connection);
            }
            if servers(beside, "true").await.is_empty() {
                return Self(held);
            }
            cut(beside).await;
        }
    }

    pub async fn leave(self) {
        for connection in self.0 {
            connection.close().await.expect("the connection closes");
        }
    }
}
