//! Features of plans: adding, changing and removing them.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::making::{each, item, merged};
use crate::support::{Actor, Reply, TestServer};

mod refusals;
mod rules;
mod values;

const UNKNOWN_FEATURE: &str = "feat_00000000000000000000000000000000";
const UNKNOWN_PLAN: &str = "pln_00000000000000000000000000000000";

/// A catalog with a plan of every kind and a feature of every type.
struct Shop {
    _server: TestServer,
    owner: Actor,
}

impl Shop {
    async fn open() -> Self {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        for model in ["metered", "credits", "balance"] {
            let body = json!({"consumptionModel": model});
            owner.make_plan(model, body).await;
        }
        owner.make_plan("free", json!({"isFree": true})).await;
        for kind in ["boolean", "usage", "seats", "quota"] {
            owner.make_feature(kind, kind).await;
        }
        let _server = server;
        Self { _server, owner }
    }

    async fn add(&self, plan: &str, feature: &str, settings: Value) -> Reply {
        let body = merged(json!({"featureId": feature}), settings);
        let path = format!("/plans/{plan}/features");
        self.owner.post(&path, body).await
    }

    async fn update(&self, plan: &str, feature: &str, change: Value) -> Reply {
        let path = format!("/plans/{plan}/features/{feature}");
        self.owner.put(&path, change).await
    }

    async fn remove(&self, plan: &str, feature: &str) -> Reply {
        let path = format!("/plans/{plan}/features/{feature}");
        self.owner.delete(&path).await
    }

    /// A feature as its plan shows it.
    async fn shown(&self, plan: &str, feature: &str) -> Value {
        let plan = self.owner.show_plan(plan).await;
        item(&plan["features"], "code", feature).clone()
    }

    /// The codes of a plan's features, in order.
    async fn order(&self, plan: &str) -> Value {
        each(&self.owner.show_plan(plan).await["features"], "code")
    }

    async fn id_of_plan(&self, code: &str) -> String {
        self.owner
            .get(&format!("/plans/{code}"))
            .await
            .id()
            .to_owned()
    }

    async fn id_of_feature(&self, code: &str) -> String {
        self.owner
            .get(&format!("/features/{code}"))
            .await
            .id()
            .to_owned()
    }
}

#[tokio::test]
async fn features_are_in_order_of_addition() {
    let shop = Shop::open().await;
    for feature in ["seats", "boolean", "usage", "quota"] {
        shop.add("metered", feature, json!({})).await.data();
    }
    shop.update("metered", "boolean", json!({"enabled": false}))
        .await
        .data();
    let wanted = json!(["seats", "boolean", "usage", "quota"]);
    assert_eq!(shop.order("metered").await, wanted);
    // A feature that is added again goes to the end, even if it was the last one.
    for (feature, wanted) in [
        ("seats", json!(["boolean", "usage", "quota", "seats"])),
        ("usage", json!(["boolean", "quota", "seats", "usage"])),
        ("usage", json!(["boolean", "quota", "seats", "usage"])),
    ] {
        shop.remove("metered", feature).await.data();
        shop.add("metered", feature, json!({})).await.data();
        assert_eq!(shop.order("metered").await, wanted);
    }
    let list = shop.owner.get("/plans").await;
    let listed = item(list.data(), "code", "metered");
    assert_eq!(listed, &shop.owner.show_plan("metered").await);
}

#[tokio::test]
async fn removal_leaves_the_feature_itself() {
    let shop = Shop::open().await;
    let feature = shop.id_of_feature("usage").await;
    for plan in ["metered", "credits"] {
        shop.add(plan, "usage", json!({"includedAmount": 7}))
            .await
            .data();
    }
    let removed = shop.remove("metered", "usage").await;
    let wanted = json!({"id": feature, "removed": true, "object": "plan", "livemode": false});
    assert_eq!(removed.data(), &wanted);
    shop.remove("metered", "usage")
        .await
        .refused(404, "feature_not_in_plan");
    assert_eq!(shop.order("metered").await, json!([]));
    assert_eq!(shop.shown("credits", "usage").await["includedAmount"], 7);
    let again = shop.add("metered", "usage", json!({})).await;
    assert_eq!(again.data()["includedAmount"], 0);
}

#[tokio::test]
async fn a_plan_shows_the_feature_as_it_is_now() {
    let shop = Shop::open().await;
    shop.add("metered", "usage", json!({})).await.data();
    let change = json!({"name": "Calls", "unitName": "call"});
    shop.owner
        .put("/features/usage/manage", change)
        .await
        .data();
    let shown = shop.shown("metered", "usage").await;
    assert_eq!(
        (&shown["name"], &shown["unitName"]),
        (&json!("Calls"), &json!("call"))
    );
}
