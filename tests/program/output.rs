//! Standard output and standard error that cannot be written, and signals at any time.

use std::fs::OpenOptions;
use std::process::Stdio;

use super::*;

fn full() -> Stdio {
    let full = OpenOptions::new().write(true).open("/dev/full");
    full.expect("a device that is always full").into()
}

/// Runs a command whose output cannot be written; returns its error message.
fn output_error(command: &mut Command) -> String {
    let output = command.stdout(full()).output().expect("the program runs");
    let words = crate::support::program::text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(
        words.contains("standard output cannot be written"),
        "{words}"
    );
    assert!(!words.contains("panicked"), "{words}");
    words
}

#[tokio::test]
async fn a_server_without_output_keeps_its_first_key() {
    for close in [">&-", ">/dev/full", "</dev/null | true"] {
        let database = TestDatabase::new().await;
        let binary = env!("CARGO_BIN_EXE_pricebook");
        let mut command = program_named("sh", &["-c", &format!("exec {binary} serve {close}")]);
        command
            .current_dir(database.folder())
            .env("DATABASE_URL", database.address())
            .env("PRICEBOOK_LISTEN", "127.0.0.1:0");
        let server = Running::spawn(&mut command);
        server.wait_for_log("listening").await;
        assert_eq!(first_keys(&database).len(), 1, "{close}");
        assert!(!server.log().contains("panicked"), "{}", server.log());
        let list = printed(&mut on(&database, &["keys", "list"]));
        assert_eq!(list.lines().count(), 2);
        end_all(&database).await;
    }
}

/// Ends the servers of a database, whatever started them.
async fn end_all(database: &TestDatabase) {
    let folder = database.folder().to_owned();
    let find = || {
        let processes = std::fs::read_dir("/proc").expect("the processes");
        let folders = processes.flatten().map(|entry| entry.path());
        let here = folders
            .filter(|path| std::fs::read_link(path.join("cwd")).is_ok_and(|cwd| cwd == folder));
        here.filter_map(|path| path.file_name()?.to_str()?.parse::<u32>().ok())
            .collect::<Vec<_>>()
    };
    for process in find() {
        let kill = format!("kill -TERM {process}");
        let killed = Command::new("sh").args(["-c", &kill]).status();
        assert!(killed.is_ok());
    }
    eventually("an end", async || find().is_empty()).await;
}

#[tokio::test]
async fn a_command_whose_output_is_lost_says_so() {
    let database = TestDatabase::new().await;
    printed(&mut on(&database, &["keys", "create", "--name", "seen"]));
    let words = output_error(&mut on(&database, &["keys", "create", "--name", "unseen"]));
    assert!(words.contains("is revoked"), "{words}");
    output_error(&mut on(&database, &["keys", "list"]));
    output_error(&mut on(&database, &["openapi"]));
    output_error(&mut on(&database, &["demo", "--organization", "demo"]));
    let list = printed(&mut on(&database, &["keys", "list"]));
    assert!(
        list.contains("\tseen\t") && !list.contains("\tunseen\t"),
        "{list}"
    );
}

#[tokio::test]
async fn command_works_without_standard_error() {
    let database = TestDatabase::new().await;
    let made = on(&database, &["keys", "create"]).stderr(full()).output();
    assert!(made.expect("the program runs").status.success());
    let failed = on(&database, &["keys", "revoke", "key_1"])
        .stderr(full())
        .output();
    assert_eq!(failed.expect("the program runs").status.code(), Some(1));
}

#[tokio::test]
async fn every_command_says_what_it_opened() {
    let database = TestDatabase::new().await;
    let place = database.url().to_string();
    for arguments in [
        &["keys", "create"][..],
        &["keys", "list"],
        &["migrate"],
        &["demo", "--organization", "demo"],
    ] {
        let (_, words) = run(&mut on(&database, arguments));
        assert!(words.contains(&place), "{words}");
    }
    let (_, log) = Running::start(&mut on(&database, &[])).stop();
    assert!(log.contains(&place), "{log}");
}

#[tokio::test]
async fn sighup_without_certificate_is_ignored() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    for times in 1..3 {
        server.signal("HUP");
        let ignored = async || server.log().matches("SIGHUP is ignored").count() >= times;
        eventually("a line", ignored).await;
    }
    assert_eq!(status_of(&format!("{}/readyz", server.base)).await, 200);
    server.stop();
}

mod only_postgres {
    use sea_orm::{ConnectionTrait, Statement, TransactionTrait};

    use super::*;

    /// The advisory lock that servers take for a migration.
    const MIGRATION_LOCK: i64 = 0x0070_7269_6365;

    #[tokio::test]
    async fn sigterm_ends_a_wait_for_the_schema() {
        for signal in ["TERM", "INT"] {
            let database = TestDatabase::new().await;
            let direct = database.connect().await;
            let holder = direct.begin().await.expect("a transaction");
            let lock = format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})");
            holder.execute_unprepared(&lock).await.expect("the lock");
            let server = Running::spawn(&mut on(&database, &[]));
            let waits = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
            let waits = Statement::from_string(sea_orm::DbBackend::Postgres, waits);
            let is_waiting = async || {
                let rows = holder.query_all_raw(waits.clone()).await;
                !rows.expect("the locks").is_empty()
            };
            eventually("a server that waits", is_waiting).await;
            server.signal(signal);
            let (status, said, log) = server.end();
            assert_eq!(status.code(), Some(0), "{log}");
            assert_eq!(said, "");
            assert!(log.contains("stopping"), "{log}");
        }
    }
}
