//! Whether a SQLite file is still the one that was opened.
//!
//! A file that is replaced or deleted stays open without a name: what is written to it is lost when the
//! process ends, and SQLite reports no error. The same holds for the write-ahead log beside it, which
//! has the last writes, and for the file through which processes lock each other out.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    Statement, sqlx,
};

use super::obstacle::{BESIDE, beside};
use crate::domain::{Error, Result};

/// The identity of a file on this machine, whatever its path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Inode {
    device: u64,
    number: u64,
}

impl From<&Metadata> for Inode {
    fn from(found: &Metadata) -> Self {
        Self {
            device: found.dev(),
            number: found.ino(),
        }
    }
}

/// Why a file is not used any more until the server is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFault {
    /// It, or a file that belongs to it, is not the one that was opened.
    Replaced,
    /// Its contents are damaged; a restart does not help.
    Damaged,
}

impl FileFault {
    /// What the operator can do.
    fn remedy(self) -> &'static str {
        match self {
            Self::Replaced => "restart the server",
            Self::Damaged => "restore a backup",
        }
    }
}

/// The files of a database as they were opened.
#[derive(Debug)]
pub(in crate::store) struct FileIdentity {
    /// The database itself comes first, then its write-ahead log.
    files: [(PathBuf, Inode); 3],
    /// Their fault, with a sentence about it.
    fault: OnceLock<(FileFault, String)>,
}

impl FileIdentity {
    /// The files as they are now, all of which have to be there.
    pub fn of(path: &Path) -> io::Result<Self> {
        // SQLite follows links, and keeps its files beside the one that they lead to.
        let target = fs::canonicalize(path)?;
        let found = |path: PathBuf| -> io::Result<(PathBuf, Inode)> {
            let inode = Inode::from(&fs::metadata(&path)?);
            Ok((path, inode))
        };
        let [log, index] = BESIDE.map(|ending| beside(&target, ending));
        Ok(Self {
            files: [found(path.to_owned())?, found(log)?, found(index)?],
            fault: OnceLock::new(),
        })
    }

    fn path(&self) -> &Path {
        &self.files[0].0
    }

    /// Looks whether the files are those that were opened, and whether nothing else is known against
    /// them. Takes a few microseconds.
    fn look(&self) -> Result<(), String> {
        if let Some((_, why)) = self.fault.get() {
            return Err(why.clone());
        }
        for (path, opened) in &self.files {
            let why = match fs::metadata(path) {
                Ok(found) if Inode::from(&found) == *opened => continue,
                Ok(_) => "was replaced",
                Err(why) if is_missing(&why) => "is gone",
                // That may pass.
                Err(why) => return Err(format!("{} cannot be looked at: {why}", path.display())),
            };
            let why = format!("{} {why} while it was in use", path.display());
            self.condemn(FileFault::Replaced, &why);
            return Err(why);
        }
        Ok(())
    }

    /// The same for a connection that was just opened.
    pub fn require(&self) -> Result<(), sqlx::Error> {
        self.look().map_err(|why| io::Error::other(why).into())
    }

    /// How large the write-ahead log is, in bytes.
    fn log_size(&self) -> u64 {
        fs::metadata(&self.files[1].0).map_or(0, |found| found.len())
    }

    /// Notes that the file may not be used any more, and why.
    fn condemn(&self, fault: FileFault, why: &str) {
        if self.fault.set((fault, why.to_owned())).is_ok() {
            let remedy = fault.remedy();
            tracing::error!(
                database = %self.path().display(),
                "{why}; nothing more is written; {remedy}"
            );
        }
    }

    fn fault(&self) -> Option<FileFault> {
        self.fault.get().map(|(fault, _)| *fault)
    }

    /// Whether the file itself stands where it stood.
    fn has_its_name(&self) -> bool {
        let (path, opened) = &self.files[0];
        fs::metadata(path).is_ok_and(|found| Inode::from(&found) == *opened)
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Guards the file of a database; on PostgreSQL there is none.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct FileGuard(Option<Arc<Guarded>>);

#[derive(Debug)]
struct Guarded {
    identity: Arc<FileIdentity>,
    keeper: DatabaseConnection,
    rescued: OnceLock<()>,
}

impl FileGuard {
    /// Guards the files of a database. The keeper is a connection that nothing else uses and that
    /// stays open: as long as it does, SQLite leaves its files beside the database in place.
    pub fn new(identity: Arc<FileIdentity>, keeper: DatabaseConnection) -> Self {
        Self(Some(Arc::new(Guarded {
            identity,
            keeper,
            rescued: OnceLock::new(),
        })))
    }

    /// To be called before anything is asked of the database: whether the file may be used.
    ///
    /// # Errors
    /// When it may not; as a failure of the connection, which is `Unavailable`.
    pub fn require(&self) -> Result<(), DbErr> {
        match &self.0 {
            Some(guarded) => guarded.identity.look().map_err(failure),
            None => Ok(()),
        }
    }

    /// Commits a transaction, and then checks that it is in the right file.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn commit(&self, tx: DatabaseTransaction) -> Result<()> {
        tx.commit().await?;
        self.check().await
    }

    /// Checks, after a commit and before its answer, that the commit is in a file that has a name.
    ///
    /// # Errors
    /// `Unavailable`, when it may not be.
    pub async fn check(&self) -> Result<()> {
        let Some(guarded) = &self.0 else {
            return Ok(());
        };
        let looked = guarded.identity.look();
        if looked.is_err() {
            guarded.rescue().await;
        }
        looked.map_err(Error::unavailable)
    }

    /// The fault of the file, if there is one; it lasts until the server is restarted.
    pub async fn fault(&self) -> Option<FileFault> {
        // A check that failed for another reason may succeed next time.
        let _ = self.check().await;
        self.0.as_ref()?.identity.fault()
    }

    /// Stops all writes, since the file is damaged.
    pub fn note_damage(&self, what: &str) {
        if let Some(guarded) = &self.0 {
            let why = format!("{} is damaged: {what}", guarded.identity.path().display());
            guarded.identity.condemn(FileFault::Damaged, &why);
        }
    }

    /// The connection that only tends the file, where there is a file.
    pub fn keeper(&self) -> Option<&DatabaseConnection> {
        self.0.as_ref().map(|guarded| &guarded.keeper)
    }

    /// The path of the file, where there is one.
    pub fn path(&self) -> Option<&Path> {
        self.0.as_ref().map(|guarded| guarded.identity.path())
    }

    /// Checkpoints the write-ahead log, so that its content survives the loss of the log. Pages that a
    /// reader still needs are left for later.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn checkpoint(&self) -> Result<()> {
        if let Some(keeper) = self.keeper() {
            checkpoint(keeper, "PASSIVE").await?;
        }
        Ok(())
    }

