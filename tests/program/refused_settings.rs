//! Settings with which the program refuses to start.

use super::*;

#[tokio::test]
async fn wrong_setting_is_reported() {
    let database = TestDatabase::new().await;
    for (name, value, words) in [
        (
            "DATABASE_URL",
            "mysql://user:hunter2@localhost/shop",
            "sqlite: or postgres://",
        ),
        ("DATABASE_URL", "pricebook.db", "sqlite: or postgres://"),
        ("DATABASE_URL", "sqlite:", "must name a file"),
        ("DATABASE_URL", "sqlite::memory:", "must name a file"),
        ("DATABASE_URL", "sqlite:file:shop.db", "not a file: URI"),
        (
            "DATABASE_URL",
            "sqlite:shop.db?mode=ro",
            "mode=ro is only for",
        ),
        ("DATABASE_URL", "sqlite:shop.db?mode=rw", "does not exist"),
        (
            "DATABASE_URL",
            "sqlite:shop.db?cache=shared",
            "parameter cache",
        ),
        ("DATABASE_URL", "sqlite:my%20shop.db", "stands for itself"),
        (
            "PRICEBOOK_BOOTSTRAP_KEY",
            "ck_live_hunter2",
            "64 hexadecimal digits",
        ),
        (
            "DATABASE_URL",
            "postgres://user:hunter2@localhost:port/shop",
            "port",
        ),
        ("PRICEBOOK_LISTEN", "localhost", "--listen"),
        ("PRICEBOOK_LISTEN", "127.0.0.1:65536", "--listen"),
        ("PRICEBOOK_LOG_FORMAT", "xml", "text, json"),
        ("RUST_LOG", "pricebook=loud", "log filter"),
        (
            "PRICEBOOK_PUBLIC_URL",
            "prices.example.com",
            "http:// or https://",
        ),
        ("RUST_LOG", "verbose", "is not a level"),
        ("PRICEBOOK_METRICS", "on", "off, main"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318", "http://"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://user:hunter2@localhost",
            "no password",
        ),
        ("PRICEBOOK_MAX_CONNECTIONS", "0", "--max-connections"),
        ("PRICEBOOK_IDLE_TIMEOUT", "0", "--idle-timeout"),
        ("PRICEBOOK_RATE_LIMIT", "100", "REQUESTS/SECONDS"),
        ("PRICEBOOK_RATE_LIMIT", "100/0", "REQUESTS/SECONDS"),
        ("PRICEBOOK_WRONG_KEY_LIMIT", "none", "REQUESTS/SECONDS"),
        ("PRICEBOOK_CORS_ORIGINS", "*", "a scheme and a host"),
        (
            "PRICEBOOK_CORS_ORIGINS",
            "https://a.example.com/",
            "a scheme and a host",
        ),
        ("PRICEBOOK_TLS_CERT", "/nothing/cert.pem", "--tls-key"),
        ("PRICEBOOK_TLS_KEY", "/nothing/key.pem", "--tls-cert"),
    ] {
        let words_said = error_message(on(&database, &["serve"]).env(name, value));
        let sentence = words_said.lines().next().unwrap_or_default();
        assert!(words_said.contains(words), "{name}={value}: {words_said}");
        assert!(
            sentence.starts_with("pricebook: ") || sentence.starts_with("error: "),
            "{sentence}"
        );
        assert!(
            !words_said.contains("hunter2"),
            "a password is shown: {words_said}"
        );
        assert!(!words_said.contains("panicked"), "{words_said}");
    }
}

#[tokio::test]
async fn a_busy_port_ends_the_program_with_a_sentence() {
    let database = TestDatabase::new().await;
    let busy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = busy.local_addr().expect("an address").to_string();
    let words = error_message(
        on(&database, &["serve"])
            .env("PRICEBOOK_LISTEN", &address)
            .env("RUST_LOG", "warn"),
    );
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(
        words.starts_with(&format!("pricebook: cannot listen on {address}: ")),
        "{words}"
    );
    // It created no key, which nobody would have seen.
    assert_eq!(first_keys(&database), [""; 0]);
    Running::start(&mut on(&database, &[])).stop();
    assert_eq!(first_keys(&database).len(), 1);
}

#[tokio::test]
async fn unreachable_database_is_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path().display();
    let nobody = free_address();
    for (url, place) in [
        (
            format!("postgres://user:hunter2@{nobody}/shop"),
            format!("PostgreSQL at {nobody}/shop: Connection refused"),
        ),
        (
            format!("sqlite:{folder}"),
            format!("the SQLite file {folder}"),
        ),
        (
            format!("sqlite:{folder}/no/such/folder.db"),
            format!("the SQLite file {folder}/no"),
        ),
    ] {
        for command in [&["serve"][..], &["migrate"], &["keys", "list"]] {
            let mut command = program(command);
            command
                .env("PRICEBOOK_DATABASE_WAIT", "0")
                .env("PRICEBOOK_LISTEN", "127.0.0.1:0");
            let words = error_message(command.args(["--database-url", &url]));
            assert_eq!(words.lines().count(), 1, "{words}");
            assert!(
                words.starts_with(&format!("pricebook: cannot open {place}")),
                "{words}"
            );
            assert!(!words.contains("hunter2"), "a password is shown: {words}");
        }
    }
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "these are my notes, not a database").expect("a file");
    let address = format!("sqlite:{}", path.display());
    let mut command = program(&["--database-url", &address, "--listen", "127.0.0.1:0"]);
    let words = error_message(&mut command);
    assert!(
        words.starts_with("pricebook: cannot open the SQLite file "),
        "{words}"
    );
    let notes = std::fs::read_to_string(&path).expect("the file");
    assert_eq!(notes, "these are my notes, not a database");
}

#[test]
fn default_database_is_in_working_folder() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    printed(program(&["keys", "create"]).current_dir(folder.path()));
    assert!(folder.path().join("pricebook.db").is_file());
}
