//! The catalog of the imaginary company: its features, plans and prices.

use serde_json::{Value, json};

use super::client::Client;

/// Creates the catalog, in the order in which its objects refer to each other.
pub async fn create(client: &Client) -> Result<(), String> {
    for feature in features() {
        client.post("/features/manage", feature).await?;
    }
    let workspace = group(client, "Workspace", "For teams, by what they use").await?;
    for mut plan in plans(&workspace) {
        let parts = (plan["features"].take(), plan["prices"].take());
        let code = plan["plan"]["code"].as_str().unwrap_or_default().to_owned();
        client.post("/plans/manage", plan["plan"].take()).await?;
        fill(client, &code, parts).await?;
    }
    for (plan, pricing) in regional_pricing(client).await? {
        client
            .put(&format!("/plans/{plan}/regional"), pricing)
            .await?;
    }
    local_price(client).await
}

async fn group(client: &Client, name: &str, description: &str) -> Result<String, String> {
    let made = client
        .post(
            "/plan-groups",
            json!({"name": name, "description": description}),
        )
        .await?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

async fn fill(
    client: &Client,
    plan: &str,
    (features, prices): (Value, Value),
) -> Result<(), String> {
    for feature in features.as_array().cloned().unwrap_or_default() {
        client
            .post(&format!("/plans/{plan}/features"), feature)
            .await?;
    }
    for price in prices.as_array().cloned().unwrap_or_default() {
        client.post(&format!("/plans/{plan}/prices"), price).await?;
    }
    Ok(())
}

fn features() -> Vec<Value> {
    vec![
        json!({"code": "api_calls", "name": "API calls", "type": "usage", "unitName": "call"}),
        json!({"code": "members", "name": "Members", "type": "seats", "unitName": "member"}),
        json!({"code": "projects", "name": "Projects", "type": "quota", "unitName": "project"}),
        json!({"code": "sso", "name": "Single sign-on", "type": "boolean"}),
        json!({"code": "audit_log", "name": "Audit log", "type": "boolean"}),
        json!({"code": "answers", "name": "Assistant answers", "type": "usage", "unitName": "answer"}),
    ]
}

/// The plans, each with its features and prices.
fn plans(workspace: &str) -> Vec<Value> {
    vec![
        json!({
            "plan": {"code": "free", "name": "Free", "isFree": true, "planGroupId": workspace},
            "features": [
                {"featureId": "api_calls", "includedAmount": 1000},
                {"featureId": "members", "includedAmount": 2},
                {"featureId": "projects", "includedAmount": 1},
            ],
            "prices": [{"billingInterval": "monthly", "price": 0}],
        }),
        json!({
            "plan": {"code": "starter", "name": "Starter", "planGroupId": workspace},
            "features": [
                {"featureId": "api_calls", "includedAmount": 50_000, "overage": {"enabled": true, "unitPrice": 20}},
                {"featureId": "members", "includedAmount": 5, "overage": {"enabled": true, "unitPrice": 50_000}},
                {"featureId": "projects", "includedAmount": 10},
            ],
            "prices": [
                {"billingInterval": "monthly", "price": 1900, "trialDays": 14},
                {"billingInterval": "yearly", "price": 19_000, "trialDays": 14},
            ],
        }),
        json!({
            "plan": {"code": "pro", "name": "Pro", "planGroupId": workspace, "metadata": {"badge": "popular"}},
            "features": [
                {"featureId": "api_calls", "includedAmount": 500_000, "overage": {"enabled": true, "unitPrice": 12}},
                {"featureId": "members", "includedAmount": 20, "overage": {"enabled": true, "unitPrice": 40_000}},
                {"featureId": "projects", "unlimited": true},
                {"featureId": "sso"},
            ],
            "prices": [
                {"billingInterval": "monthly", "price": 4900, "trialDays": 14, "introOffer":
                    {"enabled": true, "discountType": "percentage", "discountValue": 2500, "durationCycles": 3}},
                {"billingInterval": "yearly", "price": 49_000, "trialDays": 14},
            ],
        }),
        json!({
            "plan": {"code": "enterprise", "name": "Enterprise", "isPublic": false, "planGroupId": workspace},
            "features": [
                {"featureId": "api_calls", "unlimited": true},
                {"featureId": "members", "unlimited": true},
                {"featureId": "projects", "unlimited": true},
                {"featureId": "sso"},
                {"featureId": "audit_log"},
            ],
            "prices": [{"billingInterval": "yearly", "price": 1_200_000}],
        }),
        json!({
            "plan": {"code": "assistant", "name": "Assistant", "consumptionModel": "credits",
                "blockOnExhaustion": true},
            "features": [{"featureId": "answers", "creditsPerUnit": 2}],
            "prices": [{"billingInterval": "monthly", "price": 2900, "includedCredits": 1000}],
        }),
        json!({
            "plan": {"code": "assistant_flex", "name": "Assistant Flex", "consumptionModel": "balance"},
            "features": [{"featureId": "answers", "pricingMode": "ai_model", "margin": 2000}],
            "prices": [{"billingInterval": "monthly", "price": 2000, "includedBalance": 2500}],
        }),
    ]
}

/// The pricing of every paid public plan in four currencies, at fixed rates. The round prices of
/// Pro in euros are manual.
async fn regional_pricing(client: &Client) -> Result<Vec<(&'static str, Value)>, String> {
    let rates = [
        ("eur", json!(0.92)),
        ("brl", json!(5.43)),
        ("jpy", json!(150)),
        ("ars", json!(1375.5)),
    ];
    let mut calls = Vec::new();
    for plan in ["starter", "pro", "assistant", "assistant_flex"] {
        for (currency, rate) in &rates {
            calls.push((plan, json!({"currency": currency, "exchangeRate": rate})));
        }
    }
    let (monthly, yearly) = (
        price_id(client, "pro", 0).await?,
        price_id(client, "pro", 1).await?,
    );
    let by_hand = json!({
        "currency": "eur",
        "exchangeRate": 0.92,
        "prices": [{"priceId": monthly, "price": 4500}, {"priceId": yearly, "price": 45_000}],
        "features": [{"featureId": "members", "overageUnitPrice": 39_000}],
    });
    calls.push(("pro", by_hand));
    Ok(calls)
}

/// Sets one price that follows a local market instead of a rate.
async fn local_price(client: &Client) -> Result<(), String> {
    let monthly = price_id(client, "starter", 0).await?;
    let overrides = json!({"overrides": [{"currency": "ars", "price": 1_500_000}]});
    let path = format!("/plans/starter/prices/{monthly}/regional");
    client.put(&path, overrides).await.map(drop)
}

async fn price_id(client: &Client, plan: &str, index: usize) -> Result<String, String> {
    let plan = client.get(&format!("/plans/{plan}")).await?;
    Ok(plan["prices"][index]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}
