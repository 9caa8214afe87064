//! Metadata.

use super::*;

/// A body for a plan with the given JSON text as its metadata.
fn with_metadata(code: &str, metadata: &str) -> String {
    format!(r#"{{"name":"Any","code":"{code}","metadata":{metadata}}}"#)
}

async fn create_raw(actor: &Actor, body: String) -> Reply {
    actor.raw(Method::POST, "/plans/manage", body).await
}

#[tokio::test]
async fn metadata_keeps_digits_and_order() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let texts = [
        r#"{"b":1.50,"a":9007199254740993}"#,
        // Exponents are shown with a sign and a lowercase e, however they were sent.
        r#"{"z":{"y":[1e+308,-1.0,0.1000000000000000055,1e-9],"x":null},"":"","a":[]}"#,
        r#"{"é\n\"":"🎉 \u0001","0":true}"#,
        r#"{}"#,
    ];
    for (index, text) in texts.into_iter().enumerate() {
        let code = format!("p{index}");
        let made = create_raw(&owner, with_metadata(&code, text)).await;
        assert_eq!(made.data()["metadata"].to_string(), text);
        let read = owner.get(&format!("/plans/{code}")).await;
        assert_eq!(read.data()["metadata"].to_string(), text);
    }
    let spaced = "{ \"b\" : 2.0 ,\n\"a\":\t1.10 }";
    let body = format!(r#"{{"metadata":{spaced}}}"#);
    let changed = owner.raw(Method::PUT, "/plans/p0/manage", body).await;
    assert_eq!(
        changed.data()["metadata"].to_string(),
        r#"{"b":2.0,"a":1.10}"#
    );
}

#[tokio::test]
async fn metadata_numbers_fit_a_double() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for number in ["1e400", "-1e309", "1e-400", "1E+99999"] {
        for text in [
            format!(r#"{{"a":{number}}}"#),
            format!(r#"{{"a":[{{"b":{number}}}]}}"#),
        ] {
            let made = create_raw(&owner, with_metadata("far", &text)).await;
            made.invalid(&["metadata"]);
        }
    }
}

#[tokio::test]
async fn null_empties_metadata() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let made = create(&owner, json!({"name": "A", "code": "a", "metadata": null})).await;
    assert_eq!(made.data()["metadata"], Value::Null);
    for change in [json!({"metadata": {"a": 1}}), json!({"name": "B"})] {
        let changed = update(&owner, "a", change).await;
        assert_eq!(changed.data()["metadata"], json!({"a": 1}));
    }
    let emptied = update(&owner, "a", json!({"metadata": null})).await;
    assert_eq!(emptied.data()["metadata"], Value::Null);
    let again = update(&owner, "a", json!({"metadata": null})).await;
    assert_eq!(again.data(), emptied.data());
}

#[tokio::test]
async fn metadata_keeps_keys_special_to_serde() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for name in ["Number", "RawValue"] {
        let key = format!("$serde_json::private::{name}");
        for metadata in [
            json!({"a": {&key: "12"}}),
            json!({&key: "12"}),
            json!({"a": 1, &key: "1"}),
        ] {
            let body = with_metadata("any", &metadata.to_string());
            let reply = create_raw(&owner, body).await;
            // The server may keep the number or refuse it, but not store another one.
            if reply.status == 200 {
                assert_eq!(reply.data()["metadata"].to_string(), metadata.to_string());
                delete(&owner, "any").await.data();
            } else {
                reply.refused(400, "invalid_json");
            }
        }
    }
}

#[tokio::test]
async fn metadata_has_limits() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let keys = |count: usize| {
        let entries: Vec<_> = (0..count)
            .map(|key| format!(r#""k{key}":{{"a":1,"b":2}}"#))
            .collect();
        format!("{{{}}}", entries.join(","))
    };
    let key = |length: usize| format!(r#"{{"{}":1}}"#, "ñ".repeat(length));
    // {"k":"…"} adds 8 bytes to the text.
    let bytes = |count: usize| format!(r#"{{"k":"{}"}}"#, "a".repeat(count - 8));
    let wide = |count: usize| format!(r#"{{"k":"{}"}}"#, "ñ".repeat((count - 8) / 2));
    plan(&owner, "old").await;
    for (index, (fits, exceeds)) in [
        (keys(50), keys(51)),
        (key(40), key(41)),
        (bytes(16_384), bytes(16_385)),
        (wide(16_384), wide(16_386)),
    ]
    .into_iter()
    .enumerate()
    {
        let code = format!("p{index}");
        create_raw(&owner, with_metadata(&code, &exceeds))
            .await
            .invalid(&["metadata"]);
        let made = create_raw(&owner, with_metadata(&code, &fits)).await;
        assert_eq!(made.data()["metadata"].to_string(), fits);
        let body = |metadata: &str| format!(r#"{{"metadata":{metadata}}}"#);
        let path = "/plans/old/manage";
        owner
            .raw(Method::PUT, path, body(&exceeds))
            .await
            .invalid(&["metadata"]);
        owner.raw(Method::PUT, path, body(&fits)).await.data();
    }
    // White space between tokens does not count.
    let spaced = bytes(16_384).replace(':', &format!(":{}", " ".repeat(1000)));
    create_raw(&owner, with_metadata("spaced", &spaced))
        .await
        .data();
}

#[tokio::test]
async fn metadata_has_no_nul_anywhere() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (metadata, field) in [
        (r#"{"a":"\u0000"}"#, "metadata.a"),
        (r#"{"a":[1,{"b":"x\u0000"}]}"#, "metadata.a[1].b"),
        (r#"{"a\u0000":1}"#, "metadata"),
    ] {
        create_raw(&owner, with_metadata("any", metadata))
            .await
            .invalid(&[field]);
    }
    // An escaped backslash is not an escape of U+0000.
    let escaped = r#"{"a":"\\u0000"}"#;
    let made = create_raw(&owner, with_metadata("any", escaped)).await;
    assert_eq!(made.data()["metadata"].to_string(), escaped);
}
