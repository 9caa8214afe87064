//! A server that ends and is started again at the same place, on the same database.

use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::time::Duration;

use crate::model::dice::Dice;
use crate::support::Actor;
use crate::support::database::TestDatabase;
use crate::support::program::{Running, actor_by, free_address, program_named};

/// Within which a server shows what others wrote; a write without an answer counts as theirs.
pub const SHOWN_WITHIN: Duration = Duration::from_secs(1);

pub struct Serving {
    pub database: Arc<TestDatabase>,
    address: String,
    /// What the program is run by, where that is something.
    runner: Vec<String>,
    running: Option<Running>,
}

impl Serving {
    /// A server that runs.
    pub fn start(database: Arc<TestDatabase>) -> Self {
        Self::start_by(Vec::new(), database)
    }

    /// A server that something else runs, such as `nsenter`.
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

    /// Starts the server, which does not run.
    pub fn start_again(&mut self) {
        self.running = Some(Running::start(&mut self.command()));
    }

    /// Starts the server, which has to end by itself; answers how it does, and its log.
    pub fn start_in_vain(&self) -> (ExitStatus, String) {
        let command = &mut self.command();
        let command = command.env("PRICEBOOK_DATABASE_WAIT", "0");
        let (status, said, log) = Running::spawn(command).end();
        assert_eq!(said, "");
        (status, log)
    }

    /// Kills the server without a warning.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Starts the server and kills it, perhaps before it serves.
    pub async fn kill_on_its_way(&mut self, dice: &mut Dice) {
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

    /// Someone in each of two scopes of one organization.
    pub fn scopes(&self) -> Vec<Actor> {
        ["sandbox", "live"]
            .map(|mode| self.actor("shop", mode))
            .into()
    }

    /// Someone in the scope of an organization in a mode.
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

    /// The number of the process, which runs.
    pub fn process(&self) -> u32 {
        self.running.as_ref().expect("a server that runs").id()
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// The last words of a server whose test fails.
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

/// Waits for some of so many milliseconds.
pub async fn pause(dice: &mut Dice, most: usize) {
    let millis = dice.below(most + 1) as u64;
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
