//! The address of the database that holds the catalog.

use std::path::{Path, PathBuf};

use super::postgres::address::{Address, Encryption};
use super::sqlite::address::SqliteFile;

/// Which database holds the catalog.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(SqliteFile),
    /// A PostgreSQL database, with its password.
    Postgres(Address),
}

impl DatabaseUrl {
    /// Reads the setting: `sqlite:` and a path, or a `postgres://` address.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Address::parse(text).map(Self::Postgres);
        }
        match text.strip_prefix("sqlite:") {
            Some(file) => SqliteFile::parse(file).map(Self::Sqlite),
            None => Err("must start with sqlite: or postgres://".to_owned()),
        }
    }

    /// The SQLite file with this path, made where it is absent.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite(SqliteFile::at(path))
    }

    /// The same database, in which no catalog is made: a SQLite file has to hold one already.
    #[must_use]
    pub fn existing(self) -> Self {
        match self {
            Self::Sqlite(file) => Self::Sqlite(file.existing()),
            postgres @ Self::Postgres(_) => postgres,
        }
    }

    /// Whether it is a SQLite file that is not there yet.
    pub fn is_absent_file(&self) -> bool {
        match self {
            Self::Sqlite(file) => !file.path().exists(),
            Self::Postgres(_) => false,
        }
    }

    /// The same address with the given TLS mode and root certificate, where they are given.
    #[must_use]
    pub fn with_tls(self, mode: Option<Encryption>, root: Option<&Path>) -> Self {
        match self {
            Self::Postgres(address) => Self::Postgres(address.with_tls(mode, root)),
            file @ Self::Sqlite(_) => file,
        }
    }
}

/// Without the password, for messages and logs.
impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "{file}"),
            Self::Postgres(address) => address.fmt(f),
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}
