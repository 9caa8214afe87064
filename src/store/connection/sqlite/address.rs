//! The address of a SQLite file, as the operator writes it.
//!
//! The path is used as it is written: `%` stands for itself, and the first `?` ends the path.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::store::connection::postgres::secrecy::parameter_name;

/// The permitted use of a SQLite file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Read it: `mode=ro`.
    Read,
    /// Read and write the catalog that it holds already: `mode=rw`.
    Write,
    /// The same, and make it where it is absent or empty: `mode=rwc`, or no mode.
    Create,
}

/// A SQLite file, and its permitted use.
#[derive(Clone)]
pub struct SqliteFile {
    path: PathBuf,
    access: Access,
}

/// The message after the name of an unknown parameter.
const MODES: &str = "there is only mode=rw, mode=rwc and mode=ro";

impl SqliteFile {
    /// The file with this path, made where it is absent.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            // Absolute, so that messages say which file it is, and SQLite never takes it for a URI.
            path: std::path::absolute(&path).unwrap_or(path),
            access: Access::Create,
        }
    }

    /// Parses the text after `sqlite:`. An error never shows that text, which may have a password.
    ///
    /// # Errors
    /// The fault, to follow the name of the setting.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (path, settings) = text.split_once('?').unwrap_or((text, ""));
        let path = match path.strip_prefix("//") {
            Some(path) if has_user(path) => {
                return Err(
                    "must name a file after sqlite:, which has no user or password; \
                            postgres:// has"
                        .to_owned(),
                );
            }
            Some(path) => path,
            None => path,
        };
        if path.is_empty() || path == ":memory:" {
            return Err("must name a file, such as sqlite:pricebook.db".to_owned());
        }
        let start = path.get(..5);
        if start.is_some_and(|start| start.eq_ignore_ascii_case("file:")) {
            return Err(
                "must have a file path after sqlite:, not a file: URI; write \
                        sqlite:/path/of/the/file.db"
                    .to_owned(),
            );
        }
        if path.contains("://") {
            return Err("must have a file path after sqlite:, not another address".to_owned());
        }
        Ok(Self {
            access: access_of(settings)?,
            ..Self::at(path)
        })
    }

    /// The path, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its permitted use.
    pub fn access(&self) -> Access {
        self.access
    }

    /// The same file, which has to hold a catalog already.
    #[must_use]
    pub fn existing(self) -> Self {
        let access = match self.access {
            Access::Create => Access::Write,
            other => other,
        };
        Self { access, ..self }
    }

    /// Whether the path has a `%` that an address in which it is decoded could mean.
    pub fn has_percent_escape(&self) -> bool {
        let bytes = self.path.as_os_str().as_encoded_bytes();
        bytes
            .windows(3)
            .any(|three| three[0] == b'%' && three[1..].iter().all(u8::is_ascii_hexdigit))
    }
}

impl fmt::Display for SqliteFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the SQLite file {}", self.path.display())
    }
}

fn access_of(settings: &str) -> Result<Access, String> {
    let mut access = None;
    for setting in settings.split('&').filter(|setting| !setting.is_empty()) {
        let found = match setting {
            "mode=ro" => Access::Read,
            "mode=rw" => Access::Write,
            "mode=rwc" => Access::Create,
            other => return Err(unknown(other)),
        };
        if access.replace(found).is_some() {
            return Err("has mode more than once".to_owned());
        }
    }
    Ok(access.unwrap_or(Access::Create))
}

/// The message about an unknown parameter, without its value.
fn unknown(setting: &str) -> String {
    match parameter_name(setting) {
        Some("mode") => format!("has a mode that is not known; {MODES}"),
        Some(name) => format!("has the parameter {name}, which is not known; {MODES}"),
        None => format!("has a parameter that is not known; {MODES}"),
    }
}

/// Whether a path begins like `user:password@host`.
fn has_user(path: &str) -> bool {
    let user = path.split_once('@').map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_read() {
        for (text, access) in [
            ("a.db", Access::Create),
            ("a.db?", Access::Create),
            ("a.db?mode=rwc", Access::Create),
            ("//a.db?mode=rw", Access::Write),
            ("a.db?&mode=ro", Access::Read),
        ] {
            let file = SqliteFile::parse(text).unwrap();
            assert_eq!(file.access(), access, "{text}");
            assert!(file.path().is_absolute() && file.path().ends_with("a.db"));
        }
        let existing = |text| SqliteFile::parse(text).unwrap().existing().access();
        assert_eq!(existing("a.db"), Access::Write);
        assert_eq!(existing("a.db?mode=ro"), Access::Read);
    }

    #[test]
    fn bad_file_address_is_refused_unshown() {
        for text in [
            "",
            "//",
            ":memory:",
            "//:memory:",
            "?mode=memory",
            "file:hunter2.db",
            "FILE:hunter2.db",
            "//file:hunter2.db",
            "//user:hunter2@localhost/shop",
            "postgres://user:hunter2@localhost/shop",
            "a.db?mode=hunter2",
            "a.db?cache=hunter2",
            "a.db?hunter2",
            "a.db?hunter2 shop",
            "a.db?mode=rw&mode=rw",
            "a.db?immutable=1&mode=ro",
        ] {
            let why = SqliteFile::parse(text).map(|_| ()).unwrap_err();
            assert!(!why.contains("hunter2"), "{text}: {why}");
        }
    }

    #[test]
    fn a_percent_sign_stands_for_itself() {
        let file = SqliteFile::parse("/data/my%20shop.db").unwrap();
        assert_eq!(file.path(), Path::new("/data/my%20shop.db"));
        assert!(file.has_percent_escape());
        let file = SqliteFile::parse("/data/100%.db").unwrap();
        assert!(!file.has_percent_escape());
    }
}
