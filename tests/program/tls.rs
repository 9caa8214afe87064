//! TLS settings, and warnings about files that others may read.

use super::*;

#[tokio::test]
async fn sighup_has_the_certificate_read_anew() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (Certificate::new(), Certificate::new());
    let (path, key) = first.write(folder.path());
    let server = Running::start(&mut with_tls(&database, &path, &key));
    let address = server.base.strip_prefix("https://").expect("https");
    let call = "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let reply = first.send(address, call).await.expect("an answer");
    assert_eq!(reply.status, 200);
    std::fs::write(&path, "none").expect("a file");
    server.signal("HUP");
    server.wait_for_log("the old certificate stays").await;
    assert!(server.log().contains(" ERROR "));
    first.send(address, call).await.expect("an answer");
    second.write(folder.path());
    server.signal("HUP");
    server.wait_for_log("the certificate was reloaded").await;
    second.send(address, call).await.expect("an answer");
    assert!(first.send(address, call).await.is_err());
    let (_, log) = server.stop();
    assert!(!log.contains("others than its owner"), "{log}");
}

#[tokio::test]
async fn unreadable_certificate_is_reported() {
    let database = TestDatabase::new().await;
    let missing = Path::new("/nothing/cert.pem");
    let mut command = with_tls(&database, missing, missing);
    let words = error_message(command.env("RUST_LOG", "error"));
    assert_eq!(words.lines().count(), 1, "{words}");
    let start = "pricebook: cannot read the certificate /nothing/cert.pem: ";
    assert!(words.starts_with(start), "{words}");
}

#[tokio::test]
async fn secrets_that_others_may_read_are_warned_of() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = Certificate::new().write(folder.path());
    for (mode, warnings) in [(0o600, 0), (0o640, 1), (0o644, 1)] {
        set_mode(&key, mode);
        let (_, log) = Running::start(&mut with_tls(&database, &certificate, &key)).stop();
        let found = log.matches("may read the key of the certificate").count();
        assert_eq!(found, warnings, "{log}");
    }
    let address = folder.path().join("address");
    std::fs::write(&address, database.address()).expect("a file");
    for (mode, warnings) in [(0o600, 0), (0o640, 1)] {
        set_mode(&address, mode);
        let mut command = program(&["keys", "create"]);
        command
            .current_dir(database.folder())
            .env("DATABASE_URL_FILE", &address);
        let (_, words) = run(&mut command);
        let found = words
            .matches("may read the address of the database")
            .count();
        assert_eq!(found, warnings, "{words}");
    }
}
