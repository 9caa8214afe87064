//! The moments that can be asked for, and by whom.

use pricebook::domain::scope::Mode;

use super::*;
use crate::support::reads::check_tag;

#[tokio::test]
async fn as_of_is_the_newest_revision_that_is_not_later() {
    let small = Small::new().await;
    let (revision, at) = &small.then;
    small.rename("pro", "Other").await;
    let (next, _) = newest(&small.owner).await;
    let earlier = "1970-01-01T00:00:00.000Z";
    let zone = at.replace('Z', "%2B00:00");
    let finer = at.replace('Z', "999Z");
    for (time, expected) in [
        (earlier, 0),
        (at, *revision),
        (&zone, *revision),
        (&finer, *revision),
    ] {
        let reply = small.owner.get(&format!("/plans?asOf={time}")).await;
        assert_eq!(shown(&reply), expected, "{time}");
    }
    let (_, now) = newest(&small.owner).await;
    for path in small.paths() {
        let reply = small.owner.get(&with(&path, &format!("asOf={now}"))).await;
        assert_eq!(shown(&reply), next, "{path}");
        assert_eq!(reply.text, small.owner.get(&path).await.text, "{path}");
    }
}

#[tokio::test]
async fn moments_that_cannot_be_shown() {
    let small = Small::new().await;
    let (revision, time) = &small.then;
    let head = revision + 1;
    for path in small.paths() {
        let ask = async |query: &str| small.owner.get(&with(&path, query)).await;
        for wrong in [
            "",
            "yesterday",
            "2026-07-11",
            "1783762200",
            "2026-07-11T09:30:00",
        ] {
            ask(&format!("asOf={wrong}")).await.invalid(&["asOf"]);
        }
        for wrong in ["", "-1", "%2B1", "1.5", "newest", "99999999999999999999"] {
            ask(&format!("revision={wrong}"))
                .await
                .invalid(&["revision"]);
        }
        ask("asOf=x&revision=x")
            .await
            .invalid(&["asOf", "revision"]);
        ask(&format!("asOf={time}&revision={revision}"))
            .await
            .invalid(&["revision"]);
        ask("revision=0&revision=0").await.invalid(&["revision"]);
        ask(&format!("asOf={time}&asOf={time}"))
            .await
            .invalid(&["asOf"]);
        ask(&format!("revision={head}"))
            .await
            .invalid(&["revision"]);
        ask("revision=9223372036854775807")
            .await
            .invalid(&["revision"]);
        ask("asOf=2999-01-01T00:00:00Z").await.invalid(&["asOf"]);
    }
    let several = "/features?asOf=x&revision=-1&limit=0&cursor=x";
    let several = small.owner.get(several).await;
    several.invalid(&["limit", "cursor", "asOf", "revision"]);
}

#[tokio::test]
async fn what_is_not_kept_is_gone() {
    let small = Small::new().await;
    let (start, time) = &small.then;
    let before = start - 1;
    let pruned = format!("UPDATE scopes SET history_start = {start}");
    small.server.database.execute(&[pruned]).await;
    small.rename("pro", "Other").await;
    for path in small.paths() {
        for moment in [
            format!("revision={before}"),
            "asOf=1999-12-31T00:00:00Z".to_owned(),
        ] {
            let reply = small.owner.get(&with(&path, &moment)).await;
            reply.refused(410, "history_pruned");
            assert_eq!(reply.body["error"]["details"], json!({"oldest": start}));
        }
        for moment in [format!("revision={start}"), format!("asOf={time}")] {
            let reply = small.owner.get(&with(&path, &moment)).await;
            assert_eq!(shown(&reply), *start, "{path} {moment}");
        }
    }
    for path in ["/catalog", "/catalog/findings"] {
        let gone = at(&small.owner, path, before).await;
        gone.refused(410, "history_pruned");
        assert_eq!(at(&small.owner, path, *start).await.status, 200, "{path}");
    }
    let source = json!({"source": {"revision": before}});
    let gone = small.owner.post("/changesets", source).await;
    gone.refused(410, "history_pruned");
    // What is gone comes before what never was.
    let reply = at(&small.owner, "/plans/none", before).await;
    reply.refused(410, "history_pruned");
}

