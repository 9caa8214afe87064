//! The types of the intro offers of which only the value changes: without them, nobody can tell basis
//! points from minor units.

use serde_json::Value;

use super::changes::ObjectChange;
use super::client::Client;

/// Maximum number of plans that are read for this; offers of others are shown without their unit.
const MAX_PLANS: usize = 100;

/// Lets objects know the types that the catalog has now and that stay as they are.
pub async fn learn_types(client: &Client, objects: &mut [ObjectChange]) {
    let unknown = objects.iter_mut().filter(|object| object.needs_types());
    for object in unknown.take(MAX_PLANS) {
        let Some(code) = object.code.clone() else {
            continue;
        };
        // Who may not read the plan sees the values without a unit.
        if let Ok(answer) = client.get(&["plans", &code], &[]).await {
            for price in answer["data"]["prices"].as_array().into_iter().flatten() {
                if let Some((path, known)) = type_of(price) {
                    object.types.insert(path, known);
                }
            }
        }
    }
}

/// The path and the value of the type of a price's offer.
fn type_of(price: &Value) -> Option<(String, String)> {
    let interval = price["billingInterval"].as_str()?;
    let known = price["introOffer"]["discountType"].as_str()?;
    let path = format!("prices[{interval}].introOffer.discountType");
    Some((path, known.to_owned()))
}
