//! Backups of a SQLite catalog, and the restore that OPERATIONS.md describes.

use std::fs;
use std::path::Path;

use sea_orm::ConnectionTrait;

use super::*;

/// The commands in a section of OPERATIONS.md, one item for each block.
fn commands_of(section: &str) -> Vec<String> {
    let manual = include_str!("../../OPERATIONS.md");
    let (_, behind) = manual
        .split_once(&format!("### {section}\n"))
        .expect("the section");
    let section = behind.split("\n##").next().expect("a section");
    let blocks = section.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("a block").to_owned())
        .collect()
}

/// A shell that runs commands of OPERATIONS.md in a folder with the default settings.
fn shell(folder: &Path, commands: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_pricebook"));
    let mut path = binary.parent().expect("a folder").as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = program_named("sh", &["-ec", commands]);
    command
        .current_dir(folder)
        .env("PATH", path)
        .env("PRICEBOOK_LISTEN", "127.0.0.1:0");
    command
}

#[tokio::test]
async fn the_manual_leads_to_a_backup_and_back() {
    let [backup, restore] = &commands_of("Backup and restore")[..] else {
        panic!("OPERATIONS.md has other commands");
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Running::start(&mut shell(folder.path(), "exec pricebook serve"));
    let mut create = shell(folder.path(), "pricebook keys create");
    let owner = actor_by(&mut create, &server.base);
    let made = Arc::new(AtomicUsize::new(0));
    let writing = tokio::spawn(write_until_it_ends(owner.clone(), made.clone()));
    eventually("30 writes", async || made.load(Ordering::SeqCst) >= 30).await;
    let before = made.load(Ordering::SeqCst);
    assert_eq!(printed(&mut shell(folder.path(), backup)), "");
    let after = made.load(Ordering::SeqCst);
    eventually("more writes", async || {
        made.load(Ordering::SeqCst) > after + 10
    })
    .await;
    server.signal("KILL");
    server.end();
    writing.await.expect("the writer ends");
    fs::write(folder.path().join("pricebook.db"), "a disaster").expect("a file");

    let restore = restore.replace("pricebook serve", "exec pricebook serve");
    let server = Running::start(&mut shell(folder.path(), &restore));
    let owner = owner.at(&server.base);
    let found = numbered_groups(&owner).await;
    // One unacknowledged write may have been stored when the server ended.
    assert!(
        (before..=after + 1).contains(&found),
        "{found} of {before} to {after}"
    );
    owner
        .post("/plan-groups", json!({"name": "After"}))
        .await
        .data();
    server.stop();
}

/// The names of the files in a folder.
fn files_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string());
    let mut names: Vec<_> = names.map(|name| name.expect("a name")).collect();
    names.sort();
    names
}

/// A folder with a catalog that no server uses.
fn catalog() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    printed(program(&["keys", "create"]).current_dir(folder.path()));
    folder
}

fn backup_in(folder: &TempDir, file: &str) -> Command {
    let mut command = program(&["backup", file]);
    command.current_dir(folder.path());
    command
}

#[test]
fn backup_is_one_file_for_its_owner_alone() {
    let folder = catalog();
    printed(&mut backup_in(&folder, "copy.db"));
    assert_eq!(files_in(folder.path()), ["copy.db", "pricebook.db"]);
    assert_eq!(mode_of(&folder.path().join("copy.db")), 0o600);
    let listed = printed(
        program(&["keys", "list", "--database-url", "sqlite:copy.db"]).current_dir(folder.path()),
    );
    assert_eq!(listed.lines().count(), 2);
}

#[test]
fn a_backup_replaces_nothing() {
    let folder = catalog();
    fs::write(folder.path().join("copy.db"), "the last backup").expect("a file");
    std::os::unix::fs::symlink("nowhere", folder.path().join("link.db")).expect("a link");
    for file in ["copy.db", "link.db"] {
        let words = error_message(&mut backup_in(&folder, file));
        assert!(words.contains("there already"), "{words}");
    }
    assert_eq!(
        files_in(folder.path()),
        ["copy.db", "link.db", "pricebook.db"]
    );
    let kept = fs::read_to_string(folder.path().join("copy.db")).expect("the file");
    assert_eq!(kept, "the last backup");
}

#[test]
fn there_is_no_backup_of_what_is_no_catalog() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let words = error_message(&mut backup_in(&folder, "copy.db"));
    assert!(words.contains("cannot open the SQLite file"), "{words}");
    assert!(files_in(folder.path()).is_empty(), "{words}");
    fs::write(folder.path().join("pricebook.db"), "").expect("a file");
    let words = error_message(&mut backup_in(&folder, "copy.db"));
    assert!(words.contains("holds no catalog"), "{words}");
    assert_eq!(files_in(folder.path()), ["pricebook.db"]);
    let words = error_message(&mut backup_in(&folder, "no/such/folder/copy.db"));
    assert!(words.starts_with("pricebook: cannot write"), "{words}");
    let mut on_postgres = program(&["backup", "copy.db"]);
    on_postgres.env("DATABASE_URL", "postgres://user:hunter2@localhost/shop");
    let words = error_message(on_postgres.current_dir(folder.path()));
    assert!(words.contains("pg_dump"), "{words}");
    assert!(!words.contains("hunter2"), "{words}");
}

#[tokio::test]
async fn a_damaged_catalog_makes_no_backup() {
    let folder = catalog();
    let url = format!("sqlite:{}/pricebook.db", folder.path().display());
    let connection = sea_orm::Database::connect(url).await.expect("the catalog");
    connection
        .execute_unprepared(
            "PRAGMA foreign_keys = OFF;
             INSERT INTO plan_groups (id, scope_id, name, is_public, created_at, updated_at)
             VALUES ('pgr_1', 'nowhere', 'Lost', TRUE, 0, 0)",
        )
        .await
        .expect("a lost row");
    connection.close().await.expect("an end");
    let words = error_message(&mut backup_in(&folder, "copy.db"));
    assert!(words.contains("a row of plan_groups names one"), "{words}");
    assert_eq!(files_in(folder.path()), ["pricebook.db"]);
}
