//! Paths and methods.

use super::*;

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for path in [
        "/nothing",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/plans/",
        "/api/v1//plans",
        "/api/v1/plans/a/b/c/d/e",
        "/api/v1/Plans",
        "/API/v1/plans",
        "/api/v2/plans",
        "/api/v1/../v1/plans",
        "/docs/",
        "/docs/errors",
        "/docs/errors/nothing",
        "/docs/errors/Duplicate",
        "/openapi",
        "/favicon.ico",
        "//",
    ] {
        for method in ["GET", "POST", "DELETE"] {
            let reply = raw_call(&owner, &server.base, method, path).await;
            let expected = if path.starts_with("/docs/errors/") && method != "GET" {
                (405, "method_not_allowed")
            } else {
                (404, "not_found")
            };
            reply.refused(expected.0, expected.1);
        }
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_names_nothing() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner
        .post("/plans/manage", json!({"name": "Pro", "code": "pro"}))
        .await
        .data();
    for segment in [
        "%ff", "%c3%28", "%", "%zz", "%2", "%2f", "%2e%2e", "%00", "pro%00", "%20pro",
    ] {
        for (method, path) in [
            ("GET", format!("/api/v1/plans/{segment}")),
            ("PUT", format!("/api/v1/plans/{segment}/manage")),
            ("DELETE", format!("/api/v1/plans/{segment}/manage")),
            ("GET", format!("/api/v1/features/{segment}")),
            (
                "DELETE",
                format!("/api/v1/plan-groups/{segment}/plans/{segment}"),
            ),
            ("DELETE", format!("/api/v1/api-keys/{segment}")),
            ("GET", format!("/{segment}")),
            ("GET", format!("/docs/errors/{segment}")),
        ] {
            let reply = raw_call(&owner, &server.base, method, &path).await;
            // An empty update is refused as invalid only if its path can be read.
            assert_eq!(reply.status, 404, "{method} {path}: {}", reply.body);
        }
    }
    // Valid escapes are decoded.
    let reply = raw_call(&owner, &server.base, "GET", "/api/v1/plans/%70r%6F").await;
    assert_eq!(reply.text("code"), "pro");
}

/// The methods that the document lists for the path template, and HEAD in addition to GET.
fn methods_at(template: &str) -> BTreeSet<String> {
    let item = DOCUMENT["paths"][template].as_object().expect("a path");
    let mut methods: BTreeSet<_> = item.keys().map(|method| method.to_uppercase()).collect();
    if methods.contains("GET") {
        methods.insert("HEAD".to_owned());
    }
    methods
}

#[track_caller]
fn allowed(reply: &Reply) -> BTreeSet<String> {
    reply.refused(405, "method_not_allowed");
    let allow = reply.header("allow").expect("an Allow header");
    allow.split(", ").map(str::to_owned).collect()
}

#[tokio::test]
async fn wrong_method_lists_the_allowed_ones() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for template in DOCUMENT["paths"].as_object().expect("paths").keys() {
        let expected = methods_at(template);
        for method in [
            "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CUSTOM",
        ] {
            // The path of the plan with the code `reorder`, which can be removed from its group.
            let is_hidden = method == "DELETE" && template.ends_with("/plans/reorder");
            if !expected.contains(method) && !is_hidden {
                let path = format!("/api/v1{}", template.replace(['{', '}'], ""));
                let reply = raw_call(&owner, &server.base, method, &path).await;
                assert_eq!(allowed(&reply), expected, "{method} {path}");
            }
        }
    }
    for (path, _) in PAGES {
        let reply = raw_call(&owner, &server.base, "POST", path).await;
        assert_eq!(allowed(&reply), ["GET", "HEAD"].map(str::to_owned).into());
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    owner
        .post("/plans/manage", json!({"name": "Pro", "code": "pro"}))
        .await
        .data();
    for path in [
        "/api/v1/plans/pro",
        "/api/v1/plans",
        "/api/v1/currencies",
        "/docs",
        "/livez",
    ] {
        let ask = async |method: &str| {
            let key = owner.key();
            let request = format!(
                "{method} {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\
                 x-request-id: same\r\nconnection: close\r\n\r\n"
            );
            raw::send(&server.base, request).await
        };
        let (head, get) = (ask("HEAD").await, ask("GET").await);
        assert_eq!((head.status, &head.body), (200, &Value::Null));
        for name in ["content-type", "etag", "x-request-id", "commet-version"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    let request = "HEAD /api/v1/plans HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let refused = raw::send(&server.base, request).await;
    assert_eq!((refused.status, &refused.body), (401, &Value::Null));
}

#[tokio::test]
async fn a_long_query_is_read_whole() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let long = "x".repeat(60_000);
    owner
        .get(&format!("/plans?unknown={long}&limit=1"))
        .await
        .invalid(&["unknown"]);
    owner
        .get(&format!("/plans?cursor={long}"))
        .await
        .invalid(&["cursor"]);
    owner
        .get(&format!("/plans?limit={}", "1".repeat(60_000)))
        .await
        .invalid(&["limit"]);
    let many = "&a=1".repeat(15_000);
    owner
        .get(&format!("/plans?{many}&includePrivate=maybe"))
        .await
        .invalid(&["a"]);
    for (query, status) in [
        ("?", 200),
        ("?&&", 200),
        ("?=", 400),
        ("?%", 400),
        ("?%ff=%ff", 400),
        ("?limit%00=1", 400),
    ] {
        let path = format!("/api/v1/plans{query}");
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\nconnection: close\r\n\r\n",
            owner.key()
        );
        let reply = raw::send(&server.base, request).await;
        assert_eq!(reply.status, status, "{query}");
    }
}
