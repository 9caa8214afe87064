//! Encrypted connections to PostgreSQL.

use sea_orm::{ConnectionTrait, Statement};

use super::*;
use crate::support::database::root_certificate;
use crate::support::program::at;

/// The numbers of encrypted and unencrypted connections of servers to a database.
async fn connections(database: &TestDatabase) -> (i64, i64) {
    let connection = database.connect().await;
    let query = "SELECT count(*) FILTER (WHERE ssl) AS encrypted, \
                 count(*) FILTER (WHERE NOT ssl) AS plain \
                 FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                 WHERE datname = current_database() AND application_name = 'pricebook'";
    let statement = Statement::from_string(connection.get_database_backend(), query);
    let row = connection.query_one_raw(statement).await.expect("a row");
    let count = |name| {
        let row = row.as_ref().expect("a row");
        row.try_get("", name).expect("a count")
    };
    (count("encrypted"), count("plain"))
}

/// If the address requires encryption, a server that does not offer it is not used.
#[test]
fn a_server_that_does_not_encrypt_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let mut request = [0; 8];
            stream.read_exact(&mut request).expect("a request for TLS");
            stream.write_all(b"N").expect("an answer");
        }
    });
    for mode in ["require", "verify-ca", "verify-full"] {
        let address = format!("postgres://user:secret@{address}/pricebook?sslmode={mode}");
        let said = error_message(&mut at(&address, &["serve"]));
        assert!(said.contains("does not support TLS"), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

/// Tests that apply only to PostgreSQL.
mod only_postgres {
    use super::*;

    #[tokio::test]
    async fn address_asks_for_encryption() {
        let root = root_certificate();
        for (host, settings) in [
            ("127.0.0.1", "sslmode=require".to_owned()),
            ("127.0.0.1", format!("sslmode=verify-ca&sslrootcert={root}")),
            (
                "localhost",
                format!("sslmode=verify-full&sslrootcert={root}"),
            ),
            // Encryption is used if PostgreSQL offers it.
            ("127.0.0.1", "sslmode=prefer".to_owned()),
        ] {
            let database = TestDatabase::new().await;
            let address = database.address_by(host, &settings);
            let server = Running::start(&mut at(&address, &[]));
            let owner = actor(&database, &server.base);
            owner.make_plan("pro", json!({})).await;
            let (encrypted, plain) = connections(&database).await;
            assert!(encrypted > 0, "{settings}");
            assert_eq!(plain, 0, "{settings}");
            server.stop();
            printed(&mut at(&address, &["migrate"]));
        }
    }

    #[tokio::test]
    async fn untrusted_certificate_is_reported() {
        let root = root_certificate();
        let folder = tempfile::tempdir().expect("a folder");
        let (other, _) = Certificate::new().write(folder.path());
        let other = other.display();
        let database = TestDatabase::new().await;
        for (host, settings, words) in [
            (
                "127.0.0.1",
                format!("sslmode=verify-full&sslrootcert={root}"),
                "not valid for name",
            ),
            (
                "localhost",
                format!("sslmode=verify-full&sslrootcert={other}"),
                "UnknownIssuer",
            ),
            (
                "localhost",
                format!("sslmode=verify-ca&sslrootcert={other}"),
                "UnknownIssuer",
            ),
            (
                "localhost",
                "sslmode=verify-full".to_owned(),
                "UnknownIssuer",
            ),
            (
                "localhost",
                "sslmode=verify-full&sslrootcert=/nowhere/root.pem".to_owned(),
                "No such file",
            ),
        ] {
            let address = database.address_by(host, &settings);
            let from = TestDatabase::in_a_file();
            printed(&mut on(&from, &["keys", "create"]));
            for said in [
                error_message(&mut at(&address, &["serve"])),
                error_message(&mut program(&[
                    "copy",
                    "--from",
                    from.address(),
                    "--to",
                    &address,
                ])),
            ] {
                let start = format!("pricebook: cannot open PostgreSQL at {host}:");
                assert!(said.starts_with(&start), "{said}");
                assert!(said.contains(words), "{said}");
                assert_eq!(said.lines().count(), 1, "{said}");
            }
        }
    }

    #[tokio::test]
    async fn copy_works_over_encrypted_connections() {
        let settings = format!("sslmode=verify-full&sslrootcert={}", root_certificate());
        let (first, second) = (TestDatabase::in_a_file(), TestDatabase::new().await);
        let third = TestDatabase::new().await;
        printed(&mut on(&first, &["demo"]));
        let there = second.address_by("localhost", &settings);
        let further = third.address_by("localhost", &settings);
        for (from, to) in [(first.address(), &there), (&there, &further)] {
            let said = printed(&mut program(&["copy", "--from", from, "--to", to]));
            assert!(said.contains("plans\t"), "{said}");
        }
    }
}
