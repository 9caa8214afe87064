//! Keys created by the operator.

use super::*;

#[tokio::test]
async fn a_key_is_made_with_what_is_asked_for() {
    let database = TestDatabase::new().await;
    let plain = printed(&mut on(&database, &["keys", "create"]));
    assert!(plain.starts_with("ck_sandbox_") && plain.ends_with('\n'));
    assert_eq!(
        plain.split_whitespace().count(),
        1,
        "only the secret is printed"
    );
    let columns = listed(&database, "command line");
    assert_eq!(
        (columns[1].as_str(), columns[2].as_str()),
        ("default", "sandbox")
    );
    assert_eq!(
        (columns[6].as_str(), columns[7].as_str()),
        ("never", "never")
    );
    assert_eq!(columns[8], "full");
    assert!(plain.starts_with(&columns[4]));

    let options = [
        "--organization",
        "Shöp",
        "--mode",
        "live",
        "--name",
        "CI",
        "--expires-in-days",
        "3",
    ];
    let live = printed(on(&database, &["keys", "create"]).args(options));
    assert!(live.starts_with("ck_live_"));
    let columns = listed(&database, "CI");
    assert_eq!((columns[1].as_str(), columns[2].as_str()), ("Shöp", "live"));
    assert_ne!(columns[6], "never");
    let list = printed(&mut on(&database, &["keys", "list"]));
    assert!(!list.contains(plain.trim()) && !list.contains(live.trim()));
}

#[tokio::test]
async fn restricted_key_has_the_permissions_asked() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let create = |name: &str, permissions: &str| {
        let options = ["--name", name, "--permissions", permissions];
        let mut command = on(&database, &["keys", "create"]);
        let actor = actor_by(command.args(options), &server.base);
        assert!(actor.key().starts_with("rk_sandbox_"), "{}", actor.key());
        actor
    };
    let page = create("page", "feature:write,plan:read,feature:read");
    page.get("/plans").await.data();
    page.make_feature("seats", "seats").await;
    page.get("/api-keys").await.refused(403, "forbidden");
    assert_eq!(
        listed(&database, "page")[8],
        "plan:read,feature:read,feature:write"
    );
    let nothing = create("nothing", "");
    nothing.get("/plans").await.refused(403, "forbidden");
    assert_eq!(listed(&database, "nothing")[8], "none");
    let keys = actor(&database, &server.base).get("/api-keys").await;
    let keys = keys.data().as_array().expect("keys");
    let shown: Vec<_> = keys.iter().map(|key| key["permissions"].clone()).collect();
    let expected = [
        json!(null),
        json!({"plan": ["read"], "feature": ["read", "write"]}),
        json!({}),
        json!(null),
    ];
    assert_eq!(shown, expected);
}

#[tokio::test]
async fn a_publishable_key_is_made_for_pages() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let options = ["keys", "create", "--name", "page", "--publishable"];
    let page = actor_by(&mut on(&database, &options), &server.base);
    assert!(page.key().starts_with("pk_sandbox_"), "{}", page.key());
    page.get("/plans").await.data();
    page.get("/features").await.refused(403, "forbidden");
    assert_eq!(listed(&database, "page")[8], "plan:read_public");
    let mut both = on(&database, &["keys", "create", "--publishable"]);
    let refused = both.args(["--permissions", "plan:read"]).output();
    assert!(!refused.expect("an end").status.success());
}

#[tokio::test]
async fn keys_of_one_scope_open_one_catalog() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let create = |options: &[&str]| {
        let mut command = on(&database, &["keys", "create"]);
        actor_by(command.args(options), &server.base)
    };
    let shop = ["--organization", "shop"];
    create(&shop)
        .post("/plan-groups", json!({"name": "Teams"}))
        .await
        .data();
    let groups = async |options: &[&str]| ids(&create(options).get("/plan-groups").await).len();
    assert_eq!(groups(&shop).await, 1);
    assert_eq!(
        groups(&["--organization", "shop", "--mode", "live"]).await,
        0
    );
    assert_eq!(groups(&["--organization", "Shop"]).await, 0);
}

#[tokio::test]
async fn revoked_key_opens_nothing() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    owner.get("/plans").await.data();
    let id = listed(&database, "command line")[0].clone();
    printed(&mut on(&database, &["keys", "revoke", &id]));
    // The running server may take a moment to notice.
    eventually("a refusal", async || {
        owner.get("/plans").await.status != 200
    })
    .await;
    owner.get("/plans").await.refused(401, "unauthorized");
    for unknown in [id.as_str(), "key_1", owner.key()] {
        let words =
            error_message(on(&database, &["keys", "revoke", unknown]).env("RUST_LOG", "warn"));
        assert!(
            words.ends_with("pricebook: no key with this id\n"),
            "{words}"
        );
    }
}

#[tokio::test]
async fn a_key_is_not_made_from_what_makes_no_sense() {
    let database = TestDatabase::new().await;
    printed(&mut on(&database, &["keys", "create"]));
    let too_long = "n".repeat(201);
    for options in [
        ["--mode", "test"],
        ["--name", ""],
        ["--organization", ""],
        ["--organization", &too_long],
        ["--expires-in-days", "0"],
        ["--expires-in-days", "-1"],
        ["--expires-in-days", "soon"],
        ["--expires-in-days", "36501"],
        ["--permissions", "plan:write"],
        ["--permissions", "plan"],
        ["--permissions", "plans:read"],
    ] {
        error_message(on(&database, &["keys", "create"]).args(options));
    }
    assert_eq!(
        printed(&mut on(&database, &["keys", "list"]))
            .lines()
            .count(),
        2
    );
}
