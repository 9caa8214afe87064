//! A small file system that a test can fill, in a namespace of its own.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A mounted file system, which goes away with this value and the processes in its namespace.
pub struct Tmpfs {
    folder: TempDir,
    /// Keeps the namespace alive until its input ends.
    holder: Child,
    enter: &'static [&'static str],
}

/// How to create a namespace that allows mounting, and how to enter it: as an ordinary user, or as
/// root where users are not allowed to.
const WAYS: [(&[&str], &[&str]); 2] = [
    (
        &["--user", "--map-root-user", "--mount"],
        &["--user", "--preserve-credentials", "--mount"],
    ),
    (&["--mount"], &["--mount"]),
];

impl Tmpfs {
    pub fn mount(mib: usize) -> Self {
        let mut reasons = Vec::new();
        for (make, enter) in WAYS {
            match Self::try_mount(mib, make, enter) {
                Ok(tmpfs) => return tmpfs,
                Err(why) => reasons.push(why),
            }
        }
        panic!("no small file system can be mounted here, neither as user nor as root: {reasons:?}")
    }

    fn try_mount(
        mib: usize,
        make: &[&str],
        enter: &'static [&'static str],
    ) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mount = "mount -t tmpfs -o \"size=$2m\" tmpfs \"$1\" && echo mounted && exec cat";
        let mut holder = Command::new("unshare")
            .args(make)
            .args(["sh", "-c", mount, "sh"])
            .arg(folder.path())
            .arg(mib.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|why| format!("unshare does not run: {why}"))?;
        let mut said = [0; "mounted\n".len()];
        let output = holder.stdout.as_mut().expect("its output");
        if output.read_exact(&mut said).is_err() {
            let ended = holder.wait_with_output().expect("an end");
            return Err(String::from_utf8_lossy(&ended.stderr).into_owned());
        }
        Ok(Self {
            folder,
            holder,
            enter,
        })
    }

    /// The command that runs a program in the namespace.
    pub fn runner(&self) -> Vec<String> {
        let target = self.holder.id().to_string();
        let options = self.enter.iter().copied();
        let words = ["nsenter"].into_iter().chain(options);
        let words = words.chain(["--target", &target, "--"]);
        words.map(str::to_owned).collect()
    }

    /// The path of a file inside the namespace.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The path of the same file outside the namespace.
    pub fn seen_from_here(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        let below_root = path.strip_prefix("/").expect("a path from the root");
        PathBuf::from(format!("/proc/{}/root", self.holder.id())).join(below_root)
    }

    /// Fills the file system, except for `but` bytes.
    pub fn fill(&self, but: usize) {
        let mut ballast = File::create(self.ballast()).expect("the ballast");
        let zeros = vec![0; 64 * 1024];
        let mut size = 0;
        loop {
            match ballast.write(&zeros) {
                Ok(written) => size += written,
                Err(why) if why.kind() == ErrorKind::StorageFull => break,
                Err(why) => panic!("the ballast cannot be written: {why}"),
            }
        }
        let size = size.saturating_sub(but) as u64;
        ballast.set_len(size).expect("less ballast");
    }

    /// Frees the space again.
    pub fn empty(&self) {
        std::fs::remove_file(self.ballast()).expect("no ballast");
    }

    fn ballast(&self) -> PathBuf {
        self.seen_from_here("ballast")
    }
}

impl Drop for Tmpfs {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        let _ = self.holder.wait();
    }
}
