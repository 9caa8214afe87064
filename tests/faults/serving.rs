//! A server that ends and restarts at the same address, on the same database.

use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::time::Duration;

use crate::model::dice::Dice;
use crate::support::Actor;
use crate::support::database::TestDatabase;
use crate::support::program::{Running, actor_by, free_address, program_named};

/// The time within which a server shows the writes of others, including those without an answer.
pub const SHOWN_WITHIN: Duration = Duration::from_secs(1);

pub struct Serving {
    pub database: Arc<TestDatabase>,
    address: String,
    /// The command that runs the program, if any.
    runner: Vec<String>,
    running: Option<Running>,
}

impl Serving {
    /// Starts a server.
    pub fn start(database: Arc<TestDatabase>) -> Self {
        Self::start_by(Vec::new(), database)
    }

    /// Starts a server through another command, such as `nsenter`.
    pub fn start_by(runner: Vec<String>, database: Arc<TestDatabase>) -> Self {
        let mut serving = Self {
            database,
            address: free_address(),
            runner,
            running: None,
        };
        serving.start_again();
        serving
    }

    /// Restarts a server that has ended.
    pub fn start_again(&mut self) {
        self.running = Some(Running::start(&mut self.command()));
    }

    /// Starts a server that must fail to start; returns its status and log.
    pub fn start_and_fail(&self) -> (ExitStatus, String) {
        let command = &mut self.command();
        let command = command.env("PRICEBOOK_DATABASE_WAIT", "0");
        let (status, said, log) = Running::spawn(command).end();
        assert_eq!(said, "");
        (status, log)
    }

    /// Kills the server without warning.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Starts the server and kills it, possibly before it serves.
    pub async fn kill_while_starting(&mut self, dice: &mut Dice) {
        let starting = Running::spawn(&mut self.command());
        pause(dice, 100).await;
        drop(starting);
    }

    fn command(&self) -> Command {
        self.program(&["serve"])
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let program = [env!("CARGO_BIN_EXE_pricebook")];
        let runner = self.runner.iter().map(String::as_str);
        let words: Vec<_> = runner
            .chain(program)
            .chain(arguments.iter().copied())
            .collect();
        let mut command = program_named(words[0], &words[1..]);
        command
            .current_dir(self.database.folder())
            .env("DATABASE_URL", self.database.address())
            .env("PRICEBOOK_LISTEN", &self.address);
        command
    }

    /// An actor in each of two scopes of one organization.
    pub fn scopes(&self) -> Vec<Actor> {
        ["sandbox", "live"]
            .map(|mode| self.actor("shop", mode))
            .into()
    }

    /// An actor in a scope.
    pub fn actor(&self, organization: &str, mode: &str) -> Actor {
        let arguments = [
            "keys",
            "create",
            "--organization",
            organization,
            "--mode",
            mode,
        ];
        actor_by(&mut self.program(&arguments), &self.base())
    }

    /// The process id of the running server.
    pub fn process(&self) -> u32 {
        self.running.as_ref().expect("a running server").id()
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Prints the log when a test fails.
impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(running) = &self.running
            && std::thread::panicking()
        {
            let log = running.log();
            let lines: Vec<_> = log.lines().collect();
            eprintln!("{}", lines[lines.len().saturating_sub(40)..].join("\n"));
        }
    }
}

/// Sleeps for a random time below `most` milliseconds.
pub async fn pause(dice: &mut Dice, most: usize) {
    let millis = dice.below(most + 1) as u64;
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
