//! API keys: by name and prefix, never by their secret.

use super::*;

#[tokio::test]
async fn a_key_is_told_without_its_secret() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let permissions = json!({"plan": ["read", "write"], "history": ["read"]});
    let body = json!({"name": "CI", "expiresInDays": 30, "permissions": permissions});
    let made = owner.post("/api-keys", body).await;
    let change = newest(&owner).await;
    let (key, prefix) = (made.data(), made.text("prefix"));
    let expires = made.text("expiresAt");
    check(
        &change,
        "create-api-key",
        &[
            "created api_key CI",
            "name: null → \"CI\"",
            &format!("prefix: null → \"{prefix}\""),
            "permissions: null → {\"plan\":[\"read\",\"write\"],\"history\":[\"read\"]}",
            &format!("expiresAt: null → \"{expires}\""),
        ],
    );
    assert_eq!(change["objects"][0]["id"], key["id"]);
    let path = format!("/api-keys/{}", text(&key["id"]));
    check(
        &change_by(&owner, owner.delete(&path)).await,
        "delete-api-key",
        &[
            "deleted api_key CI",
            "name: \"CI\" → null",
            &format!("prefix: \"{prefix}\" → null"),
            "permissions: {\"plan\":[\"read\",\"write\"],\"history\":[\"read\"]} → null",
            &format!("expiresAt: \"{expires}\" → null"),
        ],
    );
    let secret = text(&key["apiKey"]);
    let log = log(&owner).await.text;
    for part in [secret, owner.key(), &secret[prefix.len()..]] {
        assert!(!log.contains(part), "a secret is shown: {log}");
    }
}

#[tokio::test]
async fn full_and_publishable_keys_are_told_apart() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let permissions = async |body: Value| {
        let change = change_by(&owner, owner.post("/api-keys", body)).await;
        let lines = told(&change["objects"]);
        let found = lines.iter().find(|line| line.starts_with("permissions"));
        found.cloned()
    };
    assert_eq!(permissions(json!({"name": "Full"})).await, None);
    let page = json!({"name": "Page", "permissions": {"plan": ["read_public"]}});
    assert_eq!(
        permissions(page).await.as_deref(),
        Some("permissions: null → {\"plan\":[\"read_public\"]}")
    );
    let nothing = json!({"name": "Nothing", "permissions": {}});
    assert_eq!(
        permissions(nothing).await.as_deref(),
        Some("permissions: null → {}")
    );
}
