//! The log of changes under faults: no change without its write, and none twice.

use serde_json::Value;

use crate::support::Actor;

/// All changes that the log has, the oldest first. Each has the next revision, up to that of the catalog,
/// unless a program of the previous version made some of them.
pub async fn whole(owner: &Actor) -> Vec<Value> {
    let oldest = owner.get("/changes?after=0&limit=1").await;
    let mut last = match oldest.status {
        410 => oldest.body["error"]["details"]["oldest"].as_i64(),
        _ => Some(0),
    }
    .expect("a revision");
    let mut changes = Vec::new();
    loop {
        let page = owner.get(&format!("/changes?after={last}&limit=100")).await;
        let found = page.data().as_array().expect("changes");
        for change in found {
            let revision = change["revision"].as_i64().expect("a revision");
            // What a program of the previous version did is logged in one.
            let is_next = revision == last + 1;
            let is_caught_up = change["actor"]["type"] == "system" && revision > last;
            assert!(is_next || is_caught_up, "{change} after {last}");
            assert_ne!(change["objects"], Value::Array(Vec::new()), "{change}");
            last = revision;
        }
        changes.extend(found.iter().cloned());
        if page.body["hasMore"] == false {
            assert_eq!(
                page.body["head"].as_i64(),
                Some(last),
                "the log ends with the catalog"
            );
            return changes;
        }
    }
}

/// The values that changes gave to a field, the oldest first.
pub fn values(changes: &[Value], id: &str, path: &str, actor: &str) -> Vec<Value> {
    let by = changes
        .iter()
        .filter(|change| change["actor"]["type"] == actor);
    let objects = by.flat_map(|change| change["objects"].as_array().expect("objects"));
    let own = objects.filter(|object| object["id"] == id);
    let fields = own.flat_map(|object| object["fields"].as_array().expect("fields"));
    let fields = fields.filter(|field| field["path"] == path);
    fields.map(|field| field["to"].clone()).collect()
}
