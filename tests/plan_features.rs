//! Features in plans: adding, changing and removing them.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::making::{each, item, merged};
use crate::support::{Actor, Reply, TestServer};

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

    /// The codes of the features of a plan, in the order of the plan.
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
async fn a_feature_about_which_nothing_is_said_has_the_defaults() {
    let shop = Shop::open().await;
    let added = shop.add("metered", "usage", json!({})).await;
    let feature = shop.id_of_feature("usage").await;
    let wanted = json!({
        "planId": shop.id_of_plan("metered").await, "featureId": feature, "enabled": true,
        "includedAmount": 0, "unlimited": false, "overage": {"enabled": false, "unitPrice": 0},
        "creditsPerUnit": null, "pricingMode": "fixed", "margin": null,
        "object": "plan", "livemode": false,
    });
    assert_eq!(added.data(), &wanted);
    let wanted = json!({
        "id": feature, "code": "usage", "name": "usage", "type": "usage", "unitName": null,
        "enabled": true, "includedAmount": 0, "unlimited": false,
        "overage": {"enabled": false, "model": null, "unitPrice": 0},
        "creditsPerUnit": null, "pricingMode": "fixed", "margin": null, "regionalPrices": [],
    });
    assert_eq!(shop.shown("metered", "usage").await, wanted);
}

#[tokio::test]
async fn what_is_sent_is_what_is_kept() {
    let shop = Shop::open().await;
    let cases = [
        (
            "metered",
            json!({"enabled": false, "includedAmount": 9_007_199_254_740_991_i64}),
        ),
        (
            "metered",
            json!({"overage": {"enabled": true, "unitPrice": 20}}),
        ),
        (
            "metered",
            json!({"overage": {"enabled": false, "unitPrice": 20}}),
        ),
        ("metered", json!({"unlimited": true})),
        ("credits", json!({"creditsPerUnit": 0})),
        ("credits", json!({"creditsPerUnit": 7})),
        (
            "balance",
            json!({"pricingMode": "ai_model", "margin": 2500}),
        ),
        ("balance", json!({"pricingMode": "ai_model", "margin": 0})),
        (
            "balance",
            json!({"pricingMode": "ai_model", "margin": null}),
        ),
    ];
    for (plan, settings) in cases {
        let added = shop.add(plan, "quota", settings.clone()).await;
        let shown = shop.shown(plan, "quota").await;
        for (field, value) in settings.as_object().unwrap() {
            assert_eq!(&added.data()[field], value, "{settings}");
            if field != "overage" {
                assert_eq!(&shown[field], value, "{settings}");
            }
        }
        shop.remove(plan, "quota").await.data();
    }
}

#[tokio::test]
async fn a_plan_shows_overage_as_stored_with_a_model_where_it_is_enabled() {
    let shop = Shop::open().await;
    let overage = json!({"overage": {"enabled": true, "unitPrice": 20}});
    shop.add("metered", "usage", overage).await.data();
    let shown = async || shop.shown("metered", "usage").await["overage"].clone();
    assert_eq!(
        shown().await,
        json!({"enabled": true, "model": "per_unit", "unitPrice": 20})
    );
    let off = json!({"overage": {"enabled": false}});
    shop.update("metered", "usage", off).await.data();
    assert_eq!(
        shown().await,
        json!({"enabled": false, "model": null, "unitPrice": 20})
    );
}

#[tokio::test]
async fn a_live_catalog_says_that_it_is_live() {
    let server = TestServer::start().await;
    let owner = server.actor("acme", Mode::Live).await;
    owner.make_plan("pro", json!({})).await;
    owner.make_feature("seats", "seats").await;
    let body = json!({"featureId": "seats"});
    let added = owner.post("/plans/pro/features", body).await;
    let updated = owner.put("/plans/pro/features/seats", json!({})).await;
    let removed = owner.delete("/plans/pro/features/seats").await;
    for reply in [added, updated, removed] {
        assert_eq!(reply.data()["livemode"], true);
    }
}

