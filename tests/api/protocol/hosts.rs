//! The Host header.

use super::*;

#[tokio::test]
async fn a_host_is_named_once_and_well() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = "GET /api/v1/plans HTTP/1.1";
    for good in ["localhost", "LocalHost:8080", "127.0.0.1", "[::1]:80"] {
        let headers = format!("host: {good}\r\n");
        let reply = read_plans(&server, owner.key(), first, &headers).await;
        assert_eq!(reply.status, 200, "{good}");
    }
    for wrong in [
        "",
        "host: localhost\r\nhost: localhost\r\n",
        "host:\r\n",
        "host: a b\r\n",
        "host: user@localhost\r\n",
        "host: http://localhost\r\n",
        "host: localhost:http\r\n",
        "host: localhost:99999\r\n",
        "host: localhost/plans\r\n",
        "host: [::1\r\n",
        "host: \u{fc}\r\n",
    ] {
        let reply = read_plans(&server, owner.key(), first, wrong).await;
        reply.invalid(&["host"]);
        let link = reply.body["error"]["doc_url"].as_str().unwrap();
        assert!(link.starts_with("http://localhost/docs/"), "{link}");
    }
    // The check also covers pages and absolute request targets.
    for first in ["GET /livez HTTP/1.1", "GET http://localhost/livez HTTP/1.1"] {
        read_plans(&server, owner.key(), first, "")
            .await
            .invalid(&["host"]);
    }
}

#[tokio::test]
async fn http_1_0_needs_no_host() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = "GET /api/v1/plans HTTP/1.0";
    let reply = read_plans(&server, owner.key(), first, "").await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    for wrong in ["host: a b\r\n", "host: a\r\nhost: a\r\n"] {
        read_plans(&server, owner.key(), first, wrong)
            .await
            .invalid(&["host"]);
    }
}

#[tokio::test]
async fn the_served_document_names_its_server() {
    let settings = Settings {
        public_url: Some("https://prices.example.com".to_owned()),
        ..Settings::default()
    };
    let server = TestServer::with(settings).await;
    let client = reqwest::Client::new();
    let get = async |path: &str, tag: &str| {
        let request = client
            .get(format!("{}{path}", server.base))
            .header("origin", "https://any");
        let response = request.header("if-none-match", tag).send().await.unwrap();
        let headers = response.headers().clone();
        (
            response.status().as_u16(),
            headers,
            response.text().await.unwrap(),
        )
    };
    let committed = include_str!("../../../openapi/v1.json");
    let (status, headers, text) = get("/openapi.json", "\"other\"").await;
    assert_eq!(status, 200);
    let url = "https://prices.example.com/api/v1";
    assert_eq!(
        text,
        committed.replacen("\"/api/v1\"", &format!("\"{url}\""), 1)
    );
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["cache-control"], "no-cache");
    let tag = headers["etag"].to_str().unwrap();
    let (status, headers, text) = get("/openapi.json", tag).await;
    assert_eq!((status, text.as_str()), (304, ""));
    assert_eq!(headers["etag"], tag);
    let (_, headers, text) = get("/openapi.yaml", "").await;
    assert!(text.contains(&format!("url: {url}")));
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_ne!(headers["etag"], tag);
    let plain = TestServer::start().await;
    let other = client
        .get(format!("{}/openapi.json", plain.base))
        .send()
        .await
        .unwrap();
    assert_ne!(other.headers()["etag"], tag);
    assert_eq!(other.headers()["content-type"], "application/json");
}