#[tokio::test]
async fn reads_of_the_past_have_tags() {
    let small = Small::new().await;
    let (revision, _) = small.then;
    let mut tags = Vec::new();
    for path in small.paths() {
        tags.push(
            small
                .owner
                .get(&path)
                .await
                .header("etag")
                .map(str::to_owned),
        );
    }
    small.rename("pro", "Other").await;
    let renamed = json!({"name": "Renamed"});
    small
        .owner
        .put("/features/calls/manage", renamed)
        .await
        .data();
    for (path, tag) in small.paths().iter().zip(tags) {
        let path = with(path, &format!("revision={revision}"));
        check_tag(&small.owner, &path).await;
        let reply = small.owner.get(&path).await;
        assert_eq!(reply.header("etag"), tag.as_deref(), "{path}");
    }
}

#[tokio::test]
async fn reads_of_now_are_not_answered_with_the_past() {
    let small = Small::new().await;
    let (revision, at) = &small.then;
    let name = async |path: &str| {
        let data = small.owner.get(path).await.data().clone();
        let plan = if data.is_array() { &data[0] } else { &data };
        plan["name"].as_str().expect("a name").to_owned()
    };
    small.rename("pro", "New").await;
    for path in ["/plans", "/plans?includePrivate=true", "/plans/pro"] {
        // The second answer comes from the cache.
        for _ in 0..3 {
            assert_eq!(name(path).await, "New");
            assert_eq!(
                name(&with(path, &format!("revision={revision}"))).await,
                "pro"
            );
            assert_eq!(name(&with(path, &format!("asOf={at}"))).await, "pro");
        }
    }
}

#[tokio::test]
async fn publishable_keys_read_no_past() {
    let small = Small::new().await;
    let (revision, time) = &small.then;
    small.owner.make_plan("max", json!({})).await;
    let (now, _) = newest(&small.owner).await;
    let page = small
        .owner
        .get(&format!("/plans?revision={now}&limit=1"))
        .await;
    let cursor = page.body["nextCursor"].as_str().expect("a cursor");
    let body = json!({"name": "Page", "permissions": {"plan": ["read_public"]}});
    let made = small.owner.post("/api-keys", body).await;
    let public = small.owner.with_key(made.text("apiKey"));
    for path in ["/plans", "/plans/pro", "/plans/none"] {
        for moment in [
            format!("revision={revision}"),
            format!("asOf={time}"),
            "revision=x".to_owned(),
            "asOf=".to_owned(),
        ] {
            let reply = public.get(&with(path, &moment)).await;
            reply.refused(403, "forbidden");
            let message = reply.body["error"]["message"].as_str().expect("a message");
            assert!(message.contains("`asOf`"), "{message}");
        }
    }
    let reply = public.get(&format!("/plans?limit=1&cursor={cursor}")).await;
    reply.refused(403, "forbidden");
    public.get("/plans?limit=1").await.data();
    public.get("/plans/pro").await.data();
}

#[tokio::test]
async fn the_right_to_read_plans_is_enough() {
    let small = Small::new().await;
    let (revision, _) = small.then;
    let body = json!({"name": "Reader", "permissions": {"plan": ["read"]}});
    let made = small.owner.post("/api-keys", body).await;
    let reader = small.owner.with_key(made.text("apiKey"));
    for path in ["/plans", "/plans/pro"] {
        assert_eq!(shown(&at(&reader, path, revision).await), revision);
    }
    for path in ["/features", "/plan-groups"] {
        at(&reader, path, revision).await.refused(403, "forbidden");
    }
    small
        .server
        .stranger()
        .get("/plans?revision=1")
        .await
        .refused(401, "unauthorized");
}

#[tokio::test]
async fn scopes_have_pasts_of_their_own() {
    let small = Small::new().await;
    let (revision, _) = small.then;
    let id = small.owner.show_plan("pro").await["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for (organization, mode) in [("other", Mode::Sandbox), ("acme", Mode::Live)] {
        let other = small.server.actor(organization, mode).await;
        at(&other, "/plans", revision).await.invalid(&["revision"]);
        for name in ["own", "more", "third"] {
            other.make_plan(name, json!({})).await;
        }
        let path = format!("/plans/{id}");
        at(&other, &path, revision)
            .await
            .refused(404, "plan_not_found");
        at(&other, "/plans/pro", revision)
            .await
            .refused(404, "plan_not_found");
        at(&other, "/features/calls", revision)
            .await
            .refused(404, "feature_not_found");
        let group = format!("/plan-groups/{}", small.group);
        at(&other, &group, revision)
            .await
            .refused(404, "plan_group_not_found");
        let plans = at(&other, "/plans", revision).await;
        assert!(!plans.text.contains(&id), "{}", plans.text);
    }
}
