//! Texts in files and on the standard streams, which `-` stands for.

use std::io::{self, Read, Write};
use std::path::Path;

use super::apart;

/// Whether a file stands for a standard stream.
pub fn is_stream(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// The file as messages name it.
pub fn name(file: &Path) -> String {
    match is_stream(file) {
        true => "<stdin>".to_owned(),
        false => file.display().to_string(),
    }
}

/// Reads a file or standard input.
///
/// # Errors
/// A message for the operator.
pub async fn read(file: &Path) -> Result<String, String> {
    if !is_stream(file) {
        return text_of(file, std::fs::read(file));
    }
    let read = apart::run(|| {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    });
    text_of(file, read.await?)
}

fn text_of(file: &Path, bytes: io::Result<Vec<u8>>) -> Result<String, String> {
    let bytes = bytes.map_err(|error| format!("{} cannot be read: {error}", name(file)))?;
    String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", name(file)))
}

/// Reads a file, if there is one.
///
/// # Errors
/// A message for the operator.
pub fn read_if_there(file: &Path) -> Result<Option<String>, String> {
    match file.try_exists() {
        Ok(false) => Ok(None),
        _ => text_of(file, std::fs::read(file)).map(Some),
    }
}

/// Writes a file, so that at any time it has either its old text or the new one.
///
/// # Errors
/// A message for the operator.
pub fn replace(file: &Path, text: &str) -> Result<(), String> {
    // Where a link leads to is replaced, and the link stays.
    let target = std::fs::canonicalize(file);
    let target = target.unwrap_or_else(|_| file.to_owned());
    write_beside(&target, text)
        .map_err(|error| format!("{} cannot be written: {error}", file.display()))
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
        assert_eq!(read_if_there(&file), Ok(None));
        for text in ["one", "two"] {
            replace(&file, text).unwrap();
            assert_eq!(read_if_there(&file), Ok(Some(text.to_owned())));
        }
        let link = folder.path().join("link.yaml");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        replace(&link, "three").unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "three");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let none = folder.path().join("none/a.yaml");
        let read = text_of(&none, std::fs::read(&none));
        assert!(read.unwrap_err().contains("none/a.yaml"));
        assert!(replace(&none, "").unwrap_err().contains("none/a.yaml"));
        let file = folder.path().join("b");
        std::fs::write(&file, [0xff]).unwrap();
        assert!(read_if_there(&file).unwrap_err().ends_with("is not UTF-8"));
    }
}
