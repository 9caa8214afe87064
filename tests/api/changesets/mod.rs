//! The catalog as a document, and changesets.

use pricebook::domain::scope::Mode;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::shop::Shop;
use crate::support::{Actor, Reply, TestServer};

mod applying;
mod document;
mod findings;
mod keeping;
mod many_objects;
mod meaning;
mod mistakes;
mod rates;
mod scopes;
mod stale;

/// The example of the contract.
const EXAMPLE: &str = r#"
pricebook: 1
features:
  api_calls: {name: API calls, type: usage, unitName: call}
  sso: {name: SSO, type: boolean}
groups:
  standard: {name: Standard, plans: [pro, team]}
plans:
  pro:
    name: Pro
    metadata: {badge: popular}
    features:
      api_calls: {included: 10000, overage: "0.0020"}    # money as decimal strings in major units
      sso: true
    prices:
      monthly: {price: "49.00", default: true, trialDays: 14, introOffer: {percent: "25", cycles: 3}}
      yearly: {price: "490.00"}
    regional:
      jpy: {rate: "150"}                                 # everything derived
      eur: {rate: "0.92", prices: {monthly: "45.00"}}    # one price by hand, the rest derived
  team:
    name: Team
    prices:
      monthly: {price: "99.00"}
    regional:
      jpy: {rate: "150"}
      eur: {rate: "0.92"}
"#;

/// Makes a changeset from a document.
async fn plan(actor: &Actor, document: impl Into<Value>) -> Reply {
    let source = json!({"source": {"document": document.into()}});
    actor.post("/changesets", source).await
}

/// Applies a changeset that was made.
async fn apply(actor: &Actor, changeset: &Value) -> Reply {
    apply_with(actor, changeset, json!({})).await
}

/// Applies a changeset that was made, with more fields in the body.
async fn apply_with(actor: &Actor, changeset: &Value, more: Value) -> Reply {
    let id = changeset["id"].as_str().expect("an id");
    let body = json!({"digest": changeset["digest"]});
    let body = crate::support::making::merged(body, more);
    actor.post(&format!("/changesets/{id}/apply"), body).await
}

/// Makes a changeset from a document, and applies it.
async fn set(actor: &Actor, document: impl Into<Value>) -> Value {
    let changeset = plan(actor, document).await.data().clone();
    apply(actor, &changeset).await.data().clone()
}

/// The catalog as YAML.
async fn yaml(actor: &Actor) -> String {
    let reply = actor.get("/catalog?format=yaml").await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.text
}

/// The catalog as JSON.
async fn json_of(actor: &Actor) -> Value {
    actor.get("/catalog").await.data().clone()
}

/// What happens to objects: their action, kind and name.
fn told(changeset: &Value) -> Vec<String> {
    let objects = changeset["objects"].as_array().expect("objects");
    let line = |object: &Value| {
        let name = object["code"].as_str().or(object["name"].as_str());
        let (action, kind) = (&object["action"], &object["objectType"]);
        let texts = [action.as_str(), kind.as_str(), name];
        texts.map(|text| text.expect("a text")).join(" ")
    };
    objects.iter().map(line).collect()
}

/// The fields of an object of a changeset: path, from, to, and a mark if they are derived.
fn fields(changeset: &Value, name: &str) -> Vec<String> {
    let mut objects = changeset["objects"].as_array().expect("objects").iter();
    let object = objects.find(|object| object["code"] == name || object["name"] == name);
    let fields = object.expect("the object")["fields"].as_array();
    let line = |field: &Value| {
        let mark = match field["cause"] == "derived" {
            true => " (derived)",
            false => "",
        };
        let path = field["path"].as_str().expect("a path");
        format!("{path}: {} → {}{mark}", field["from"], field["to"])
    };
    fields.expect("fields").iter().map(line).collect()
}

/// A key with permissions.
async fn with_permissions(owner: &Actor, permissions: Value) -> Actor {
    let body = json!({"name": "Restricted", "permissions": permissions});
    owner.with_key(owner.post("/api-keys", body).await.text("apiKey"))
}

/// A price of a plan in a currency.
async fn regional(actor: &Actor, plan: &str, interval: &str, currency: &str) -> Value {
    let plan = actor.show_plan(plan).await;
    let price = crate::support::making::item(&plan["prices"], "billingInterval", interval);
    crate::support::making::item(&price["regionalPrices"], "currency", currency).clone()
}
