//! TLS settings.

use std::sync::Arc;
use std::time::Duration;

use pricebook::api::kit::settings::Settings;
use pricebook::http::settings::HttpSettings;
use pricebook::http::tls::{Tls, TlsFiles};

use crate::support::tls::Certificate;
use crate::support::wire::Wire;
use crate::support::{TestServer, eventually};

const CALL: &str =
    "GET /api/v1/plans HTTP/1.1\r\nhost: prices.example.com\r\nconnection: close\r\n\r\n";

/// A server with a certificate that can be replaced, and its address.
async fn server(folder: &std::path::Path) -> (TestServer, Arc<Tls>, String) {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let tls = Arc::new(Tls::load(TlsFiles { certificate, key }).expect("a certificate"));
    let settings = Settings {
        http: HttpSettings {
            tls: Some(tls.clone()),
            handshake_timeout: Duration::from_millis(300),
            ..HttpSettings::default()
        },
        ..Settings::default()
    };
    let server = TestServer::with(settings).await;
    let address = server.base.trim_start_matches("http://").to_owned();
    (server, tls, address)
}

#[tokio::test]
async fn tls_works_and_links_are_https() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = Certificate::new();
    certificate.write(folder.path());
    let (_server, _, address) = server(folder.path()).await;
    let stream = certificate.connect(&address).await.expect("TLS");
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    let reply = certificate.send(&address, CALL).await.expect("an answer");
    reply.refused(401, "unauthorized");
    assert_eq!(
        reply.body["error"]["doc_url"],
        "https://prices.example.com/docs/errors/unauthorized"
    );
    assert!(Certificate::new().connect(&address).await.is_err());
}

#[tokio::test]
async fn client_without_handshake_is_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = Certificate::new();
    certificate.write(folder.path());
    let (server, _, address) = server(folder.path()).await;
    for start in ["", "\u{16}\u{3}\u{1}", CALL] {
        let mut wire = Wire::open(&server.base).await;
        wire.send(start).await;
        let answer = wire.read_to_end().await;
        assert!(!answer.starts_with(b"HTTP"), "{start}");
    }
    certificate.send(&address, CALL).await.expect("an answer");
}

#[tokio::test]
async fn certificate_is_replaced_while_serving() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (Certificate::new(), Certificate::new());
    first.write(folder.path());
    let (_server, tls, address) = server(folder.path()).await;
    first
        .connect(&address)
        .await
        .expect("the first certificate");
    // If the new certificate cannot be used, the server keeps the old one.
    let (_, key) = second.write(folder.path());
    std::fs::write(&key, "no key").expect("a file");
    tls.reload().expect_err("no key");
    first
        .connect(&address)
        .await
        .expect("the first certificate");
    second.write(folder.path());
    tls.reload().expect("the second certificate");
    second
        .connect(&address)
        .await
        .expect("the second certificate");
    assert!(first.connect(&address).await.is_err());
}

#[test]
fn unusable_certificate_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = Certificate::new().write(folder.path());
    let other = tempfile::tempdir().expect("a folder");
    let (_, other_key) = Certificate::new().write(other.path());
    let empty = folder.path().join("empty");
    std::fs::write(&empty, "").expect("a file");
    let missing = folder.path().join("missing");
    for (certificate, key, words) in [
        (&missing, &key, "cannot read the certificate"),
        (&empty, &key, "cannot read the certificate"),
        (&certificate, &missing, "cannot read the key"),
        (&certificate, &empty, "cannot read the key"),
        (&certificate, &other_key, "cannot be used"),
    ] {
        let files = TlsFiles {
            certificate: certificate.clone(),
            key: key.clone(),
        };
        let why = Tls::load(files).expect_err("it cannot be used");
        assert!(why.contains(words), "{why}");
    }
}

#[tokio::test]
async fn tls_connections_have_the_same_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = Certificate::new();
    let (path, key) = certificate.write(folder.path());
    let files = TlsFiles {
        certificate: path,
        key,
    };
    let settings = Settings {
        http: HttpSettings {
            max_connections: 1,
            tls: Some(Arc::new(Tls::load(files).expect("a certificate"))),
            ..HttpSettings::default()
        },
        ..Settings::default()
    };
    let server = TestServer::with(settings).await;
    let address = server.base.trim_start_matches("http://");
    let _idle = certificate.connect(address).await.expect("a connection");
    eventually("an answer", async || {
        certificate.send(address, CALL).await.is_ok()
    })
    .await;
}
