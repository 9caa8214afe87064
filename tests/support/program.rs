//! The program as a separate process.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio};

use tempfile::TempDir;

use super::database::TestDatabase;
use super::{Actor, eventually};

/// Settings whose names begin with neither `PRICEBOOK_` nor `OTEL_`.
const OTHER_SETTINGS: [&str; 4] = ["DATABASE_URL", "DATABASE_URL_FILE", "PORT", "RUST_LOG"];

/// The program with no settings other than the given ones.
pub fn program(arguments: &[&str]) -> Command {
    program_named(env!("CARGO_BIN_EXE_pricebook"), arguments)
}

pub fn program_named(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let own = names.filter(|name| name.starts_with("PRICEBOOK_") || name.starts_with("OTEL_"));
    for name in own.chain(OTHER_SETTINGS.map(str::to_owned)) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

pub fn on(database: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command
        .current_dir(database.folder())
        .env("DATABASE_URL", database.address())
        .env("PRICEBOOK_LISTEN", "127.0.0.1:0");
    command
}

/// The program with the address of a database that is not a test's own. The first key is given, so
/// that none is written to a file.
pub fn at(address: &str, arguments: &[&str]) -> Command {
    let key = format!("ck_sandbox_{}", "0123456789abcdef".repeat(4));
    let mut command = program(arguments);
    command
        .env("DATABASE_URL", address)
        .env("PRICEBOOK_BOOTSTRAP_KEY", key)
        .env("PRICEBOOK_LISTEN", "127.0.0.1:0");
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("a text")
}

/// Runs a command that must succeed; returns its output and its log.
#[track_caller]
pub fn run(command: &mut Command) -> (String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    let log = text(&stderr);
    assert!(status.success(), "{status}: {log}");
    (text(&stdout), log)
}

/// Runs a command that must succeed, and returns its output.
#[track_caller]
pub fn printed(command: &mut Command) -> String {
    run(command).0
}

/// Runs a command that must fail without output, and returns its error message.
#[track_caller]
pub fn error_message(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("the program runs");
    assert!(matches!(status.code(), Some(code) if code != 0), "{status}");
    assert_eq!(text(&stdout), "");
    text(&stderr)
}

/// A server in a process of its own, which is killed when this value is dropped.
pub struct Running {
    pub child: Child,
    pub output: BufReader<ChildStdout>,
    /// The output so far.
    pub said: String,
    pub base: String,
    log: PathBuf,
    _folder: TempDir,
}

impl Running {
    /// Starts a process without waiting until it serves.
    pub fn spawn(command: &mut Command) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("log");
        let file = File::create(&log).expect("a file");
        Self::spawn_with(command, file, log, folder)
    }

    /// Starts a server whose log goes elsewhere, and waits until it has printed its address.
    pub fn start_logging_to(command: &mut Command, to: impl Into<Stdio>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let log = folder.path().join("log");
        File::create(&log).expect("a file");
        Self::spawn_with(command, to, log, folder).ready()
    }

    fn spawn_with(
        command: &mut Command,
        stderr: impl Into<Stdio>,
        log: PathBuf,
        folder: TempDir,
    ) -> Self {
        command.stdout(Stdio::piped()).stderr(stderr);
        let mut child = command.spawn().expect("the program starts");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        Self {
            child,
            output,
            said: String::new(),
            base: String::new(),
            log,
            _folder: folder,
        }
    }

    /// Waits until the server has printed its address.
    pub fn ready(mut self) -> Self {
        self.output.read_line(&mut self.said).expect("a line");
        let address = self.said.strip_prefix("API:").map(str::trim);
        let base = address.and_then(|address| address.strip_suffix("/api/v1"));
        self.base = base
            .unwrap_or_else(|| panic!("the server did not start: {}", self.log()))
            .to_owned();
        self
    }

    pub fn start(command: &mut Command) -> Self {
        Self::spawn(command).ready()
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log")
    }

    /// Waits until the log contains these words.
    pub async fn wait_for_log(&self, words: &str) {
        eventually(words, async || self.log().contains(words)).await;
    }

    pub fn signal(&self, name: &str) {
        // The shell's builtin is used, since not every system has the program `kill`.
        let kill = format!("kill -{name} {}", self.child.id());
        let sent = Command::new("sh")
            .args(["-c", &kill])
            .status()
            .expect("a shell");
        assert!(sent.success());
    }

    /// Waits for the end; returns the status, the output and the log.
    pub fn end(mut self) -> (ExitStatus, String, String) {
        let mut said = std::mem::take(&mut self.said);
        self.output.read_to_string(&mut said).expect("the output");
        let status = self.child.wait().expect("an end");
        (status, said, self.log())
    }

    /// Stops the server, which must succeed; returns the output and the log.
    pub fn stop(self) -> (String, String) {
        self.signal("TERM");
        let (status, said, log) = self.end();
        assert_eq!(status.code(), Some(0), "{log}");
        (said, log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The keys that servers wrote to files because there was no terminal.
pub fn first_keys(database: &TestDatabase) -> Vec<String> {
    let entries = std::fs::read_dir(database.folder()).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let written = paths.filter(|path| path.to_string_lossy().contains(".first-key"));
    let keys = written.map(|path| std::fs::read_to_string(path).expect("a key"));
    keys.map(|key| key.trim().to_owned()).collect()
}

/// The keys in the output of a command.
pub fn keys_in(said: &str) -> Vec<String> {
    let lines = said.lines().filter_map(|line| line.strip_prefix("Key:"));
    lines.map(|key| key.trim().to_owned()).collect()
}

/// An actor with a new key from the program.
pub fn actor(database: &TestDatabase, base: &str) -> Actor {
    actor_by(&mut on(database, &["keys", "create"]), base)
}

/// An actor with the key that a command prints.
pub fn actor_by(command: &mut Command, base: &str) -> Actor {
    let key = printed(command);
    Actor::new(base, Some(key.trim().to_owned()))
}

/// An address on which nothing listens, below the ports of outgoing connections, one of which could
/// take it while the server is down.
pub fn free_address() -> String {
    let start = uuid::Uuid::new_v4().as_u128();
    for step in 0..100 {
        let port = 20_000 + (start + step) % 12_000;
        let address = format!("127.0.0.1:{port}");
        if TcpListener::bind(&address).is_ok() {
            return address;
        }
    }
    panic!("no free port");
}
