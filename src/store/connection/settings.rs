//! Settings of PostgreSQL for each transaction.

use std::time::Duration;

use super::options::Options;

/// How long a transaction may be idle before PostgreSQL ends it: this program never leaves one idle.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// The settings of transactions on PostgreSQL, sent in one message when each begins. Every transaction
/// sends them: operators can change a database's defaults, and a pooler can hand over a connection with
/// another client's settings.
#[derive(Debug)]
pub(in crate::store) struct TransactionSettings {
    /// For a call that writes.
    pub write: String,
    /// For statements that may take any time.
    pub bulk: String,
    /// For a call that reads.
    pub snapshot: String,
}

impl TransactionSettings {
    /// Those that the options ask for.
    pub fn of(options: &Options) -> Self {
        let isolation = |level: &str| format!("SET TRANSACTION ISOLATION LEVEL {level}");
        let set = |name: &str, time: Duration| format!("SET LOCAL {name} = {}", time.as_millis());
        let lock = set("lock_timeout", options.lock_timeout);
        let statement = set("statement_timeout", options.statement_timeout);
        let endless = set("statement_timeout", Duration::ZERO);
        let idle = set("idle_in_transaction_session_timeout", IDLE_TIMEOUT);
        let write = isolation("READ COMMITTED");
        let snapshot = isolation("REPEATABLE READ, READ ONLY");
        Self {
            write: [&*write, &lock, &statement, &idle].join("; "),
            bulk: [&*write, &lock, &endless, &idle].join("; "),
            snapshot: [&*snapshot, &lock, &statement, &idle].join("; "),
        }
    }
}
