//! Delivery of the first key when standard output is not a terminal.

use std::fs;

use super::*;

const DIGITS: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_key_that_is_given_is_the_first() {
    for mode in ["sandbox", "live"] {
        let database = TestDatabase::new().await;
        let key = format!("ck_{mode}_{DIGITS}");
        let start =
            |key: &str| Running::start(on(&database, &[]).env("PRICEBOOK_BOOTSTRAP_KEY", key));
        let server = start(&key);
        let keys = Actor::new(&server.base, Some(key.clone()))
            .get("/api-keys")
            .await;
        assert_eq!(keys.data().as_array().expect("keys").len(), 1);
        let (said, log) = server.stop();
        assert!(!said.contains(&key) && !log.contains(&key), "{log}");
        assert_eq!(first_keys(&database), [""; 0]);
        assert_eq!(listed(&database, "first key")[2], mode);
        // A database with a catalog ignores the setting.
        let other = key.replace('0', "1");
        let server = start(&other);
        let refused = Actor::new(&server.base, Some(other)).get("/plans").await;
        refused.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn an_empty_setting_gives_no_key() {
    let database = TestDatabase::new().await;
    Running::start(on(&database, &[]).env("PRICEBOOK_BOOTSTRAP_KEY", "")).stop();
    assert_eq!(first_keys(&database).len(), 1);
}

#[tokio::test]
async fn a_file_with_a_key_is_its_owners_alone() {
    let database = TestDatabase::new().await;
    Running::start(&mut on(&database, &[])).stop();
    let entries = fs::read_dir(database.folder()).expect("the folder");
    let mut paths = entries.map(|entry| entry.expect("an entry").path());
    let is_first_key = |path: &PathBuf| path.to_string_lossy().ends_with(".first-key");
    let path = paths.find(is_first_key).expect("a key");
    assert_eq!(mode_of(&path), 0o600);
}

#[tokio::test]
async fn at_a_terminal_the_key_is_printed() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let pid = folder.path().join("pid");
    let command = format!(
        "echo $$ >{}; exec {} serve 2>{}",
        pid.display(),
        env!("CARGO_BIN_EXE_pricebook"),
        folder.path().join("log").display()
    );
    let mut at_terminal = program_named("script", &["-qec", &command, "/dev/null"]);
    at_terminal
        .current_dir(database.folder())
        .env("DATABASE_URL", database.address())
        .env("PRICEBOOK_LISTEN", "127.0.0.1:0")
        .env("SHELL", "/bin/sh");
    let mut running = Running::spawn(&mut at_terminal);
    let mut said = String::new();
    while !said.contains("Keep it") {
        let read = running.output.read_line(&mut said).expect("a line");
        assert!(read > 0, "{said}");
    }
    let stop = format!("kill -TERM {}", fs::read_to_string(&pid).expect("a pid"));
    let stopped = Command::new("sh").args(["-c", &stop]).status();
    assert!(stopped.expect("a shell").success());
    let (status, ..) = running.end();
    assert!(status.success());
    assert!(keys_in(&said)[0].starts_with("ck_sandbox_"), "{said}");
    assert_eq!(first_keys(&database), [""; 0]);
}

#[tokio::test]
async fn no_key_is_made_that_nobody_would_get() {
    let database = TestDatabase::new().await;
    let taken: Vec<_> = ["pricebook.db.first-key", "pricebook.first-key"]
        .into_iter()
        .flat_map(|name| (1..=9).map(move |number| (name, number)))
        .map(|(name, number)| match number {
            1 => name.to_owned(),
            _ => format!("{name}.{number}"),
        })
        .map(|name| database.folder().join(name))
        .collect();
    for path in &taken {
        fs::write(path, "of another catalog").expect("a file");
    }
    let (_, log) = Running::start(&mut on(&database, &[])).stop();
    assert!(
        log.contains("no first key was made") && log.contains("keys create"),
        "{log}"
    );
    let list = || printed(&mut on(&database, &["keys", "list"]));
    assert_eq!(list().lines().count(), 1);
    for path in &taken {
        assert_eq!(
            fs::read_to_string(path).expect("a file"),
            "of another catalog"
        );
        fs::remove_file(path).expect("no file");
    }
    Running::start(&mut on(&database, &[])).stop();
    assert_eq!(
        (first_keys(&database).len(), list().lines().count()),
        (1, 2)
    );
}
