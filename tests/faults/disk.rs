//! A disk that fills up while a server writes to its SQLite file.

use std::process::Command;
use std::sync::Arc;

use reqwest::Method;
use serde_json::json;

use super::beside::connect;
use super::check::Findings;
use super::load::{Load, QUIET, check_well_again};
use super::serving::{Serving, pause};
use super::size::sized;
use super::sqlite::check_file;
use super::tmpfs::Tmpfs;
use super::writer::Refused;
use crate::model::dice::Dice;
use crate::support::Actor;
use crate::support::database::TestDatabase;
use crate::support::program::{Running, error_message, program_named};
use crate::support::promise::{ANSWERED_WITHIN, check_refused, in_time};

const SEED: u64 = 4;
const WRITERS: usize = 6;
/// The size of the disk: room to start with, and for the data that each round leaves.
const INITIAL_MIB: usize = 16;
const MIB_PER_ROUND: usize = 8;
/// The maximum free space at the start of a round, in bytes.
const MAX_ROOM: usize = 512 * 1024;
/// The approximate size of a call that fills the disk.
const LARGE: usize = 10_000;
const FILE: &str = "pricebook.db";

mod only_sqlite {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_was_acknowledged_survives_a_full_disk() {
        let rounds = sized(2, 40);
        let disk = Tmpfs::mount(INITIAL_MIB + rounds * MIB_PER_ROUND);
        let address = format!("sqlite:{}", disk.path(FILE).display());
        let database = Arc::new(TestDatabase::at(&address));
        let mut server = Serving::start_by(disk.runner(), database);
        let mut load = Load::new(server.scopes(), WRITERS, SEED).await;
        for (number, writer) in load.writers.iter_mut().enumerate() {
            writer.patience = ANSWERED_WITHIN;
            if number % 2 == 0 {
                writer.when_refused = Refused::SendAgain;
            }
        }
        let (mut findings, mut dice) = (Findings::default(), Dice::new(SEED));
        let mut large = 0;
        for round in 0..rounds {
            let actor = load.scopes[0].clone();
            let is_killed_there = dice.chance(50);
            let faults = async {
                pause(&mut dice, 300).await;
                disk.fill(dice.below(MAX_ROOM));
                large += fill_by_writes(&actor, round).await;
                for _ in 0..5 {
                    read_all(&actor).await;
                    pause(&mut dice, 100).await;
                }
                if is_killed_there {
                    server.kill();
                    server.start_again();
                    read_all(&actor).await;
                }
                disk.empty();
                check_well_again(&actor).await;
                pause(&mut dice, 200).await;
                server.kill();
            };
            load.during(faults).await;
            server.start_again();
            findings.check(&mut load).await;
        }
        findings.check_all(&mut load).await;
        server.kill();
        check_copy(&disk).await;
        let counts = load.counts();
        println!(
            "full disk: {rounds} times full after {large} large writes, {counts}, {findings}, lost 0"
        );
    }

    fn serve_on(disk: &Tmpfs) -> Command {
        let runner = disk.runner();
        let program = [env!("CARGO_BIN_EXE_pricebook"), "serve"];
        let words: Vec<_> = runner.iter().map(String::as_str).chain(program).collect();
        let mut command = program_named(words[0], &words[1..]);
        let address = format!("sqlite:{}", disk.path(FILE).display());
        command
            .env("DATABASE_URL", address)
            .env("PRICEBOOK_LISTEN", "127.0.0.1:0")
            .env("RUST_LOG", "off");
        command
    }

    #[tokio::test]
    async fn start_on_a_full_disk_is_all_or_nothing() {
        let disk = Tmpfs::mount(INITIAL_MIB);
        for room in [0, 4096, 64 * 1024] {
            disk.fill(room);
            let words = error_message(&mut serve_on(&disk));
            assert!(
                words.contains("cannot") && !words.contains("panicked"),
                "{words}"
            );
            disk.empty();
        }
        let mut command = serve_on(&disk);
        Running::start(command.current_dir(disk.seen_from_here("."))).stop();
        let key = disk.seen_from_here(&format!("{FILE}.first-key"));
        assert!(
            std::fs::read_to_string(key)
                .expect("a key")
                .starts_with("ck_sandbox_")
        );
    }

    #[tokio::test]
    async fn a_disk_that_is_read_only_is_named() {
        let disk = Tmpfs::mount(INITIAL_MIB);
        Running::start(&mut serve_on(&disk)).stop();
        let runner = disk.runner();
        let remounted = Command::new(&runner[0])
            .args(&runner[1..])
            .args(["mount", "-o", "remount,ro"])
            .arg(disk.path("."))
            .status();
        assert!(remounted.expect("a mount").success());
        let words = error_message(&mut serve_on(&disk));
        assert!(
            words.contains("is on a file system that is mounted read-only"),
            "{words}"
        );
    }
}

/// Writes until the disk is full; returns the number of successful writes.
async fn fill_by_writes(actor: &Actor, round: usize) -> usize {
    // The record of the idempotency key takes room that no other write can use.
    for number in 0..10_000 {
        let text = "x".repeat(LARGE);
        let body = json!({"metadata": {"text": text, "number": number}});
        let path = format!("/plans/{QUIET}/manage");
        let request = actor.request(Method::PUT, &path).json(&body);
        let request = request.header("idempotency-key", format!("large-{round}-{number}"));
        let reply = in_time(actor.send(request)).await;
        if reply.status != 200 {
            check_refused(&reply);
            return number;
        }
    }
    panic!("the disk does not fill up");
}

/// Reads still succeed, from memory and from the file.
async fn read_all(actor: &Actor) {
    for path in [
        "/plans",
        "/plans/quiet",
        "/plans/w0_plan",
        "/features",
        "/plan-groups",
    ] {
        in_time(actor.get(path)).await.data();
    }
}

/// Runs SQLite's integrity check on the file as the last kill left it.
async fn check_copy(disk: &Tmpfs) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in [FILE, &format!("{FILE}-wal")] {
        let copied = std::fs::copy(disk.seen_from_here(name), folder.path().join(name));
        copied.expect("a copy");
    }
    let file = folder.path().join(FILE);
    check_file(&connect(&format!("sqlite:{}", file.display())).await).await;
}
