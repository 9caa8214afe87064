//! Bodies: their content type, size and JSON.

use super::*;

#[tokio::test]
async fn a_body_has_to_be_declared_as_json() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        let path = operation.path_to_nothing();
        let undeclared = owner.request(operation.method.clone(), &path).body("{}");
        owner
            .send(undeclared)
            .await
            .refused(415, "unsupported_media_type");
    }
    let body = r#"{"name":"Teams"}"#;
    for kind in [
        "text/plain",
        "application/jsonx",
        "application/json5",
        "text/json",
        "",
        "json",
    ] {
        let request = owner
            .request(Method::POST, "/plan-groups")
            .header("content-type", kind);
        owner
            .send(request.body(body))
            .await
            .refused(415, "unsupported_media_type");
    }
    for (index, kind) in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/json ;a=\"b\"",
    ]
    .into_iter()
    .enumerate()
    {
        let request = owner
            .request(Method::POST, "/plan-groups")
            .header("content-type", kind);
        let body = format!(r#"{{"name":"Group {index}"}}"#);
        owner.send(request.body(body)).await.data();
    }
}

#[tokio::test]
async fn a_body_has_1_mib_at_most() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = r#"{"name":"Teams"}"#;
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    create_raw(&owner, padded(MIB + 1))
        .await
        .refused(413, "body_too_large");
    create_raw(&owner, padded(MIB)).await.data();
    // A document of the catalog may be larger.
    for operation in with_body().filter(|operation| operation.id != "create-changeset") {
        let path = operation.path_to_nothing();
        let reply = owner
            .raw(operation.method.clone(), &path, padded(MIB + 1))
            .await;
        reply.refused(413, "body_too_large");
    }
}

/// A call whose body comes in chunks, so that its length is not known in advance.
fn chunked(key: &str, chunks: usize, size: usize) -> String {
    let mut request = format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {key}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n"
    );
    let body = r#"{"name":"Teams"}"#;
    request.push_str(&format!("{:x}\r\n{body}\r\n", body.len()));
    for _ in 0..chunks {
        request.push_str(&format!("{size:x}\r\n{}\r\n", " ".repeat(size)));
    }
    request.push_str("0\r\n\r\n");
    request
}

#[tokio::test]
async fn a_body_in_chunks_has_the_same_limit() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let reply = raw::send(&server.base, chunked(owner.key(), 1024, 1024)).await;
    contract::check(&Method::POST, "/api/v1/plan-groups", &reply);
    reply.refused(413, "body_too_large");
    let reply = raw::send(&server.base, chunked(owner.key(), 1023, 1024)).await;
    assert_eq!(reply.text("name"), "Teams");
}

#[tokio::test]
async fn far_too_large_body_still_gets_a_reason() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for length in [2 * MIB, 8 * MIB] {
        let reply = create_raw(&owner, " ".repeat(length)).await;
        reply.refused(413, "body_too_large");
    }
    // The connection can be used again.
    owner.get("/plans").await.data();
}

#[tokio::test]
async fn what_is_not_http_gets_a_bare_refusal() {
    let server = TestServer::start().await;
    let host = "host: localhost\r\nconnection: close\r\n";
    let long = "x".repeat(70_000);
    let headers: String = (0..200)
        .map(|number| format!("x-{number}: 1\r\n"))
        .collect();
    for (request, expected) in [
        ("not HTTP at all\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n".to_owned(), 400),
        (format!("GET /a b HTTP/1.1\r\n{host}\r\n"), 400),
        (format!("GET / HTTP/9.9\r\n{host}\r\n"), 400),
        (format!("GET /?{long} HTTP/1.1\r\n{host}\r\n"), 414),
        (format!("GET / HTTP/1.1\r\n{host}{headers}\r\n"), 431),
        (
            format!("POST / HTTP/1.1\r\n{host}content-length: one\r\n\r\n"),
            400,
        ),
    ] {
        assert_eq!(
            bare_refusal(&server.base, &request).await,
            expected,
            "{request}"
        );
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        let reply = owner
            .raw(operation.method.clone(), &operation.path_to_nothing(), "{")
            .await;
        reply.refused(400, "invalid_json");
    }
    let texts: [&[u8]; 20] = [
        b"",
        b" ",
        b"{",
        b"{}}",
        b"{} {}",
        b"nul",
        b"NaN",
        b"'a'",
        br#"{"name":}"#,
        br#"{"name":"a",}"#,
        br#"{name:"a"}"#,
        br#"{"name":"a" // comment"#,
        br#"{"name":"\x"}"#,
        br#"{"name":"\ud800"}"#,
        b"{\"name\":\"\n\"}",
        b"{\"name\":\"\xff\"}",
        b"\xfe\xff\0{\0}",
        br#"{"isPublic":01}"#,
        br#"{"isPublic":+1}"#,
        br#"{"isPublic":.5}"#,
    ];
    for text in texts {
        let reply = create_raw(&owner, text.to_vec()).await;
        reply.refused(400, "invalid_json");
    }
}

