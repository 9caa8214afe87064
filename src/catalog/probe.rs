//! Probes the database, so that its health is known even without calls.

use std::sync::Arc;
use std::time::Duration;

use super::app::App;
use super::health::Health;
use crate::store::connection::sqlite::file_identity::FileFault;

/// How often the database is probed.
pub const PROBE_EVERY: Duration = Duration::from_millis(250);

const FILE_REPLACED: &str = "the file of the database was replaced or deleted";
const FILE_DAMAGED: &str = "the file of the database is damaged";

impl App {
    /// The health of this server.
    pub fn health(&self) -> &Arc<Health> {
        &self.health
    }

    /// Probes the database and its file.
    pub async fn probe(&self) {
        self.probe_file().await;
        let found = self.database.probe().await;
        self.health.note(found);
    }

    /// Checks that the file of the database was not replaced and is not damaged.
    pub async fn probe_file(&self) {
        match self.database.file_fault().await {
            Some(FileFault::Replaced) => self.health.condemn(FILE_REPLACED),
            Some(FileFault::Damaged) => self.health.note_damage(FILE_DAMAGED),
            None => {}
        }
    }
}
