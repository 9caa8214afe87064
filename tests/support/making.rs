//! Shortcuts to create objects.

use serde_json::{Value, json};

use super::actor::Actor;

impl Actor {
    /// Creates a metered plan with this code, with the fields in `more` instead of or beside the
    /// usual ones; returns its id.
    pub async fn make_plan(&self, code: &str, more: Value) -> String {
        let body = merged(json!({"name": code, "code": code}), more);
        self.post("/plans/manage", body).await.id().to_owned()
    }

    /// Creates a feature of a type; returns its id.
    pub async fn make_feature(&self, code: &str, kind: &str) -> String {
        let body = json!({"name": code, "code": code, "type": kind});
        self.post("/features/manage", body).await.id().to_owned()
    }

    /// Creates a price of a plan, with the fields in `more` as for a plan; returns its id.
    pub async fn make_price(&self, plan: &str, interval: &str, price: i64, more: Value) -> String {
        let body = merged(json!({"billingInterval": interval, "price": price}), more);
        let path = format!("/plans/{plan}/prices");
        self.post(&path, body).await.id().to_owned()
    }

    /// A plan as shown.
    pub async fn show_plan(&self, plan: &str) -> Value {
        self.get(&format!("/plans/{plan}")).await.data().clone()
    }
}

/// The fields of two objects; the second one takes precedence.
pub fn merged(mut fields: Value, more: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    fields
}

/// One field of every item of a list.
#[track_caller]
pub fn each(list: &Value, field: &str) -> Value {
    let items = list.as_array().expect("a list").iter();
    items.map(|item| item[field].clone()).collect()
}

/// The item of a list whose field has this text.
#[track_caller]
pub fn item<'a>(list: &'a Value, field: &str, text: &str) -> &'a Value {
    let mut items = list.as_array().expect("a list").iter();
    let found = items.find(|item| item[field] == text);
    found.unwrap_or_else(|| panic!("no item has the {field} {text}: {list}"))
}
