//! A plan with one price, and calls about its regional values.

use serde_json::{Value, json};

use super::making::{item, merged};
use super::{Actor, Reply, TestServer};

/// A catalog with a plan `pro` of some kind, with a price of $49.00, and the features `calls` and
/// `sso`, which no plan has yet.
pub struct Shop {
    pub server: TestServer,
    pub owner: Actor,
    /// The id of the price, which is monthly by default.
    pub price: String,
}

impl Shop {
    /// A metered plan.
    pub async fn open() -> Self {
        Self::with(json!({}), "monthly", json!({})).await
    }

    /// A balance plan whose price includes $20.00.
    pub async fn with_balance() -> Self {
        let plan = json!({"consumptionModel": "balance"});
        Self::with(plan, "monthly", json!({"includedBalance": 2000})).await
    }

    pub async fn with(plan: Value, interval: &str, price: Value) -> Self {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        owner.make_plan("pro", plan).await;
        let price = owner.make_price("pro", interval, 4900, price).await;
        owner.make_feature("calls", "usage").await;
        owner.make_feature("sso", "boolean").await;
        Self {
            server,
            owner,
            price,
        }
    }

    pub async fn show(&self) -> Value {
        self.owner.show_plan("pro").await
    }

    /// Sets a rate, with more fields in the request.
    pub async fn set(&self, currency: &str, rate: &str, more: Value) -> Reply {
        let body = json!({"currency": currency, "exchangeRate": exact(rate)});
        self.owner
            .put("/plans/pro/regional", merged(body, more))
            .await
    }

    /// A manual value of the price, for a request that sets a rate.
    pub fn manual_price(&self, price: i64) -> Value {
        json!({"prices": [{"priceId": self.price, "price": price}]})
    }

    /// A manual offer of the price, for a request that sets a rate.
    pub fn manual_offer(&self, discount_type: &str, value: i64) -> Value {
        json!({"introOffers": [{
            "priceId": self.price, "discountType": discount_type,
            "discountValue": value, "durationCycles": 1,
        }]})
    }

    /// Sets manual values of the price.
    pub async fn upsert(&self, overrides: Value) -> Reply {
        let path = format!("/plans/pro/prices/{}/regional", self.price);
        self.owner.put(&path, json!({"overrides": overrides})).await
    }

    /// Deletes the regional values of the price.
    pub async fn delete_regional(&self) -> Reply {
        let path = format!("/plans/pro/prices/{}/regional", self.price);
        self.owner.delete(&path).await
    }

    /// Changes the price.
    pub async fn change(&self, change: Value) -> Reply {
        let path = format!("/plans/pro/prices/{}", self.price);
        self.owner.put(&path, change).await
    }

    /// Adds the feature `calls` with overage at a unit price.
    pub async fn add_calls(&self, unit_price: i64) -> Reply {
        let overage = json!({"enabled": true, "unitPrice": unit_price});
        let body = json!({"featureId": "calls", "overage": overage});
        self.owner.post("/plans/pro/features", body).await
    }

    pub async fn change_calls(&self, overage: Value) -> Reply {
        let body = json!({"overage": overage});
        self.owner.put("/plans/pro/features/calls", body).await
    }

    /// The price in all currencies.
    pub async fn all_regional(&self) -> Value {
        let plan = self.show().await;
        item(&plan["prices"], "id", &self.price)["regionalPrices"].clone()
    }

    /// The price in a currency.
    pub async fn regional(&self, currency: &str) -> Value {
        item(&self.all_regional().await, "currency", currency).clone()
    }

    /// The overage of the feature `calls` in all currencies.
    pub async fn overages(&self) -> Value {
        let plan = self.show().await;
        item(&plan["features"], "code", "calls")["regionalPrices"].clone()
    }

    /// Checks that a call is refused as invalid because of a field, and does not change the plan.
    pub async fn refuses(&self, field: &str, reply: impl AsyncFnOnce() -> Reply) {
        let before = self.show().await;
        reply().await.invalid(&[field]);
        assert_eq!(self.show().await, before, "a refused call changed the plan");
    }
}

/// A number with exactly these characters.
pub fn exact(literal: &str) -> Value {
    serde_json::from_str(literal).expect("a JSON number")
}
