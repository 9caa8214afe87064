//! `asOf` and `revision`: plans, features and plan groups as they were.

use serde_json::{Value, json};

use crate::support::{Actor, Reply, TestServer, let_the_clock_move};

mod lists;
mod moments;
mod older;
mod walk;

/// The newest change: its revision and its time.
async fn newest(owner: &Actor) -> (i64, String) {
    let change = owner.get("/changes?limit=1").await.data()[0].clone();
    let at = change["at"].as_str().expect("a time").to_owned();
    (change["revision"].as_i64().expect("a revision"), at)
}

/// A path with one more parameter in the query.
fn with(path: &str, parameter: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{parameter}")
}

async fn at(owner: &Actor, path: &str, revision: i64) -> Reply {
    owner
        .get(&with(path, &format!("revision={revision}")))
        .await
}

/// The revision that an answer says it shows.
#[track_caller]
fn shown(reply: &Reply) -> i64 {
    let revision = reply.header("catalog-revision").expect("a revision");
    revision.parse().expect("a number")
}

/// A catalog with one object of each kind.
struct Small {
    server: TestServer,
    owner: Actor,
    group: String,
    /// The revision and the time of the last change.
    then: (i64, String),
}

impl Small {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let group = owner.post("/plan-groups", json!({"name": "Teams"})).await;
        let group = group.id().to_owned();
        owner.make_feature("calls", "usage").await;
        owner.make_plan("pro", json!({"planGroupId": group})).await;
        let then = newest(&owner).await;
        let_the_clock_move().await;
        Self {
            server,
            owner,
            group,
            then,
        }
    }

    async fn rename(&self, plan: &str, name: &str) {
        let path = format!("/plans/{plan}/manage");
        self.owner.put(&path, json!({"name": name})).await.data();
    }

    /// The paths of all reads that can show the past.
    fn paths(&self) -> [String; 6] {
        [
            "/plans".to_owned(),
            "/plans/pro".to_owned(),
            "/features".to_owned(),
            "/features/calls".to_owned(),
            "/plan-groups".to_owned(),
            format!("/plan-groups/{}", self.group),
        ]
    }
}

/// Whether an answer is that of an empty catalog.
#[track_caller]
fn check_empty(reply: &Reply) {
    match reply.status {
        404 => {}
        _ => assert_eq!(*reply.data(), Value::Array(Vec::new())),
    }
}
