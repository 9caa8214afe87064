//! The contract: what is served, what is committed, and what the tests reach.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::support::TestServer;
use crate::support::contract::{COVERAGE_DIR, DOCUMENT, OPERATIONS, each_schema};

/// Statuses that no test can reach through an operation, or through one operation, each with the
/// reason.
const UNREACHABLE: &[(&str, &str)] = &[
    ("list-currencies 403", "it is open to every key"),
    (
        "500",
        "no input is known that makes the server fail; a panic is tested beside the operations",
    ),
    (
        "503",
        "the database has to be away, which is tested beside the operations",
    ),
];

#[tokio::test]
async fn the_served_document_is_the_committed_one() {
    let server = TestServer::start().await;
    let fetch = async |path: &str| {
        let response = reqwest::get(format!("{}{path}", server.base))
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        response.text().await.unwrap()
    };
    assert_eq!(
        fetch("/openapi.json").await,
        include_str!("../openapi/v1.json")
    );
    let yaml: Value = serde_yaml_ng::from_str(&fetch("/openapi.yaml").await).unwrap();
    // Bounds beyond 32 bits read back as other kinds of numbers; their text is the same.
    assert_eq!(yaml.to_string(), DOCUMENT.to_string());
}

#[test]
fn arrays_in_requests_are_bounded() {
    let mut bounds = BTreeSet::new();
    for operation in OPERATIONS.iter() {
        let mut check = |schema: &Value| {
            let is_map = schema["additionalProperties"].is_object();
            if schema["type"] == "array" {
                let most = schema["maxItems"].as_u64();
                bounds.insert(most.unwrap_or_else(|| panic!("no bound: {schema}")));
            } else if is_map {
                assert!(schema["maxProperties"].is_u64(), "no bound: {schema}");
            }
        };
        let seen = &mut BTreeSet::new();
        each_schema(&operation.object["requestBody"], seen, &mut check);
        each_schema(&operation.object["parameters"], seen, &mut check);
    }
    assert!(
        bounds.len() > 3 && bounds.last() <= Some(&1000),
        "{bounds:?}"
    );
}

#[tokio::test]
async fn the_document_and_its_page_are_compressed_for_whoever_takes_that() {
    let server = TestServer::start().await;
    let client = reqwest::Client::new();
    for path in [
        "/openapi.json",
        "/openapi.yaml",
        "/docs/swagger-ui.js",
        "/docs/swagger-ui.css",
        "/docs/start.js",
    ] {
        let fetch = async |encoding: &str| {
            let request = client.get(format!("{}{path}", server.base));
            let response = request.header("accept-encoding", encoding).send().await;
            let response = response.unwrap();
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(response.headers()["vary"], "accept-encoding", "{path}");
            let encoding = response.headers().get("content-encoding").cloned();
            (encoding, response.bytes().await.unwrap())
        };
        let (encoding, plain) = fetch("identity").await;
        assert_eq!(encoding, None, "{path}");
        let (encoding, compressed) = fetch("deflate, gzip;q=0.9").await;
        assert_eq!(encoding.unwrap(), "gzip", "{path}");
        assert!(compressed.len() < plain.len(), "{path}");
        let mut unpacked = Vec::new();
        GzDecoder::new(&compressed[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        assert!(unpacked == plain, "{path}: not what is sent uncompressed");
    }
}

/// Runs after all other tests, with the folder in which they noted what they reached.
#[test]
#[ignore = "needs the notes of a whole run; scripts/test.sh runs it"]
fn every_operation_and_status_is_reached() {
    let folder = std::env::var_os(COVERAGE_DIR).expect("the folder with the notes of a run");
    let notes = std::fs::read_dir(folder).expect("the notes of a run");
    let reached: BTreeSet<String> = notes
        .map(|note| note.unwrap().file_name().into_string().unwrap())
        .collect();
    let mut missing = Vec::new();
    for operation in OPERATIONS.iter() {
        for status in operation.object["responses"].as_object().unwrap().keys() {
            let answer = format!("{} {status}", operation.id);
            let is_excused = |(known, _): &(&str, &str)| *known == status || *known == answer;
            if !UNREACHABLE.iter().any(is_excused) && !reached.contains(&answer) {
                missing.push(answer);
            }
        }
    }
    assert!(
        missing.is_empty(),
        "no test reaches these declared answers: {missing:#?}"
    );
}