#[tokio::test]
async fn plans_and_features_are_named_by_id_or_code() {
    let shop = Shop::open().await;
    let plan = shop.id_of_plan("metered").await;
    let feature = shop.id_of_feature("usage").await;
    for plan in ["metered", &plan] {
        for feature in ["usage", &feature] {
            shop.add(plan, feature, json!({})).await.data();
            let change = json!({"includedAmount": 5});
            let updated = shop.update(plan, feature, change).await;
            assert_eq!(updated.data()["includedAmount"], 5);
            shop.remove(plan, feature).await.data();
        }
    }
}

#[tokio::test]
async fn a_boolean_feature_takes_enabled_alone() {
    let shop = Shop::open().await;
    let added = shop
        .add("metered", "boolean", json!({"enabled": false}))
        .await;
    assert_eq!(added.data()["enabled"], false);
    let shown = shop.shown("metered", "boolean").await;
    assert_eq!(shown["enabled"], false);
    assert_eq!(shown["includedAmount"], Value::Null);
    assert_eq!(shown["overage"], Value::Null);
    let defaults = json!({
        "includedAmount": 0, "unlimited": false, "overage": {"enabled": false, "unitPrice": 0},
        "creditsPerUnit": null, "pricingMode": "fixed", "margin": null,
    });
    shop.remove("metered", "boolean").await.data();
    shop.add("metered", "boolean", defaults).await.data();
}

#[tokio::test]
async fn a_boolean_feature_refuses_all_else() {
    let shop = Shop::open().await;
    let cases = [
        (json!({"includedAmount": 1}), "includedAmount"),
        (json!({"unlimited": true}), "unlimited"),
        (
            json!({"overage": {"enabled": true, "unitPrice": 0}}),
            "overage.enabled",
        ),
        (
            json!({"overage": {"enabled": false, "unitPrice": 1}}),
            "overage.unitPrice",
        ),
        (json!({"creditsPerUnit": 0}), "creditsPerUnit"),
    ];
    // Plans of the kind that the setting belongs to, so that only the feature is in its way.
    for (settings, field) in &cases {
        shop.add("credits", "boolean", settings.clone())
            .await
            .invalid(&[field]);
    }
    let settings = json!({"pricingMode": "ai_model", "margin": 1});
    shop.add("balance", "boolean", settings)
        .await
        .invalid(&["pricingMode", "margin"]);
    shop.add("credits", "boolean", json!({})).await.data();
    for (change, field) in cases {
        shop.update("credits", "boolean", change)
            .await
            .invalid(&[field]);
    }
}

#[tokio::test]
async fn an_update_keeps_what_it_leaves_out() {
    let shop = Shop::open().await;
    let settings = json!({
        "enabled": false, "includedAmount": 10, "creditsPerUnit": 3,
        "overage": {"enabled": true, "unitPrice": 20},
    });
    let mut wanted = shop.add("credits", "usage", settings).await.data().clone();
    let changes = [
        (json!({}), "/enabled", json!(false)),
        (json!({"overage": {}}), "/overage/enabled", json!(true)),
        (json!({"enabled": true}), "/enabled", json!(true)),
        (json!({"includedAmount": 11}), "/includedAmount", json!(11)),
        (
            json!({"overage": {"unitPrice": 21}}),
            "/overage/unitPrice",
            json!(21),
        ),
        (
            json!({"overage": {"enabled": false}}),
            "/overage/enabled",
            json!(false),
        ),
        (json!({"unlimited": true}), "/unlimited", json!(true)),
        (json!({"creditsPerUnit": 4}), "/creditsPerUnit", json!(4)),
        (
            json!({"creditsPerUnit": null}),
            "/creditsPerUnit",
            Value::Null,
        ),
    ];
    for (change, path, value) in changes {
        let updated = shop.update("credits", "usage", change.clone()).await;
        *wanted.pointer_mut(path).unwrap() = value;
        assert_eq!(updated.data(), &wanted, "{change}");
    }
}

