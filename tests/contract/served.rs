//! The document as served and as committed.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::Value;

use crate::support::TestServer;
use crate::support::contract::{DOCUMENT, OPERATIONS, each_schema};

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
        include_str!("../../openapi/v1.json")
    );
    let yaml: Value = serde_yaml_ng::from_str(&fetch("/openapi.yaml").await).unwrap();
    // Bounds beyond 32 bits are parsed as other kinds of numbers; their text is the same.
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
async fn document_and_page_are_compressed() {
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
        assert!(
            unpacked == plain,
            "{path}: the compressed form differs from the uncompressed one"
        );
    }
}
