//! Checks of a SQLite file that bypass the server.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// Runs SQLite's integrity check on the whole file.
pub async fn check_file(direct: &DatabaseConnection) {
    for (pragma, expected) in [
        ("integrity_check", vec!["ok".to_owned()]),
        ("foreign_key_check", vec![]),
    ] {
        let check = Statement::from_string(DbBackend::Sqlite, format!("PRAGMA {pragma}"));
        let rows = direct.query_all_raw(check).await.expect("an answer");
        let found: Vec<String> = rows
            .iter()
            .map(|row| row.try_get_by_index(0).expect("a text"))
            .collect();
        assert_eq!(found, expected, "{pragma}");
    }
}
