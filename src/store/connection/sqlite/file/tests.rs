//! What becomes of files that are new, lost, replaced, damaged or large.

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::store::connection::db::{Database, DatabaseUrl};
use crate::store::connection::sqlite::file_identity::FileFault;

struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("pricebook.db")
    }

    fn log(&self) -> PathBuf {
        beside(&self.path(), "-wal")
    }

    fn url(&self) -> DatabaseUrl {
        DatabaseUrl::sqlite(self.path())
    }

    async fn open(&self) -> Database {
        Database::connect(&self.url()).await.unwrap()
    }

    async fn refusal(&self) -> String {
        let url = self.url();
        Database::connect(&url)
            .await
            .map(drop)
            .unwrap_err()
            .to_string()
    }

    /// Runs a statement on a connection that knows nothing of this program.
    async fn run(&self, statements: &[&str]) {
        let url = format!("sqlite:{}?mode=rwc", self.path().display());
        let connection = sea_orm::Database::connect(url).await.unwrap();
        for statement in statements {
            connection.execute_unprepared(statement).await.unwrap();
        }
        connection.close().await.unwrap();
    }
}

async fn add(database: &Database, name: &str) -> Result<()> {
    let inner = database.begin_write().await?;
    let insert = format!("INSERT INTO organizations VALUES ('{name}', '{name}', 0)");
    inner.execute_unprepared(&insert).await?;
    database.commit(inner).await
}

async fn names(database: &Database) -> Vec<String> {
    let query = "SELECT name FROM organizations ORDER BY name";
    let rows = all(database.reader(), query).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

#[tokio::test]
async fn a_new_file_has_its_schema_without_its_log() {
    let place = Place::new();
    let database = place.open().await;
    add(&database, "first").await.unwrap();
    database.checkpoint().await.unwrap();
    add(&database, "second").await.unwrap();
    // As after a kill and the loss of the log.
    let lost = Place::new();
    fs::copy(place.path(), lost.path()).unwrap();
    assert_eq!(names(&lost.open().await).await, ["first"]);
}

#[tokio::test]
async fn an_empty_file_is_new() {
    let place = Place::new();
    fs::write(place.path(), "").unwrap();
    let database = place.open().await;
    assert_eq!(names(&database).await, [""; 0]);
    let rows = all(database.writer(), "PRAGMA journal_mode").await.unwrap();
    assert_eq!(rows[0].try_get_by_index::<String>(0).unwrap(), "wal");
}

#[tokio::test]
async fn no_catalog_is_made_where_none_is_wanted() {
    let place = Place::new();
    let existing = place.url().existing();
    let why = Database::connect(&existing).await.unwrap_err().to_string();
    assert!(why.contains("does not exist"), "{why}");
    assert!(!place.path().exists());
    fs::write(place.path(), "").unwrap();
    let why = Database::connect(&existing).await.unwrap_err().to_string();
    assert!(why.contains("it is empty"), "{why}");
    assert_eq!(fs::metadata(place.path()).unwrap().len(), 0);
    drop(place.open().await);
    drop(Database::connect(&existing).await.unwrap());
}

#[tokio::test]
async fn a_file_without_a_schema_is_refused() {
    let other = Place::new();
    other.run(&["CREATE TABLE notes (text)"]).await;
    // As the file is that lost its log before anything of it was in the file.
    let lost = Place::new();
    lost.run(&[
        "PRAGMA journal_mode = WAL",
        "CREATE TABLE notes (text)",
        "DROP TABLE notes",
    ])
    .await;
    for place in [other, lost] {
        let before = fs::read(place.path()).unwrap();
        let why = place.refusal().await;
        assert!(
            why.contains("holds no catalog") && why.contains("-wal"),
            "{why}"
        );
        assert_eq!(fs::read(place.path()).unwrap(), before);
    }
}

#[tokio::test]
async fn a_log_without_its_file_is_not_thrown_away() {
    for is_there in [false, true] {
        let place = Place::new();
        fs::write(place.log(), "what was written last").unwrap();
        if is_there {
            fs::write(place.path(), "").unwrap();
        }
        let why = place.refusal().await;
        assert!(why.contains("missing or empty"), "{why}");
        assert!(place.log().exists());
        assert_eq!(place.path().exists(), is_there);
    }
}

#[tokio::test]
async fn a_path_that_looks_encoded_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("my%20shop.db");
    let url = DatabaseUrl::sqlite(&path);
    let why = Database::connect(&url).await.unwrap_err().to_string();
    assert!(why.contains("stands for itself"), "{why}");
    fs::write(&path, "").unwrap();
    Database::connect(&url).await.unwrap();
}

