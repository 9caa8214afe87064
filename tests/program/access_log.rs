//! The access log: one line for each request, and no keys.

use super::*;

#[tokio::test]
async fn the_log_has_one_json_object_a_request() {
    let database = TestDatabase::new().await;
    let server = Running::start(on(&database, &[]).env("PRICEBOOK_LOG_FORMAT", "json"));
    let owner = actor(&database, &server.base);
    let calls = calls(&owner).await;
    let (_, log) = server.stop();
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    for (id, method, path, status) in calls {
        let about: Vec<_> = lines
            .iter()
            .filter(|line| line["request_id"] == id)
            .collect();
        assert_eq!(about.len(), 1, "{log}");
        let line = about[0];
        assert_eq!(
            (&line["level"], &line["message"]),
            (&json!("INFO"), &json!("request"))
        );
        assert_eq!(
            (&line["method"], &line["status"]),
            (&json!(method), &json!(status))
        );
        assert_eq!(line["path"], format!("/api/v1{path}"));
        assert!(line["duration_us"].is_u64(), "{line}");
        let organization = line["organization"].as_str().expect("an organization");
        assert_eq!(
            organization.starts_with("org_"),
            matches!(status, 200 | 400) || path == "/plans/none"
        );
        assert!(line["timestamp"].is_string(), "{line}");
    }
    assert!(
        !log.contains(owner.key()) && !log.contains("in-the-query"),
        "{log}"
    );
}

#[tokio::test]
async fn the_log_has_one_line_of_text_a_request() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    let calls = calls(&owner).await;
    let (_, log) = server.stop();
    for (id, method, path, status) in calls {
        let about: Vec<_> = log
            .lines()
            .filter(|line| line.contains(&format!("\"{id}\"")))
            .collect();
        assert_eq!(about.len(), 1, "{log}");
        for part in [
            " INFO request ".to_owned(),
            format!("method={method} "),
            format!("path=\"/api/v1{path}\" "),
            format!("status={status} "),
            "duration_us=".to_owned(),
            "organization=".to_owned(),
        ] {
            assert!(about[0].contains(&part), "no {part} in {}", about[0]);
        }
    }
    assert!(!log.contains('\u{1b}'), "a file has no colors");
}

#[tokio::test]
async fn no_key_is_logged_at_any_level() {
    let database = TestDatabase::new().await;
    let server = Running::start(on(&database, &[]).env("RUST_LOG", "trace"));
    let owner = actor(&database, &server.base);
    let made = owner.post("/api-keys", json!({"name": "Page"})).await;
    let secret = made.text("apiKey").to_owned();
    owner.with_key(&secret).get("/plans").await.data();
    owner
        .delete(&format!("/api-keys/{secret}"))
        .await
        .refused(404, "api_key_not_found");
    let body = json!({"name": "Page", "permissions": {}});
    let restricted = owner
        .post("/api-keys", body)
        .await
        .text("apiKey")
        .to_owned();
    owner
        .with_key(&restricted)
        .delete(&format!("/api-keys/{restricted}"))
        .await
        .refused(403, "forbidden");
    for wrong in ["ck_live_wrong", "rk_live_wrong"] {
        owner
            .with_key(wrong)
            .get("/plans")
            .await
            .refused(401, "unauthorized");
    }
    let (_, log) = server.stop();
    assert!(log.contains("request"), "{log}");
    let first = first_keys(&database);
    for key in [
        secret.as_str(),
        restricted.as_str(),
        owner.key(),
        "ck_live_wrong",
        "rk_live_wrong",
        first[0].as_str(),
    ] {
        assert!(!log.contains(key), "the log has a key");
    }
}
