//! Representations of an answer: compressed, uncompressed or, if the client has it already, without
//! a body; and the fast path, which clients cannot tell from the normal one.

use std::io::Read;

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::json;

use crate::support::{Actor, TestServer};

/// An answer as received.
#[derive(Debug, PartialEq, Eq)]
struct Raw {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Raw {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

async fn read(owner: &Actor, path: &str, headers: &[(&str, &str)]) -> Raw {
    let mut request = owner.request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    let mut headers = response.headers().clone();
    for changing in ["x-request-id", "date"] {
        headers.remove(changing).unwrap();
    }
    Raw {
        status: response.status().as_u16(),
        headers,
        body: response.bytes().await.unwrap().to_vec(),
    }
}

fn decoded(raw: &Raw) -> Vec<u8> {
    let mut plain = Vec::new();
    let body = raw.body.as_slice();
    match raw.header("content-encoding") {
        "" => plain.clone_from(&raw.body),
        "gzip" => drop(
            flate2::read::GzDecoder::new(body)
                .read_to_end(&mut plain)
                .unwrap(),
        ),
        "zstd" => plain = zstd::stream::decode_all(body).unwrap(),
        other => panic!("the unknown coding {other}"),
    }
    plain
}

/// A catalog whose answers are large enough to compress.
async fn catalog(owner: &Actor) {
    for code in ["pro", "team"] {
        let more =
            json!({"description": "For teams that ship. ".repeat(80), "isPublic": code == "pro"});
        owner.make_plan(code, more).await;
        owner.make_price(code, "monthly", 4900, json!({})).await;
    }
}

const PATHS: [(&str, char); 4] = [
    ("/plans/pro", '?'),
    ("/plans", '?'),
    ("/plans?includePrivate=true", '&'),
    ("/plans?includePrivate=false", '&'),
];

#[tokio::test]
async fn every_coding_has_a_tag_of_its_own() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    catalog(&owner).await;
    for (path, _) in PATHS {
        let plain = read(&owner, path, &[]).await;
        assert_eq!(plain.header("vary"), "x-api-key, accept-encoding");
        let mut tags = vec![plain.header("etag").to_owned()];
        for coding in ["gzip", "zstd"] {
            let coded = read(&owner, path, &[("accept-encoding", coding)]).await;
            assert_eq!(coded.header("content-encoding"), coding, "{path}");
            assert!(coded.body.len() < plain.body.len(), "{path} as {coding}");
            assert_eq!(decoded(&coded), plain.body, "{path} as {coding}");
            let tag = coded.header("etag").to_owned();
            let known = [("accept-encoding", coding), ("if-none-match", tag.as_str())];
            let unchanged = read(&owner, path, &known).await;
            assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
            assert_eq!(unchanged.header("etag"), tag);
            tags.push(tag);
        }
        tags.sort();
        tags.dedup();
        assert_eq!(tags.len(), 3, "{tags:?}");
    }
}

#[tokio::test]
async fn the_short_way_leads_to_the_same_answer() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    catalog(&owner).await;
    for (path, joint) in PATHS {
        // A query spelled differently does not take the fast path.
        let long = format!("{path}{joint}");
        let tag = read(&owner, path, &[]).await.header("etag").to_owned();
        for coding in ["identity", "gzip", "br", "zstd", "*;q=0", "deflate"] {
            for known in ["\"else\"", tag.as_str(), "*", "W/\"a\", \"b\""] {
                let headers = [("accept-encoding", coding), ("if-none-match", known)];
                let answer = read(&owner, &long, &headers).await;
                assert_eq!(read(&owner, path, &headers).await, answer, "{headers:?}");
                assert_eq!(read(&owner, path, &headers).await, answer, "{headers:?}");
            }
        }
    }
}

#[tokio::test]
async fn fast_path_checks_permissions() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    catalog(&owner).await;
    let made = owner
        .post(
            "/api-keys",
            json!({"name": "no", "permissions": {"feature": ["read"]}}),
        )
        .await;
    let other = owner.with_key(made.text("apiKey"));
    for _ in 0..3 {
        for (path, _) in PATHS {
            owner.get(path).await.data();
            other.get(path).await.refused(403, "forbidden");
            owner
                .with_key("ck_sandbox_0")
                .get(path)
                .await
                .refused(401, "unauthorized");
            let twice = owner
                .request(Method::GET, path)
                .header("x-api-key", owner.key());
            owner.send(twice).await.refused(401, "unauthorized");
        }
    }
    let id = made.id().to_owned();
    owner.delete(&format!("/api-keys/{id}")).await.data();
    other.get("/plans").await.refused(401, "unauthorized");
}
