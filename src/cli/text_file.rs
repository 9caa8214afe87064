//! Texts in files and on the standard streams, which `-` stands for.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::apart;
use super::visible::visible;

/// Maximum number of links that are followed, as on Linux.
const MAX_LINKS: usize = 40;

/// Whether a file stands for a standard stream.
pub fn is_stream(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// The file as messages name it.
pub fn name(file: &Path) -> String {
    match is_stream(file) {
        true => "<stdin>".to_owned(),
        false => visible(&file.display().to_string()).into_owned(),
    }
}

/// Reads a file or standard input.
///
/// # Errors
/// A message for the operator.
pub async fn read(file: &Path) -> Result<String, String> {
    let own = file.to_owned();
    // A pipe may never end: whoever waits for it can still be stopped.
    let read = apart::run(move || match is_stream(&own) {
        false => std::fs::read(own),
        true => {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
    });
    text_of(file, read.await?)
}

fn text_of(file: &Path, bytes: io::Result<Vec<u8>>) -> Result<String, String> {
    let bytes = bytes.map_err(|error| format!("{} cannot be read: {error}", name(file)))?;
    String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", name(file)))
}

/// Reads a file that is to be replaced, if there is one. With `force`, one that is no text counts as
/// none.
///
/// # Errors
/// A message for the operator.
pub fn read_if_there(file: &Path, force: bool) -> Result<Option<String>, String> {
    match std::fs::metadata(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(found) if !found.is_file() => {
            let name = name(file);
            return Err(format!(
                "{name} is not a file; to print the document, use -"
            ));
        }
        _ => {}
    }
    match text_of(file, std::fs::read(file)) {
        Err(_) if force => Ok(None),
        read => read.map(Some),
    }
}

/// Writes a file, so that at any time it has either its old text or the new one.
///
/// # Errors
/// A message for the operator.
pub fn replace(file: &Path, text: &str) -> Result<(), String> {
    write_beside(&target(file), text).map_err(|error| {
        // After it comes the name of the temporary file.
        let why = error.to_string();
        let why = why.split(" at path ").next().unwrap_or_default();
        format!("{} cannot be written: {why}", name(file))
    })
}

/// Where links lead to, even if nothing is there yet: that is replaced, and the links stay.
fn target(file: &Path) -> PathBuf {
    let mut target = file.to_owned();
    for _ in 0..MAX_LINKS {
        match std::fs::read_link(&target) {
            Ok(to) => target = target.parent().unwrap_or(Path::new("")).join(to),
            Err(_) => break,
        }
    }
    target
}

fn write_beside(file: &Path, text: &str) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut written = tempfile::Builder::new()
        .prefix(".pricebook-")
        .permissions(permissions(file))
        .tempfile_in(folder)?;
    written.write_all(text.as_bytes())?;
    written.as_file().sync_all()?;
    written.persist(file)?;
    Ok(())
}

/// Those of the file that is replaced, or those that new files have.
fn permissions(file: &Path) -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    // The mask of the process is applied to it.
    let of_new = || std::fs::Permissions::from_mode(0o666);
    std::fs::metadata(file).map_or_else(|_| of_new(), |found| found.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.yaml");
        assert_eq!(read_if_there(&file, false), Ok(None));
        for text in ["one", "two"] {
            replace(&file, text).unwrap();
            assert_eq!(read_if_there(&file, false), Ok(Some(text.to_owned())));
        }
        let link = folder.path().join("link.yaml");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, "three").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "three");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        // A link that leads to nothing yet.
        std::fs::remove_file(&file).unwrap();
        let first = folder.path().join("first.yaml");
        std::os::unix::fs::symlink("link.yaml", &first).unwrap();
        assert_eq!(read_if_there(&first, false), Ok(None));
        replace(&first, "four").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "four");
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none/a.yaml");
        let read = text_of(&none, std::fs::read(&none));
        assert!(read.unwrap_err().contains("none/a.yaml"));
        let unwritten = replace(&none, "").unwrap_err();
        assert!(unwritten.contains("none/a.yaml"), "{unwritten}");
        assert!(!unwritten.contains(".pricebook-"), "{unwritten}");
        let not_a_file = read_if_there(folder.path(), true).unwrap_err();
        assert!(not_a_file.contains("is not a file"), "{not_a_file}");
        let file = folder.path().join("b");
        std::fs::write(&file, [0xff]).unwrap();
        let refused = read_if_there(&file, false).unwrap_err();
        assert!(refused.ends_with("is not UTF-8"), "{refused}");
        assert_eq!(read_if_there(&file, true), Ok(None));
    }
}
