//! What becomes of a connection whose transaction SQLite took back by itself.

use super::*;

async fn count(connection: &DatabaseConnection) -> i64 {
    let query = Statement::from_string(DbBackend::Sqlite, "SELECT COUNT(*) FROM notes");
    let row = connection.query_one_raw(query).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn dead_transaction_takes_no_write() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
    let database = Database::connect(&url).await.unwrap();
    for statement in ["CREATE TABLE notes (text)", "PRAGMA max_page_count = 10"] {
        let writer = database.writer();
        writer.execute_unprepared(statement).await.unwrap();
    }
    let batch = database.begin_write().await.unwrap();
    let savepoint = batch.begin().await.unwrap();
    let large = "INSERT INTO notes VALUES (zeroblob(1000000))";
    savepoint.execute_unprepared(large).await.unwrap_err();
    // There is nothing left to be taken back.
    savepoint.rollback().await.unwrap_err();
    drop(batch);

    drop(database.begin_write().await.unwrap());
    let batch = database.begin_write().await.unwrap();
    let savepoint = batch.begin().await.unwrap();
    let small = "INSERT INTO notes VALUES ('small')";
    savepoint.execute_unprepared(small).await.unwrap();
    savepoint.commit().await.unwrap();
    batch.commit().await.unwrap();
    assert_eq!(count(database.reader()).await, 1);
}
