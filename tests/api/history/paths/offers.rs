//! Intro offers.

use super::*;

const OFFER: &str = "prices[monthly].introOffer";

fn base_offer(value: i64) -> Value {
    json!({"introOffer": {
        "enabled": true, "discountType": "amount", "discountValue": value, "durationCycles": 3,
    }})
}

#[tokio::test]
async fn an_offer_and_what_derives_from_it_are_told() {
    let shop = Shop::open().await;
    shop.set("jpy", "150", json!({})).await.data();
    let change = change_by(&shop.owner, shop.change(base_offer(1000))).await;
    let jpy = "prices[monthly].regionalPrices[jpy].introOffer";
    check(
        &change,
        "update-plan-price",
        &[
            "updated plan pro",
            &format!("{OFFER}.enabled: null → true"),
            &format!("{OFFER}.discountType: null → \"amount\""),
            &format!("{OFFER}.discountValue: null → 1000"),
            &format!("{OFFER}.durationCycles: null → 3"),
            &format!("{jpy}.discountType: null → \"amount\" (derived)"),
            &format!("{jpy}.discountValue: null → 1500 (derived)"),
            &format!("{jpy}.durationCycles: null → 3 (derived)"),
            &format!("{jpy}.autoSynced: null → true (derived)"),
        ],
    );
    let change = change_by(&shop.owner, shop.change(base_offer(1200))).await;
    check(
        &change,
        "update-plan-price",
        &[
            "updated plan pro",
            &format!("{OFFER}.discountValue: 1000 → 1200"),
            &format!("{jpy}.discountValue: 1500 → 1800 (derived)"),
        ],
    );
    let manual = shop.set("jpy", "150", shop.manual_offer("amount", 900));
    check(
        &change_by(&shop.owner, manual).await,
        "set-plan-regional-pricing",
        &[
            "updated plan pro",
            &format!("{jpy}.discountValue: 1800 → 900"),
            &format!("{jpy}.durationCycles: 3 → 1"),
            &format!("{jpy}.autoSynced: true → false"),
        ],
    );
    // A manual offer is kept while the base is switched off, and not shown.
    let off = shop.change(json!({"introOffer": {"enabled": false}}));
    check(
        &change_by(&shop.owner, off).await,
        "update-plan-price",
        &[
            "updated plan pro",
            &format!("{OFFER}.enabled: true → false"),
            &format!("{jpy}.discountType: \"amount\" → null"),
            &format!("{jpy}.discountValue: 900 → null"),
            &format!("{jpy}.durationCycles: 1 → null"),
            &format!("{jpy}.autoSynced: false → null"),
        ],
    );
}
