//! The history: how long it is kept.

use super::*;

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

async fn revision_of_last_change(owner: &Actor) -> i64 {
    let listed = owner.get("/changes?limit=1").await;
    listed.data()[0]["revision"].as_i64().expect("a revision")
}

#[tokio::test]
async fn old_changes_are_dropped_and_the_kept_past_stays_whole() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    for (name, code) in [("Old", "old"), ("Kept", "kept")] {
        let plan = json!({"name": name, "code": code});
        owner.post("/plans/manage", plan).await.data();
    }
    for name in ["Kept 1", "Kept 2"] {
        let named = json!({"name": name});
        owner.put("/plans/kept/manage", named).await.data();
    }
    owner.delete("/plans/old/manage").await.data();
    let start = revision_of_last_change(&owner).await;
    let then = owner.get("/plans?includePrivate=true").await.data().clone();
    let named = json!({"name": "Kept 3"});
    owner.put("/plans/kept/manage", named).await.data();
    let newest = revision_of_last_change(&owner).await;
    server.stop();
    database
        .execute(&[format!(
            "UPDATE changes SET at = at - {} WHERE revision <= {start}",
            31 * DAY
        )])
        .await;

    let server = Running::start(on(&database, &[]).env("PRICEBOOK_HISTORY_DAYS", "30"));
    let owner = actor(&database, &server.base);
    eventually("old changes to be dropped", async || {
        owner.get(&format!("/changes/{start}")).await.status == 410
    })
    .await;
    let gone = owner.get(&format!("/changes?after={}", start - 1)).await;
    assert_eq!(
        gone.refused(410, "history_pruned").body["error"]["details"],
        json!({"oldest": start})
    );
    for path in [
        format!("/changes/{start}"),
        format!("/changes/compare?from={}", start - 1),
        format!("/plans?revision={}", start - 1),
        format!("/plans/kept/explain?revision={}", start - 1),
    ] {
        owner.get(&path).await.refused(410, "history_pruned");
    }
    let revert = format!("/changes/{start}/revert");
    let gone = owner.post(&revert, json!({})).await;
    gone.refused(410, "history_pruned");
    let kept = owner.get(&format!("/changes?after={start}")).await;
    let revisions: Vec<_> = kept
        .data()
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| &change["revision"])
        .collect();
    assert_eq!(revisions[0], &json!(newest));
    let past = owner
        .get(&format!("/plans?includePrivate=true&revision={start}"))
        .await;
    assert_eq!(past.data(), &then);
    owner
        .get(&format!("/plans/old?revision={start}"))
        .await
        .refused(404, "plan_not_found");
    // The newest version of what is there: two keys and a plan.
    let old = format!("SELECT object_id FROM changes WHERE revision <= {start}");
    eventually("the rest to be dropped", async || {
        database.rows(&old).await == 3
    })
    .await;
    server.stop();
}
