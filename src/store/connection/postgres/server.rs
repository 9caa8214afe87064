//! How a server describes itself.

use sea_orm::sqlx::postgres::PgConnection;
use sea_orm::sqlx::{Error, Row, raw_sql};

/// Its current state. Not prepared: prepared statements may not work with a pooler, which is not checked
/// yet.
const STATE: &str = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', \
                     current_setting('server_encoding')";
/// Its cluster and timeline. On a standby the second part would fail.
const LIFE: &str = "SELECT (SELECT system_identifier::text FROM pg_control_system()), \
                    CASE WHEN NOT pg_is_in_recovery() \
                    THEN pg_walfile_name(pg_current_wal_lsn()) END";
/// Digits of the timeline in the name of a file of the write-ahead log, hexadecimal.
const TIMELINE_DIGITS: usize = 8;

/// A server as it describes itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Whether it is a standby, which replays the log of another one.
    pub is_in_recovery: bool,
    /// Whether it takes no writes, by a setting or because it is a standby.
    pub is_read_only: bool,
    /// The encoding of the database.
    pub encoding: String,
    /// Which cluster it is, and on which timeline. `None` for services with the
    /// protocol of PostgreSQL that cannot say.
    pub life: Option<Life>,
}

/// A cluster, and how often a standby of it was promoted or a backup of it recovered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// The cluster.
    pub system: String,
    /// The number of the timeline: a server on a lower one has been replaced.
    pub timeline: u32,
}

impl Server {
    /// Asks the server at the other end of a connection.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn ask(connection: &mut PgConnection) -> Result<Self, Error> {
        let row = raw_sql(STATE).fetch_one(&mut *connection).await?;
        let life = match raw_sql(LIFE).fetch_one(&mut *connection).await {
            Ok(row) => life(row.try_get(0)?, row.try_get(1)?),
            Err(Error::Database(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(Self {
            is_in_recovery: row.try_get(0)?,
            is_read_only: row.try_get(1)?,
            encoding: row.try_get(2)?,
            life,
        })
    }
}

fn life(system: Option<String>, file: Option<String>) -> Option<Life> {
    let timeline = u32::from_str_radix(file?.get(..TIMELINE_DIGITS)?, 16).ok()?;
    Some(Life {
        system: system?,
        timeline,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeline_is_read_from_a_file_name() {
        let read = |file: &str| life(Some("7".to_owned()), Some(file.to_owned()));
        let timeline = |file: &str| read(file).map(|life| life.timeline);
        assert_eq!(timeline("000000010000000000000003"), Some(1));
        assert_eq!(timeline("0000001F00000000000000A3"), Some(31));
        assert_eq!(timeline("0000"), None);
        assert_eq!(timeline("zzzzzzzz00000000000000A3"), None);
        assert_eq!(
            life(None, Some("000000010000000000000003".to_owned())),
            None
        );
        assert_eq!(life(Some("7".to_owned()), None), None);
    }
}
