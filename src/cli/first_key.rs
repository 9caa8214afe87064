//! Handing the first key of a new catalog to the operator, who sees it only once.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::output;
use crate::catalog::api_key::FirstKey;
use crate::catalog::app::App;
use crate::domain::api_key::Secret;
use crate::domain::scope::DEFAULT_ORGANIZATION;
use crate::store::connection::db::DatabaseUrl;

/// The extension of the file with the key.
const EXTENSION: &str = "first-key";
/// Maximum number of such files in a folder, each from another catalog.
const MAX_FILES: usize = 9;

/// How the first key is made and handed over.
pub struct Bootstrap {
    /// The key that the operator has chosen.
    given: Option<Secret>,
    /// The files to which a random key can be written.
    files: Vec<PathBuf>,
}

/// How the key was handed over.
#[derive(Debug)]
enum HandedOver {
    /// The operator already has it.
    Given,
    Printed,
    Written(PathBuf),
}

impl Bootstrap {
    /// Parses the setting, if there is one, and chooses files for a random key.
    ///
    /// # Errors
    /// A message for the operator, without the key.
    pub fn new(given: Option<&str>, url: &DatabaseUrl) -> Result<Self, String> {
        let given = given.map(parse).transpose()?;
        let mut files = Vec::new();
        if let DatabaseUrl::Sqlite(file) = url {
            let mut name = file.path().as_os_str().to_owned();
            name.push(format!(".{EXTENSION}"));
            files.push(PathBuf::from(name));
        }
        if let Ok(folder) = std::env::current_dir() {
            files.push(folder.join(format!("pricebook.{EXTENSION}")));
        }
        Ok(Self { given, files })
    }

    /// On an empty database, creates an organization and its first key, unless the key cannot be
    /// handed over. Returns whether the key and the greeting before it were printed.
    ///
    /// # Errors
    /// A message for the operator.
    pub async fn run(self, app: &App, greeting: &str) -> Result<bool, String> {
        let Self { given, files } = self;
        let is_given = given.is_some();
        let hand_over = |secret: &Secret| {
            if is_given {
                return Ok(HandedOver::Given);
            }
            hand_over(secret, &files, greeting)
        };
        let made = app.bootstrap(given, hand_over).await;
        let made = made.map_err(|error| format!("cannot make the first key: {error}"))?;
        match &made {
            FirstKey::NotNeeded => {}
            FirstKey::Made(HandedOver::Printed) => return Ok(true),
            FirstKey::Made(HandedOver::Given) => {
                tracing::info!("the first key is the one that was given");
            }
            FirstKey::Made(HandedOver::Written(path)) => tracing::warn!(
                path = %path.display(),
                "the first key was written to a file that only its owner may read; keep the key, \
                 and delete the file"
            ),
            FirstKey::NotHandedOver(error) => tracing::warn!(
                "no first key was made, since it could not be handed over ({error}); make one with \
                 `pricebook keys create`"
            ),
        }
        Ok(false)
    }
}

fn parse(text: &str) -> Result<Secret, String> {
    Secret::parse_full(text).ok_or_else(|| {
        "PRICEBOOK_BOOTSTRAP_KEY must be ck_sandbox_ or ck_live_ and 64 hexadecimal digits in lower \
         case, such as those that `openssl rand -hex 32` prints"
            .to_owned()
    })
}

/// Prints the key to a terminal, or else writes it to the first file that can be written.
fn hand_over(secret: &Secret, files: &[PathBuf], greeting: &str) -> Result<HandedOver, String> {
    let mut errors = Vec::new();
    if output::is_terminal() {
        let text = format!(
            "{greeting}Key:  {}\n      A {} key of the organization \"{DEFAULT_ORGANIZATION}\". Keep it: it is \
             shown only now.\n",
            secret.expose(),
            secret.mode(),
        );
        match output::print_in_time(text) {
            Ok(()) => return Ok(HandedOver::Printed),
            Err(error) => errors.push(error),
        }
    }
    for path in files {
        match write(secret, path) {
            Ok(path) => return Ok(HandedOver::Written(path)),
            Err(error) => errors.push(format!("{} cannot be written: {error}", path.display())),
        }
    }
    Err(errors.join("; "))
}

/// Writes a key to a new file that only its owner can read, and returns its path. Existing files
/// stay, since they may contain the keys of other catalogs.
fn write(secret: &Secret, path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", secret.expose())?;
    file.as_file().sync_all()?;
    for number in 1..=MAX_FILES {
        let path = match number {
            1 => path.to_owned(),
            _ => path.with_added_extension(number.to_string()),
        };
        match file.persist_noclobber(&path) {
            Ok(_) => {
                File::open(folder)?.sync_all()?;
                return Ok(path);
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                file = error.file;
            }
            Err(error) => return Err(error.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn existing_key_files_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db.first-key");
        let digits = "0123456789abcdef".repeat(4);
        for (start, name) in [
            ("ck_live_", "a.db.first-key"),
            ("ck_sandbox_", "a.db.first-key.2"),
        ] {
            let text = format!("{start}{digits}");
            let written = write(&parse(&text).unwrap(), &path).unwrap();
            assert_eq!(written, folder.path().join(name));
            assert_eq!(
                std::fs::read_to_string(&written).unwrap(),
                format!("{text}\n")
            );
            let mode = std::fs::metadata(&written).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(
            write(
                &parse(&format!("ck_live_{digits}")).unwrap(),
                Path::new("/none/a")
            )
            .is_err()
        );
    }

    #[test]
    fn given_keys_have_the_form_of_random_ones() {
        let digits = "0123456789abcdef".repeat(4);
        for text in [
            digits.clone(),
            format!("rk_live_{digits}"),
            format!("pk_live_{digits}"),
            format!("ck_test_{digits}"),
            format!("ck_live_{}", &digits[1..]),
            format!("ck_live_{digits}0"),
            format!("ck_live_{}", digits.to_uppercase()),
            format!("ck_live_{digits}\n"),
            format!(" ck_live_{digits}"),
        ] {
            let error = parse(&text).err().unwrap();
            assert!(!error.contains(&digits[1..]), "{error}");
        }
    }
}
