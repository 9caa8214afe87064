//! A PostgreSQL of our own that tests can break, controlled through `scripts/postgres.sh`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

/// A running PostgreSQL, which ends when this value is dropped.
pub struct Postgres {
    /// The address of its admin database.
    pub admin: String,
    script: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Postgres {
    pub fn start() -> Self {
        let mut script = Command::new("scripts/postgres.sh")
            .args(["--durable", "--commands"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/postgres.sh runs");
        let mut postgres = Self {
            admin: String::new(),
            commands: script.stdin.take(),
            answers: BufReader::new(script.stdout.take().expect("its output")),
            script,
        };
        postgres.admin = postgres.answer();
        postgres
    }

    /// Sends a command to the script; its help lists them.
    pub fn tell(&mut self, command: &str) {
        assert_eq!(self.ask(command), "");
    }

    /// Creates a replica; returns the address of its admin database.
    pub fn replica(&mut self) -> String {
        let port = self.ask("replica");
        let (before, _) = self.admin.rsplit_once(':').expect("a port");
        format!("{before}:{}/postgres", port.trim())
    }

    fn ask(&mut self, command: &str) -> String {
        let commands = self.commands.as_mut().expect("its input");
        writeln!(commands, "{command}").expect("the script listens");
        let answer = self.answer();
        answer.strip_prefix("done").expect(&answer).to_owned()
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // At the end of its input the script stops the server and deletes its data.
        self.commands = None;
        let _ = self.script.wait();
    }
}

/// The process ids of servers' connections to a database that satisfy a condition.
pub async fn servers(direct: &DatabaseConnection, condition: &str) -> Vec<i32> {
    let query = format!(
        "SELECT pid FROM pg_stat_activity
         WHERE application_name = 'pricebook' AND datname = current_database() AND {condition}"
    );
    numbers(direct, query).await
}

/// Cuts the servers' connections to a database.
pub async fn cut(direct: &DatabaseConnection) {
    let query = "SELECT pg_terminate_backend(pid)::int FROM pg_stat_activity
         WHERE application_name = 'pricebook' AND datname = current_database()";
    numbers(direct, query.to_owned()).await;
}

async fn numbers(direct: &DatabaseConnection, query: String) -> Vec<i32> {
    let query = Statement::from_string(DbBackend::Postgres, query);
    let rows = direct.query_all_raw(query).await.expect("an answer");
    let numbers = rows.iter().map(|row| row.try_get_by_index(0));
    numbers.map(|number| number.expect("a number")).collect()
}
