//! Sources of the database password, which is never shown.

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
async fn useless_address_file_is_reported() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("address");
    let mut command = program(&["migrate"]);
    command.env("DATABASE_URL_FILE", &file);
    let words = error_message(&mut command);
    assert!(words.contains("cannot be read"), "{words}");
    fs::write(&file, "mysql://user:hunter2@localhost/shop").expect("a file");
    let words = error_message(&mut command);
    assert!(
        words.contains("must start with sqlite:") && !words.contains("hunter2"),
        "{words}"
    );
    // Two addresses are refused, since either could be meant.
    let words = error_message(on(&database, &["migrate"]).env("DATABASE_URL_FILE", &file));
    assert!(words.contains("cannot be used with"), "{words}");
    assert!(!words.contains(database.address()), "{words}");
}

#[test]
fn a_mistyped_command_line_shows_no_password() {
    let url = "postgres://user:hun@ter2@localhost/shop";
    for arguments in [
        &["serve", url][..],
        &[url],
        &["--databaseurl", url],
        &["--listen", url],
        &["--public-url", "prices", "--database-url", url],
        &["keys", "create", "--mode", url],
        &["user:hun@ter2@localhost/shop"],
        &["postgress://user:hunter2"],
        &["--listen=postgres://user:hunter2"],
        &["serve", "host=localhost password=hunter2 dbname=shop"],
        &["--cache-mib", "user:hunter2@localhost"],
        &["--public-url=user:hunter2@localhost/shop"],
        &[
            "--database-url",
            "postgres://user:hun",
            "ter2@localhost/shop",
        ],
        &["--databaseurl=postgres://user:hunter2@localhost/shop"],
        &["keys", "ck_live_hunter2"],
    ] {
        let words = error_message(&mut program(arguments));
        assert!(words.starts_with("error: "), "{words}");
        assert!(!words.contains("hun") && !words.contains("ter2"), "{words}");
    }
}

#[test]
fn only_values_of_settings_are_redacted() {
    let mut help = program(&["serve", "--help"]);
    let expected = printed(&mut help);
    assert!(expected.contains("postgres://"), "{expected}");
    help.env("PGUSER", "postgres").env("PGHOST", "postgres://");
    assert_eq!(printed(&mut help), expected);
    let mut invalid = program(&["serve"]);
    let words = error_message(invalid.env("PRICEBOOK_LISTEN", "host=a password=hunter2"));
    assert!(!words.contains("hunter2"), "{words}");
}

#[tokio::test]
async fn a_malformed_address_shows_no_password() {
    let nobody = free_address();
    for url in [
        "postgress://user:hunter2@localhost/shop",
        "postgres:user:hunter2@localhost/shop",
        "user:hunter2@localhost/shop",
        "host=localhost user=user password=hunter2",
        "postgres://user:12345/hunter2@localhost/shop",
        "postgres://user:1?hunter2@localhost/shop",
        "postgres://user:1#hunter2@localhost/shop",
        "postgres://user%3Ahunter2%40localhost/shop",
        "postgres://localhost/shop?sslmode=hunter2",
        "sqlite://user:hunter2@localhost/shop",
        "sqlite:shop.db?password=hunter2",
        "sqlite:postgres://user:hunter2@localhost/shop",
        &format!("postgres://user:hun@hunter2@{nobody}/shop"),
        &format!("postgres://{nobody}/shop?passwd=hunter2"),
        &format!("postgres://{nobody}/shop?user=user&password=hunter2"),
    ] {
        let ways = if url.contains(&nobody) {
            &[false][..]
        } else {
            &[false, true]
        };
        for by_flag in ways.iter().copied() {
            let mut command = program(&["serve", "--log", "trace"]);
            let folder = tempfile::tempdir().expect("a temporary folder");
            command
                .current_dir(folder.path())
                .env("PRICEBOOK_DATABASE_WAIT", "0")
                .env("PRICEBOOK_LISTEN", "127.0.0.1:0");
            if by_flag {
                command.arg(format!("--database-url={url}"));
            } else {
                command.env("DATABASE_URL", url);
            }
            let words = error_message(&mut command);
            assert!(!words.contains("hunter2"), "{url}: {words}");
            assert!(!words.contains("12345"), "{url}: {words}");
            let mut made = std::fs::read_dir(folder.path()).expect("the folder");
            assert!(made.next().is_none(), "{url}");
        }
    }
}