#[tokio::test]
async fn acknowledged_writes_outlive_a_lost_log() {
    for ending in ["-wal", "-shm"] {
        let place = Place::new();
        let database = place.open().await;
        add(&database, "first").await.unwrap();
        fs::remove_file(beside(&place.path(), ending)).unwrap();
        let refused = add(&database, "second").await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert_eq!(database.file_fault().await, Some(FileFault::Replaced));
        // Also by those who only look.
        database.tend_file().await.unwrap_err();
        let found = Place::new();
        fs::copy(place.path(), found.path()).unwrap();
        assert_eq!(names(&found.open().await).await[0], "first");
    }
}

#[tokio::test]
async fn nothing_is_done_to_a_file_that_took_the_place() {
    let (place, other) = (Place::new(), Place::new());
    let database = place.open().await;
    add(&database, "old").await.unwrap();
    let new = other.open().await;
    add(&new, "new").await.unwrap();
    new.close().await.unwrap();
    fs::rename(other.path(), place.path()).unwrap();
    // Whose log is missing here, as when it was moved away first.
    fs::remove_file(place.log()).unwrap();
    fs::remove_file(beside(&place.path(), "-shm")).unwrap();
    let next = place.open().await;
    add(&next, "newer").await.unwrap();
    assert!(add(&database, "lost").await.is_err());
    database.close().await.unwrap();
    assert!(place.log().exists());
    add(&next, "newest").await.unwrap();
    assert_eq!(names(&next).await, ["new", "newer", "newest"]);
}

#[tokio::test]
async fn a_damaged_file_is_written_no_more() {
    let place = Place::new();
    let database = place.open().await;
    add(&database, "first").await.unwrap();
    assert_eq!(database.find_damage().await.unwrap(), None);
    database.close().await.unwrap();
    let mut bytes = fs::read(place.path()).unwrap();
    // The last page, which has nothing of the schema.
    let start = bytes.len() - 4096;
    bytes[start..].fill(0xa5);
    fs::write(place.path(), bytes).unwrap();
    let database = place.open().await;
    let found = database.find_damage().await.unwrap();
    assert!(found.is_some());
    let refused = database.begin_write().await;
    assert!(refused.is_err());
    assert!(database.file().check().await.is_err());
    // A new start would not help.
    assert_eq!(database.file_fault().await, Some(FileFault::Damaged));
}

#[tokio::test]
async fn the_log_is_small_again_after_a_long_reader() {
    let place = Place::new();
    let database = place.open().await;
    let size = || fs::metadata(place.log()).unwrap().len();
    let reader = database.reader().begin().await.unwrap();
    all(&reader, "SELECT count(*) FROM organizations")
        .await
        .unwrap();
    let writer = database.writer();
    writer
        .execute_unprepared("CREATE TABLE notes (text)")
        .await
        .unwrap();
    let large = "INSERT INTO notes VALUES (zeroblob(2000000))";
    while size() <= WAL_LIMIT {
        writer.execute_unprepared(large).await.unwrap();
    }
    database.tend_file().await.unwrap();
    assert!(size() > WAL_LIMIT);
    reader.rollback().await.unwrap();
    database.tend_file().await.unwrap();
    assert_eq!(size(), 0);
}
