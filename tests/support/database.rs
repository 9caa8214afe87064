//! A database for each test: a SQLite file, or a database on the PostgreSQL server in
//! `TEST_DATABASE_URL`.

use std::path::Path;

use pricebook::store::connection::db::DatabaseUrl;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryResult, Statement};
use tempfile::TempDir;
use uuid::Uuid;

/// The environment variable with the address of a PostgreSQL database whose user may create others.
const ADMIN_URL: &str = "TEST_DATABASE_URL";

/// An empty database, which goes away with this value (SQLite) or with its server (PostgreSQL,
/// which the test script starts for each run).
pub struct TestDatabase {
    url: String,
    folder: TempDir,
}

impl TestDatabase {
    pub async fn new() -> Self {
        match std::env::var(ADMIN_URL) {
            Ok(admin) => Self::on(&admin).await,
            Err(_) => Self::in_a_file(),
        }
    }

    /// A SQLite file, even if the run uses PostgreSQL.
    pub fn in_a_file() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("pricebook.db");
        Self {
            url: format!("sqlite:{}", path.display()),
            folder,
        }
    }

    /// An existing or future database at an address; it is not deleted.
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            folder: tempfile::tempdir().expect("a temporary folder"),
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
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// The address, as in the setting `DATABASE_URL`.
    pub fn address(&self) -> &str {
        &self.url
    }

    /// A working directory; on SQLite it holds the database file.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address with another name of the host, and with settings such as `sslmode=require`.
    pub fn address_by(&self, host: &str, settings: &str) -> String {
        let by_name = self.url.replacen("@127.0.0.1:", &format!("@{host}:"), 1);
        format!("{by_name}?{settings}")
    }

    pub fn url(&self) -> DatabaseUrl {
        DatabaseUrl::parse(&self.url).expect("a good address")
    }

    /// A connection that bypasses the servers.
    pub async fn connect(&self) -> DatabaseConnection {
        let connection = sea_orm::Database::connect(&self.url).await;
        connection.expect("a connection")
    }

    /// How many rows a query finds that bypasses the servers.
    pub async fn rows(&self, query: &str) -> usize {
        let connection = self.connect().await;
        let backend = connection.get_database_backend();
        let statement = Statement::from_string(backend, query);
        let found = connection.query_all_raw(statement).await.expect("rows");
        connection.close().await.expect("the end");
        found.len()
    }

    /// Runs statements that bypass the servers, one after another.
    pub async fn execute(&self, statements: &[impl AsRef<str>]) {
        let connection = self.connect().await;
        for statement in statements.iter().map(AsRef::as_ref) {
            let done = connection.execute_unprepared(statement).await;
            done.unwrap_or_else(|why| panic!("{statement}: {why}"));
        }
        connection.close().await.expect("the end");
    }

    /// Everything in the database, a line for each row; without the last uses of keys, which are
    /// noted now and then.
    pub async fn dump(&self) -> Vec<String> {
        let connection = self.connect().await;
        let tables = match is_on_postgres(&connection) {
            true => {
                "SELECT tablename AS line FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
            }
            false => "SELECT name AS line FROM sqlite_master WHERE type = 'table' ORDER BY 1",
        };
        let mut dump = Vec::new();
        for table in lines(&connection, tables).await {
            let rows = rows_of(&connection, &table).await;
            let rows = lines(&connection, &rows).await.into_iter();
            dump.extend(rows.map(|row| format!("{table}: {row}")));
        }
        connection.close().await.expect("the end");
        dump
    }
}

fn is_on_postgres(connection: &DatabaseConnection) -> bool {
    connection.get_database_backend() == DbBackend::Postgres
}

/// The statement that reads the rows of a table as lines.
async fn rows_of(connection: &DatabaseConnection, table: &str) -> String {
    if is_on_postgres(connection) {
        let row = "CAST(to_jsonb(t) - 'last_used_at' AS TEXT)";
        return format!("SELECT {row} AS line FROM \"{table}\" t ORDER BY 1");
    }
    let columns = format!(
        "SELECT name AS line FROM pragma_table_info('{table}') WHERE name != 'last_used_at'"
    );
    let columns = lines(connection, &columns).await.into_iter();
    let columns: Vec<_> = columns
        .map(|column| format!("quote(\"{column}\")"))
        .collect();
    let row = columns.join(" || ', ' || ");
    format!("SELECT {row} AS line FROM \"{table}\" ORDER BY 1")
}

async fn lines(connection: &DatabaseConnection, select: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), select);
    let rows = connection.query_all_raw(statement).await.expect("rows");
    let line = |row: QueryResult| row.try_get("", "line").expect("a line");
    rows.into_iter().map(line).collect()
}

/// The file with the root certificate of the test PostgreSQL, whose own certificate is for the name
/// `localhost`.
pub fn root_certificate() -> String {
    std::env::var("TEST_DATABASE_ROOT").expect("scripts/postgres.sh sets TEST_DATABASE_ROOT")
}

/// The name of the database system, to be printed.
pub fn name() -> &'static str {
    if is_postgres() {
        "PostgreSQL"
    } else {
        "SQLite"
    }
}

/// Whether the tests run on PostgreSQL.
pub fn is_postgres() -> bool {
    std::env::var(ADMIN_URL).is_ok()
}
