//! A database for each test: a SQLite file, or a database on the PostgreSQL that
//! `TEST_DATABASE_URL` names.

use pricebook::store::db::DatabaseUrl;
use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use uuid::Uuid;

/// The environment variable with the address of a PostgreSQL database whose user may make others.
const ADMIN_URL: &str = "TEST_DATABASE_URL";

/// An empty database that goes away with this value (SQLite) or with its server (PostgreSQL, which
/// the test script starts for one run).
pub struct TestDatabase {
    url: String,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    pub async fn new() -> Self {
        match std::env::var(ADMIN_URL) {
            Ok(admin) => Self::on(&admin).await,
            Err(_) => Self::in_a_file(),
        }
    }

    /// A SQLite file, whatever the other databases of the run are.
    pub fn in_a_file() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("pricebook.db");
        Self {
            url: format!("sqlite:{}", path.display()),
            _folder: Some(folder),
        }
    }

    /// A database that is somewhere already, or will be; it does not go away.
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            _folder: None,
        }
    }

    /// A database on the PostgreSQL whose admin database has this address.
    pub async fn on(admin: &str) -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        let connection = sea_orm::Database::connect(admin)
            .await
            .expect("the PostgreSQL for tests");
        let create = format!("CREATE DATABASE {name}");
        connection
            .execute_unprepared(&create)
            .await
            .expect("a new database");
        connection.close().await.expect("the connection closes");
        let (server, _) = admin.rsplit_once('/').expect("an address with a database");
        Self {
            url: format!("{server}/{name}"),
            _folder: None,
        }
    }

    /// The address as the setting `DATABASE_URL` takes it.
    pub fn address(&self) -> &str {
        &self.url
    }

    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&self.url).expect("a good address")
    }
}

/// Whether the tests run on PostgreSQL.
pub fn is_postgres() -> bool {
    std::env::var(ADMIN_URL).is_ok()
}
