//! Obstacles to opening a file, for all of which SQLite has one sentence.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{Access as Right, AtFlags, CWD, accessat};
use rustix::io::Errno;

use super::address::Access;

/// The files that SQLite keeps beside the one of a database.
pub(in crate::store) const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// The path of a file beside the one of a database, such as `pricebook.db-wal`.
pub(in crate::store) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}

/// The obstacle to opening a file, if one is found.
pub(in crate::store) fn find(path: &Path, access: Access) -> Option<String> {
    let folder = path.parent()?;
    of_folder(folder)
        .or_else(|| of_file(path, access))
        .or_else(|| {
            let ways = BESIDE.map(|ending| beside(path, ending));
            ways.iter()
                .filter(|path| path.exists())
                .find_map(|path| of_file(path, access))
        })
        .or_else(|| of_writing_to(folder, access))
}

fn of_folder(folder: &Path) -> Option<String> {
    let shown = folder.display();
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => match missing(folder, Right::EXEC_OK) {
            Some(Errno::ACCESS) => Some(format!("this user may not look into the folder {shown}")),
            _ => None,
        },
        Ok(_) => Some(format!("{shown} is no folder")),
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            Some(format!("the folder {shown} does not exist"))
        }
        Err(why) if why.kind() == std::io::ErrorKind::NotADirectory => {
            Some(format!("a part of the path {shown} is no folder"))
        }
        Err(why) => Some(format!("the folder {shown} cannot be looked into: {why}")),
    }
}

fn of_file(path: &Path, access: Access) -> Option<String> {
    let shown = path.display();
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Some(format!("{shown} is a folder")),
        Ok(_) => {}
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => {
            return match access {
                Access::Create => None,
                Access::Read | Access::Write => Some(format!("the file {shown} does not exist")),
            };
        }
        Err(why) => return Some(format!("the file {shown} cannot be looked at: {why}")),
    }
    if missing(path, Right::READ_OK).is_some() {
        return Some(format!("this user may not read the file {shown}"));
    }
    if access == Access::Read {
        return None;
    }
    match missing(path, Right::WRITE_OK)? {
        Errno::ROFS => Some(read_only(path)),
        _ => Some(format!("this user may not write the file {shown}")),
    }
}

/// SQLite makes files beside the database, for which it has to be allowed to write to the folder.
fn of_writing_to(folder: &Path, access: Access) -> Option<String> {
    if access == Access::Read {
        return None;
    }
    match missing(folder, Right::WRITE_OK)? {
        Errno::ROFS => Some(read_only(folder)),
        _ => Some(format!(
            "this user may not make files in the folder {}",
            folder.display()
        )),
    }
}

fn read_only(path: &Path) -> String {
    format!(
        "{} is on a file system that is mounted read-only",
        path.display()
    )
}

/// Why this process does not have a right to a file, if it does not.
fn missing(path: &Path, right: Right) -> Option<Errno> {
    accessat(CWD, path, right, AtFlags::EACCESS).err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_obstacle_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "x").unwrap();
        for (path, access, words) in [
            (at("none/a.db"), Access::Create, "does not exist"),
            (at("none.db"), Access::Write, "does not exist"),
            (at("file/a.db"), Access::Create, "is no folder"),
            (at("file/b/a.db"), Access::Create, "is no folder"),
            (folder.path().to_owned(), Access::Create, "is a folder"),
        ] {
            let found = find(&path, access).unwrap();
            assert!(found.contains(words), "{}: {found}", path.display());
        }
        assert_eq!(find(&at("file"), Access::Write), None);
        assert_eq!(find(&at("new.db"), Access::Create), None);
    }
}
