//! Edits of documents at random.

use serde_json::{Map, Value, json};

use crate::model::dice::Dice;

/// A document to send, and the one that the catalog is to have then. A document that is not whole has one
/// plan alone.
pub fn edited(dice: &mut Dice, before: &Value, is_whole: bool) -> (Value, Value) {
    let mut after = before.clone();
    let codes = keys(&before["plans"]);
    let Some(code) = dice.pick(&codes).cloned() else {
        return (before.clone(), after);
    };
    for _ in 0..=dice.below(3) {
        edit_plan(dice, &mut after["plans"][&code]);
    }
    if !is_whole {
        let plan = whole_plan(&after["plans"][&code]);
        tidy(&mut after);
        return (json!({"pricebook": 1, "plans": {code: plan}}), after);
    }
    if dice.chance(30) {
        edit_objects(dice, &mut after);
    }
    let sent = after.clone();
    tidy(&mut after);
    // Sections that a document does not have are not pruned.
    let mut sent = sent;
    for section in ["features", "groups", "plans"] {
        if sent.get(section).is_none() {
            sent[section] = json!({});
        }
    }
    (sent, after)
}

/// A plan that says of each part that it is empty, where it is.
fn whole_plan(plan: &Value) -> Value {
    let mut plan = plan.clone();
    let parts = [
        ("features", json!({})),
        ("prices", json!({})),
        ("regional", json!({})),
        ("metadata", Value::Null),
        ("description", Value::Null),
        ("public", json!(true)),
    ];
    for (part, nothing) in parts {
        if plan.get(part).is_none() {
            plan[part] = nothing;
        }
    }
    plan
}

fn keys(map: &Value) -> Vec<String> {
    let map = map.as_object();
    map.map_or(Vec::new(), |map| map.keys().cloned().collect())
}

fn map(value: &mut Value) -> Option<&mut Map<String, Value>> {
    value.as_object_mut()
}

fn edit_plan(dice: &mut Dice, plan: &mut Value) {
    match dice.below(9) {
        0 => plan["name"] = format!("Plan {}", dice.below(1000)).into(),
        1 => toggle(plan, "public"),
        2 => plan["metadata"] = json!({"n": dice.below(10), "list": [1.5, null, "x: y"]}),
        3 => {
            map(plan).map(|plan| plan.remove("metadata"));
        }
        4 => edit_price(dice, plan),
        5 => remove_part(dice, plan, "regional"),
        6 => edit_rate(dice, plan),
        7 => add_price(dice, plan),
        _ => remove_feature(dice, plan),
    }
}

/// True is the default of a public plan, and left out.
fn toggle(plan: &mut Value, key: &str) {
    match plan.get(key).is_some() {
        true => drop(map(plan).map(|plan| plan.remove(key))),
        false => plan[key] = false.into(),
    }
}

fn money(dice: &mut Dice) -> String {
    format!("{}.{:02}", dice.below(2000), dice.below(100))
}

fn edit_price(dice: &mut Dice, plan: &mut Value) {
    let intervals = keys(&plan["prices"]);
    let Some(interval) = dice.pick(&intervals) else {
        return;
    };
    let price = &mut plan["prices"][interval];
    match dice.below(3) {
        0 => price["price"] = money(dice).into(),
        1 => price["trialDays"] = (1 + dice.below(30)).into(),
        _ => price["introOffer"] = json!({"percent": "12.5", "cycles": 1 + dice.below(3)}),
    }
}

fn add_price(dice: &mut Dice, plan: &mut Value) {
    let interval = dice.one(&["weekly", "monthly", "quarterly", "yearly", "one_time"]);
    if plan["prices"].get(interval).is_none() {
        let is_first = keys(&plan["prices"]).is_empty();
        plan["prices"][interval] = json!({"price": money(dice)});
        if is_first {
            plan["prices"][interval]["default"] = true.into();
        }
    }
}

fn edit_rate(dice: &mut Dice, plan: &mut Value) {
    let currency = dice.one(&["eur", "jpy", "brl", "krw"]);
    let rate = format!("{}.{}", 1 + dice.below(20), 1 + dice.below(9));
    let mut regional = plan["regional"][currency].take();
    if regional.is_null() {
        regional = json!({});
    }
    regional["rate"] = rate.into();
    plan["regional"][currency] = regional;
    // Currencies are in the order of their codes.
    if let Some(regional) = map(&mut plan["regional"]) {
        regional.sort_keys();
    }
}

fn remove_part(dice: &mut Dice, plan: &mut Value, part: &str) {
    let names = keys(&plan[part]);
    if let Some(name) = dice.pick(&names) {
        map(&mut plan[part]).map(|part| part.shift_remove(name));
    }
}

fn remove_feature(dice: &mut Dice, plan: &mut Value) {
    let codes = keys(&plan["features"]);
    let Some(code) = dice.pick(&codes) else {
        return;
    };
    map(&mut plan["features"]).map(|features| features.shift_remove(code));
    for currency in keys(&plan["regional"]) {
        map(&mut plan["regional"][&currency]["features"]).map(|all| all.shift_remove(code));
    }
}

fn edit_objects(dice: &mut Dice, document: &mut Value) {
    match dice.below(4) {
        0 => {
            let code = format!("new_{}", dice.below(100_000));
            let price = json!({"price": money(dice), "default": true});
            document["plans"][code] = json!({"name": "New", "prices": {"monthly": price}});
        }
        1 => remove_plan(dice, document),
        2 => {
            let handles = keys(&document["groups"]);
            if let Some(handle) = dice.pick(&handles)
                && let Some(plans) = document["groups"][handle]["plans"].as_array_mut()
            {
                dice.shuffle(plans);
            }
        }
        _ => {
            let code = format!("feature_{}", dice.below(100_000));
            document["features"][code] = json!({"name": "New", "type": "usage"});
        }
    }
}

/// The default plan stays, since it would be handed on.
fn remove_plan(dice: &mut Dice, document: &mut Value) {
    let mut codes = keys(&document["plans"]);
    codes.retain(|code| document["plans"][code].get("default").is_none());
    let Some(code) = dice.pick(&codes) else {
        return;
    };
    map(&mut document["plans"]).map(|plans| plans.shift_remove(code));
    for handle in keys(&document["groups"]) {
        if let Some(plans) = document["groups"][&handle]["plans"].as_array_mut() {
            plans.retain(|plan| plan != code);
        }
    }
}

/// Leaves out what an export leaves out: what is empty.
fn tidy(document: &mut Value) {
    let is_nothing = |value: &Value| {
        value.is_null()
            || value.as_object().is_some_and(Map::is_empty)
            || value.as_array().is_some_and(Vec::is_empty)
    };
    let drop_empty = |part: &mut Value, names: &[&str]| {
        for name in names {
            if part.get(*name).is_some_and(is_nothing) {
                map(part).map(|part| part.shift_remove(*name));
            }
        }
    };
    for code in keys(&document["plans"]) {
        let plan = &mut document["plans"][&code];
        for currency in keys(&plan["regional"]) {
            drop_empty(&mut plan["regional"][&currency], &["prices", "features"]);
        }
        drop_empty(plan, &["features", "prices", "regional", "metadata"]);
    }
    for handle in keys(&document["groups"]) {
        drop_empty(&mut document["groups"][&handle], &["plans"]);
    }
    drop_empty(document, &["features", "groups", "plans"]);
}