    /// Tends the file: truncates its log if readers made that grow beyond a limit. It never waits for
    /// long: as long as there is a reader, nothing is done.
    ///
    /// # Errors
    /// `Unavailable` or `Internal`.
    pub async fn tend(&self, max_log: u64) -> Result<()> {
        self.check().await?;
        let Some(guarded) = &self.0 else {
            return Ok(());
        };
        if guarded.identity.log_size() > max_log
            && checkpoint(&guarded.keeper, "PASSIVE").await? == 0
        {
            checkpoint(&guarded.keeper, "TRUNCATE").await?;
        }
        Ok(())
    }

    /// Whether closing the connections would do harm: the last one to be closed deletes the files under
    /// the names of its own, which may be other files by now.
    pub async fn must_stay_open(&self) -> bool {
        self.fault().await == Some(FileFault::Replaced)
    }
}

impl Guarded {
    /// Puts what the write-ahead log has into the file, once, if only the log has lost its name: it
    /// was acknowledged, and would be lost when this process ends.
    async fn rescue(&self) {
        if self.identity.fault() != Some(FileFault::Replaced)
            || !self.identity.has_its_name()
            || self.rescued.set(()).is_err()
        {
            return;
        }
        let path = self.identity.path().display();
        match checkpoint(&self.keeper, "PASSIVE").await {
            Ok(0) => {
                tracing::warn!(database = %path, "all acknowledged writes are in the database file");
            }
            Ok(left) => {
                tracing::error!(database = %path, left, "acknowledged writes are not in the database file");
            }
            Err(error) => {
                tracing::error!(database = %path, %error, "acknowledged writes may not be in the database file");
            }
        }
    }
}

/// Copies the write-ahead log into the file; returns the number of pages that are left in the log.
/// `PASSIVE` waits for nobody. `TRUNCATE` waits for readers and writers up to the busy timeout, and
/// leaves the log empty.
async fn checkpoint(connection: &DatabaseConnection, mode: &str) -> Result<i64, DbErr> {
    let pragma = format!("PRAGMA wal_checkpoint({mode})");
    let pragma = Statement::from_string(DbBackend::Sqlite, pragma);
    let row = connection.query_one_raw(pragma).await?;
    let row = row.ok_or_else(|| DbErr::Custom("the checkpoint returned no row".to_owned()))?;
    let number = |index| row.try_get_by_index::<i64>(index);
    // The first tells whether somebody was in the way, which the others tell as well.
    let (in_log, copied) = (number(1)?, number(2)?);
    Ok((in_log - copied).max(0))
}

fn failure(why: String) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> PathBuf {
        let path = folder.join("a.db");
        for name in ["a.db", "a.db-wal", "a.db-shm"] {
            fs::write(folder.join(name), name).unwrap();
        }
        path
    }

    #[test]
    fn a_file_that_changes_its_content_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = files(folder.path());
        let identity = FileIdentity::of(&path).unwrap();
        fs::write(&path, "other").unwrap();
        fs::write(beside(&path, "-wal"), "").unwrap();
        assert_eq!(identity.look(), Ok(()));
    }

    #[test]
    fn each_of_the_files_counts_and_none_comes_back() {
        for ending in ["", "-wal", "-shm"] {
            for is_replaced in [false, true] {
                let folder = tempfile::tempdir().unwrap();
                let path = files(folder.path());
                let identity = FileIdentity::of(&path).unwrap();
                let changed = beside(&path, ending);
                let aside = folder.path().join("aside");
                fs::rename(&changed, &aside).unwrap();
                if is_replaced {
                    fs::copy(&aside, &changed).unwrap();
                }
                let why = identity.look().unwrap_err();
                let words = if is_replaced {
                    "was replaced"
                } else {
                    "is gone"
                };
                assert!(why.contains(words), "{why}");
                assert_eq!(identity.has_its_name(), !ending.is_empty());
                fs::rename(&aside, &changed).unwrap();
                assert_eq!(identity.look(), Err(why));
            }
        }
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link.db"));
        fs::create_dir(&real).unwrap();
        let path = files(&real);
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let identity = FileIdentity::of(&link).unwrap();
        assert_eq!(identity.look(), Ok(()));
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        assert!(identity.look().is_err());
    }
}
