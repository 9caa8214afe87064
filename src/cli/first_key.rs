//! The first key of a new catalog, and how it gets to the operator: it is there only once.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::output;
use crate::catalog::api_key::FirstKey;
use crate::catalog::app::App;
use crate::domain::api_key::Secret;
use crate::domain::scope::DEFAULT_ORGANIZATION;
use crate::startup;
use crate::store::connection::db::DatabaseUrl;

/// How the name of the file with the key ends.
const ENDING: &str = "first-key";
/// Most files of that name that are kept, each from another catalog.
const MOST_FILES: usize = 9;

/// What is known of the first key before there is one.
#[derive(Debug)]
pub struct Bootstrap {
    given: Option<Given>,
    files: Vec<PathBuf>,
}

/// A key that the operator has chosen.
struct Given(Secret);

impl std::fmt::Debug for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Given(…)")
    }
}

/// How a key was handed over.
#[derive(Debug)]
enum HandedOver {
    /// The operator had it before.
    Given,
    Printed,
    Written(PathBuf),
}

impl Bootstrap {
    /// From the setting, if there is one, and the address of the database.
    ///
    /// # Errors
    /// A sentence for the operator, without the key.
    pub fn new(given: Option<&str>, url: &DatabaseUrl) -> Result<Self, String> {
        let given = given.map(parse).transpose()?;
        let mut files = Vec::new();
        if let DatabaseUrl::Sqlite(file) = url {
            let mut name = file.path().as_os_str().to_owned();
            name.push(format!(".{ENDING}"));
            files.push(PathBuf::from(name));
        }
        if let Ok(folder) = std::env::current_dir() {
            files.push(folder.join(format!("pricebook.{ENDING}")));
        }
        Ok(Self { given, files })
    }

    /// On an empty database, makes an organization and a key for it. Where the key can be handed over
    /// to nobody, none is made. A greeting is printed before a key that is printed; answers whether it
    /// was.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn run(self, app: &App, greeting: &str) -> Result<bool, String> {
        let Self { given, files } = self;
        let is_given = given.is_some();
        let hand_over = |secret: &Secret| {
            if is_given {
                return Ok(HandedOver::Given);
            }
            hand_over(secret, &files, greeting)
        };
        let made = startup::bootstrap(app, given.map(|given| given.0), hand_over).await;
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
            FirstKey::NotHandedOver(why) => tracing::warn!(
                "no first key was made, since it could not be handed over ({why}); make one with \
                 `pricebook keys create`"
            ),
        }
        Ok(false)
    }
}

fn parse(text: &str) -> Result<Given, String> {
    let secret = Secret::parse_full(text).map(Given);
    secret.ok_or_else(|| {
        "PRICEBOOK_BOOTSTRAP_KEY must be ck_sandbox_ or ck_live_ and 64 hexadecimal digits in small \
         letters, such as `openssl rand -hex 32` makes"
            .to_owned()
    })
}

fn hand_over(secret: &Secret, files: &[PathBuf], greeting: &str) -> Result<HandedOver, String> {
    let mut obstacles = Vec::new();
    if output::is_terminal() {
        let text = format!(
            "{greeting}Key:  {}\n      A {} key of the organization \"{DEFAULT_ORGANIZATION}\". Keep it: it is \
             shown only now.\n",
            secret.expose(),
            secret.mode(),
        );
        match output::print_in_time(text) {
            Ok(()) => return Ok(HandedOver::Printed),
            Err(why) => obstacles.push(why),
        }
    }
    for path in files {
        match write(secret, path) {
            Ok(path) => return Ok(HandedOver::Written(path)),
            Err(why) => obstacles.push(format!("{} cannot be written: {why}", path.display())),
        }
    }
    Err(obstacles.join("; "))
}

/// Writes a key to a new file for its owner alone; answers which. What is there already may be the
/// key of another catalog, and stays.
fn write(secret: &Secret, path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", secret.expose())?;
    file.as_file().sync_all()?;
    for number in 1..=MOST_FILES {
        let path = match number {
            1 => path.to_owned(),
            _ => path.with_added_extension(number.to_string()),
        };
        match file.persist_noclobber(&path) {
            Ok(_) => {
                File::open(folder)?.sync_all()?;
                return Ok(path);
            }
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => {
                file = failed.file;
            }
            Err(failed) => return Err(failed.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_written_beside_the_keys_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db.first-key");
        let digits = "0123456789abcdef".repeat(4);
        for (start, name) in [
            ("ck_live_", "a.db.first-key"),
            ("ck_sandbox_", "a.db.first-key.2"),
        ] {
            let text = format!("{start}{digits}");
            let written = write(&parse(&text).unwrap().0, &path).unwrap();
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
                &parse(&format!("ck_live_{digits}")).unwrap().0,
                Path::new("/none/a")
            )
            .is_err()
        );
    }

    #[test]
    fn a_given_key_has_the_form_of_one_that_is_made() {
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
            let why = parse(&text).unwrap_err();
            assert!(!why.contains(&digits[1..]), "{why}");
        }
    }
}