#[tokio::test]
async fn json_that_could_hide_a_mistake_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for text in [
        r#"{"name":"a","name":"a"}"#,
        r#"{"name":"a","n\u0061me":"b"}"#,
        r#"{"name":"a","x":{"y":[{"z":1,"z":2}]}}"#,
    ] {
        create_raw(&owner, text).await.refused(400, "invalid_json");
    }
    let nested = |depth: usize| format!(r#"{{"name":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    create_raw(&owner, nested(99)).await.invalid(&["name"]);
    for depth in [100, 10_000, 500_000] {
        create_raw(&owner, nested(depth))
            .await
            .refused(400, "invalid_json");
    }
}

#[tokio::test]
async fn deep_metadata_comes_back() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    // The body and the metadata are two of the hundred levels.
    let deepest = format!(r#"{{"a":{}{}}}"#, "[".repeat(98), "]".repeat(98));
    let body = format!(r#"{{"name":"Pro","code":"pro","metadata":{deepest}}}"#);
    owner.raw(Method::POST, "/plans/manage", body).await.data();
    let read = owner.get("/plans/pro").await;
    assert_eq!(read.data()["metadata"].to_string(), deepest);
}

#[tokio::test]
async fn a_body_is_an_object() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        for body in ["[]", "null", "1", "\"\"", "true"] {
            let reply = owner
                .raw(operation.method.clone(), &operation.path_to_nothing(), body)
                .await;
            reply.invalid(&["body"]);
        }
    }
}

#[tokio::test]
async fn a_field_that_is_not_known_is_named() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for operation in with_body() {
        let reply = owner
            .raw(
                operation.method.clone(),
                &operation.path_to_nothing(),
                r#"{"naem":null,"":1}"#,
            )
            .await;
        reply.refused(400, "validation_error");
        let details = reply.body["error"]["details"]
            .as_array()
            .expect("details")
            .clone();
        for field in ["naem", ""] {
            assert!(
                details.iter().any(|item| item["field"] == field),
                "{}",
                reply.body
            );
        }
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_named_by_its_path() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let feature = json!({
        "featureId": "", "enabled": "yes", "includedAmount": -1, "unlimited": null,
        "overage": {"enabled": 1, "unitPrice": 0.5, "price": 1}, "creditsPerUnit": -1,
        "pricingMode": "free", "margin": "1", "limit": 1,
    });
    owner.post("/plans/x/features", feature).await.invalid(&[
        "featureId",
        "enabled",
        "includedAmount",
        "unlimited",
        "overage.enabled",
        "overage.unitPrice",
        "overage.price",
        "creditsPerUnit",
        "pricingMode",
        "margin",
        "limit",
    ]);
    let price = json!({
        "billingInterval": "daily", "price": 9_007_199_254_740_992_i64, "trialDays": null,
        "introOffer": {"discountType": "free", "discountValue": 0, "durationCycles": "1"},
    });
    owner.post("/plans/x/prices", price).await.invalid(&[
        "billingInterval",
        "price",
        "trialDays",
        "introOffer.enabled",
        "introOffer.discountType",
        "introOffer.discountValue",
        "introOffer.durationCycles",
    ]);
    let regional = json!({
        "currency": "xxx", "exchangeRate": 0,
        "prices": [{"priceId": "a", "price": 1}, {"priceId": 1, "price": null}],
        "features": [{"featureId": null, "overageUnitPrice": -1}, 1],
        "introOffers": [{"priceId": "a", "discountType": "amount", "discountValue": 0}],
    });
    owner.put("/plans/x/regional", regional).await.invalid(&[
        "currency",
        "exchangeRate",
        "prices[1].priceId",
        "prices[1].price",
        "features[0].featureId",
        "features[0].overageUnitPrice",
        "features[1]",
        "introOffers[0].discountValue",
        "introOffers[0].durationCycles",
    ]);
}