#[tokio::test]
async fn an_update_leaves_pricing_mode_and_margin() {
    let shop = Shop::open().await;
    let settings = json!({"pricingMode": "ai_model", "margin": 2500});
    shop.add("balance", "usage", settings).await.data();
    let change = json!({"includedAmount": 1});
    let updated = shop.update("balance", "usage", change).await;
    assert_eq!(updated.data()["pricingMode"], "ai_model");
    assert_eq!(updated.data()["margin"], 2500);
    let change = json!({"margin": 1, "pricingMode": "fixed"});
    shop.update("balance", "usage", change)
        .await
        .invalid(&["margin", "pricingMode"]);
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_refused_by_its_path() {
    let shop = Shop::open().await;
    let no_name = shop.owner.post("/plans/metered/features", json!({})).await;
    no_name.invalid(&["featureId"]);
    shop.add("metered", "", json!({}))
        .await
        .invalid(&["featureId"]);
    shop.add("metered", "usage", json!({})).await.data();
    let cases: [(Value, &[&str]); 12] = [
        (json!({"enabled": null}), &["enabled"]),
        (json!({"enabled": "true"}), &["enabled"]),
        (json!({"includedAmount": null}), &["includedAmount"]),
        (json!({"includedAmount": -1}), &["includedAmount"]),
        (json!({"includedAmount": 1.5}), &["includedAmount"]),
        (
            json!({"includedAmount": 9_007_199_254_740_992_i64}),
            &["includedAmount"],
        ),
        (json!({"unlimited": 1}), &["unlimited"]),
        (json!({"overage": null}), &["overage"]),
        (
            json!({"overage": {"unitPrice": -1, "enabled": 0}}),
            &["overage.enabled", "overage.unitPrice"],
        ),
        (json!({"creditsPerUnit": -1}), &["creditsPerUnit"]),
        (
            json!({"overage": {"enabled": true, "unitPrice": 1, "model": "per_unit"}}),
            &["overage.model"],
        ),
        (json!({"includedAmmount": 5}), &["includedAmmount"]),
    ];
    for (body, fields) in cases {
        shop.add("metered", "seats", body.clone())
            .await
            .invalid(fields);
        shop.update("metered", "usage", body).await.invalid(fields);
    }
    assert_eq!(shop.order("metered").await, json!(["usage"]));
}

#[tokio::test]
async fn adding_wants_whole_overage_and_known_words() {
    let shop = Shop::open().await;
    let cases: [(Value, &[&str]); 6] = [
        (
            json!({"overage": {}}),
            &["overage.enabled", "overage.unitPrice"],
        ),
        (
            json!({"overage": {"enabled": true}}),
            &["overage.unitPrice"],
        ),
        (json!({"overage": {"unitPrice": 5}}), &["overage.enabled"]),
        (json!({"pricingMode": "flat"}), &["pricingMode"]),
        (json!({"pricingMode": null}), &["pricingMode"]),
        (json!({"margin": -1}), &["margin"]),
    ];
    for (settings, fields) in cases {
        shop.add("balance", "usage", settings).await.invalid(fields);
    }
}

#[tokio::test]
async fn an_integer_may_be_written_with_a_point() {
    let shop = Shop::open().await;
    let body = r#"{"featureId": "usage", "includedAmount": 5.0, "overage": {"enabled": true, "unitPrice": 2e1}}"#;
    let added = shop
        .owner
        .raw(Method::POST, "/plans/metered/features", body)
        .await;
    assert_eq!(added.data()["includedAmount"].to_string(), "5");
    assert_eq!(added.data()["overage"]["unitPrice"].to_string(), "20");
}

#[tokio::test]
async fn unlimited_and_overage_exclude_each_other() {
    let shop = Shop::open().await;
    let on = json!({"enabled": true, "unitPrice": 20});
    let both = json!({"unlimited": true, "overage": on});
    shop.add("metered", "usage", both.clone())
        .await
        .invalid(&["overage.enabled"]);
    shop.add("metered", "usage", json!({"overage": on}))
        .await
        .data();
    shop.add("metered", "seats", json!({"unlimited": true}))
        .await
        .data();
    // What the call itself asked for is what it is told to mend.
    shop.update("metered", "usage", json!({"unlimited": true}))
        .await
        .invalid(&["unlimited"]);
    let turn_on = json!({"overage": {"enabled": true}});
    shop.update("metered", "seats", turn_on)
        .await
        .invalid(&["overage.enabled"]);
    shop.update("metered", "usage", both)
        .await
        .invalid(&["overage.enabled"]);
    let swapped = json!({"unlimited": true, "overage": {"enabled": false}});
    let updated = shop.update("metered", "usage", swapped).await;
    assert_eq!(
        updated.data()["overage"],
        json!({"enabled": false, "unitPrice": 20})
    );
}

#[tokio::test]
async fn a_free_plan_has_no_overage() {
    let shop = Shop::open().await;
    let on = json!({"overage": {"enabled": true, "unitPrice": 0}});
    shop.add("free", "usage", on.clone())
        .await
        .invalid(&["overage.enabled"]);
    let off = json!({"overage": {"enabled": false, "unitPrice": 20}});
    shop.add("free", "usage", off).await.data();
    shop.update("free", "usage", on)
        .await
        .invalid(&["overage.enabled"]);
    shop.update("free", "usage", json!({"unlimited": true}))
        .await
        .data();
}

#[tokio::test]
async fn credits_per_unit_belongs_to_credits_plans() {
    let shop = Shop::open().await;
    for plan in ["metered", "balance", "free"] {
        let one = json!({"creditsPerUnit": 1});
        shop.add(plan, "usage", one.clone())
            .await
            .invalid(&["creditsPerUnit"]);
        shop.add(plan, "usage", json!({"creditsPerUnit": null}))
            .await
            .data();
        shop.update(plan, "usage", one)
            .await
            .invalid(&["creditsPerUnit"]);
        shop.update(plan, "usage", json!({"creditsPerUnit": null}))
            .await
            .data();
    }
}

#[tokio::test]
async fn ai_model_and_margin_belong_to_balance_plans() {
    let shop = Shop::open().await;
    let model = json!({"pricingMode": "ai_model"});
    let margin = json!({"margin": 1});
    let both = json!({"pricingMode": "ai_model", "margin": 1});
    for plan in ["metered", "credits"] {
        shop.add(plan, "usage", model.clone())
            .await
            .invalid(&["pricingMode"]);
        shop.add(plan, "usage", margin.clone())
            .await
            .invalid(&["margin"]);
        shop.add(plan, "usage", both.clone())
            .await
            .invalid(&["pricingMode", "margin"]);
    }
    // Without `ai_model` there is nothing that a margin could be added to.
    shop.add("balance", "usage", margin)
        .await
        .invalid(&["margin"]);
    shop.add(
        "metered",
        "usage",
        json!({"margin": null, "pricingMode": "fixed"}),
    )
    .await
    .data();
}

#[tokio::test]
async fn everything_that_breaks_a_rule_is_named_at_once() {
    let shop = Shop::open().await;
    let settings = json!({
        "unlimited": true, "overage": {"enabled": true, "unitPrice": 1},
        "creditsPerUnit": 1, "pricingMode": "ai_model", "margin": 1,
    });
    let fields = ["overage.enabled", "creditsPerUnit", "pricingMode", "margin"];
    shop.add("metered", "usage", settings)
        .await
        .invalid(&fields);
}

#[tokio::test]
async fn refusals_come_in_their_order_when_adding() {
    let shop = Shop::open().await;
    shop.add("metered", "usage", json!({})).await.data();
    let broken_rule = json!({"creditsPerUnit": 1});
    // The schema, then the plan, then the feature, then the rules, then the conflict.
    shop.add("nowhere", "nothing", json!({"enabled": 1}))
        .await
        .invalid(&["enabled"]);
    let reply = shop.add("nowhere", "nothing", broken_rule.clone()).await;
    reply.refused(404, "plan_not_found");
    let reply = shop.add("metered", "nothing", broken_rule.clone()).await;
    reply.refused(404, "feature_not_found");
    shop.add("metered", "usage", broken_rule)
        .await
        .invalid(&["creditsPerUnit"]);
    let reply = shop.add("metered", "usage", json!({})).await;
    reply.refused(409, "feature_already_exists");
    assert_eq!(reply.body["error"]["param"], "featureId");
    assert_eq!(shop.order("metered").await, json!(["usage"]));
}

#[tokio::test]
async fn refusals_come_in_their_order_when_updating() {
    let shop = Shop::open().await;
    shop.add("metered", "usage", json!({})).await.data();
    let broken_rule = json!({"creditsPerUnit": 1});
    let reply = shop.update("nowhere", "usage", json!({"enabled": 1})).await;
    reply.invalid(&["enabled"]);
    let reply = shop.update("nowhere", "usage", broken_rule.clone()).await;
    reply.refused(404, "plan_not_found");
    let reply = shop.update("metered", "seats", broken_rule.clone()).await;
    reply.refused(404, "feature_not_in_plan");
    shop.update("metered", "usage", broken_rule)
        .await
        .invalid(&["creditsPerUnit"]);
}

#[tokio::test]
async fn a_feature_that_the_plan_does_not_have_is_not_found() {
    let shop = Shop::open().await;
    shop.add("credits", "usage", json!({})).await.data();
    // One that only another plan has, one that there never was, and what can be no name at all.
    for feature in [
        "usage",
        "nothing",
        UNKNOWN_FEATURE,
        "feat_1",
        "No%20Code",
        "%00",
    ] {
        let update = shop.update("metered", feature, json!({})).await;
        update.refused(404, "feature_not_in_plan");
        let remove = shop.remove("metered", feature).await;
        remove.refused(404, "feature_not_in_plan");
    }
    for feature in ["nothing", UNKNOWN_FEATURE, "feat_1", "No Code"] {
        let add = shop.add("metered", feature, json!({})).await;
        add.refused(404, "feature_not_found");
    }
}

#[tokio::test]
async fn a_plan_that_is_not_there_has_no_features_to_change() {
    let shop = Shop::open().await;
    shop.add("credits", "usage", json!({})).await.data();
    let deleted = shop.id_of_plan("credits").await;
    shop.owner.delete("/plans/credits/manage").await.data();
    for plan in ["credits", &deleted, "nowhere", UNKNOWN_PLAN] {
        shop.add(plan, "seats", json!({}))
            .await
            .refused(404, "plan_not_found");
        shop.update(plan, "usage", json!({}))
            .await
            .refused(404, "plan_not_found");
        shop.remove(plan, "usage")
            .await
            .refused(404, "plan_not_found");
    }
}

#[tokio::test]
async fn a_deleted_feature_cannot_be_added() {
    let shop = Shop::open().await;
    let id = shop.id_of_feature("usage").await;
    shop.owner.delete("/features/usage/manage").await.data();
    for name in ["usage", &id] {
        let reply = shop.add("metered", name, json!({})).await;
        reply.refused(404, "feature_not_found");
    }
}

#[tokio::test]
async fn features_stand_in_the_order_in_which_they_were_added() {
    let shop = Shop::open().await;
    for feature in ["seats", "boolean", "usage", "quota"] {
        shop.add("metered", feature, json!({})).await.data();
    }
    shop.update("metered", "boolean", json!({"enabled": false}))
        .await
        .data();
    let wanted = json!(["seats", "boolean", "usage", "quota"]);
    assert_eq!(shop.order("metered").await, wanted);
    // What is added again goes to the end, also from the end itself.
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
async fn a_removed_feature_is_forgotten_by_the_plan_alone() {
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

#[tokio::test]
async fn a_refused_call_changes_nothing() {
    let shop = Shop::open().await;
    let settings = json!({"includedAmount": 5, "overage": {"enabled": true, "unitPrice": 20}});
    shop.add("metered", "usage", settings).await.data();
    let before = shop.owner.show_plan("metered").await;
    let half_good = json!({"includedAmount": 6, "unlimited": true});
    shop.update("metered", "usage", half_good)
        .await
        .invalid(&["unlimited"]);
    let half_good = json!({"includedAmount": 6, "creditsPerUnit": 1});
    shop.update("metered", "usage", half_good)
        .await
        .invalid(&["creditsPerUnit"]);
    shop.add("metered", "usage", json!({"includedAmount": 6}))
        .await
        .refused(409, "feature_already_exists");
    assert_eq!(shop.owner.show_plan("metered").await, before);
}
