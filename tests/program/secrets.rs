//! Where a password of a database comes from, and that nobody is told.

use std::fs;

use super::*;

#[tokio::test]
async fn the_address_of_the_database_can_be_in_a_file() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("address");
    fs::write(&file, format!("{}\n", database.address())).expect("a file");
    let created = |command: &mut Command| {
        let key = printed(command);
        assert!(key.starts_with("ck_sandbox_"), "{key}");
    };
    created(program(&["keys", "create"]).env("DATABASE_URL_FILE", &file));
    let mut by_flag = program(&["keys", "create", "--database-url-file"]);
    created(by_flag.arg(&file));
    let list = printed(&mut on(&database, &["keys", "list"]));
    assert_eq!(list.lines().count(), 3, "{list}");
}

#[tokio::test]
async fn a_file_for_the_address_that_is_no_use_ends_the_program() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("address");
    let mut command = program(&["migrate"]);
    command.env("DATABASE_URL_FILE", &file);
    let words = last_words(&mut command);
    assert!(words.contains("cannot be read"), "{words}");
    fs::write(&file, "mysql://user:hunter2@localhost/shop").expect("a file");
    let words = last_words(&mut command);
    assert!(
        words.contains("must start with sqlite:") && !words.contains("hunter2"),
        "{words}"
    );
    // Which of two counts is not left to chance.
    let words = last_words(on(&database, &["migrate"]).env("DATABASE_URL_FILE", &file));
    assert!(words.contains("cannot be used with"), "{words}");
    assert!(!words.contains(database.address()), "{words}");
}

#[test]
fn a_command_line_with_a_slip_does_not_tell_a_password() {
    let url = "postgres://user:hun@ter2@localhost/shop";
    for arguments in [
        &["serve", url][..],
        &[url],
        &["--databaseurl", url],
        &["--listen", url],
        &["--public-url", "prices", "--database-url", url],
        &["keys", "create", "--mode", url],
    ] {
        let words = last_words(&mut program(arguments));
        assert!(words.starts_with("error: "), "{words}");
        assert!(!words.contains("hun") && !words.contains("ter2"), "{words}");
    }
}
