//! Walks that go back: each change is taken back, and that is taken back too.

use super::*;

/// What a catalog shows, without times, at a revision.
#[derive(Debug, PartialEq, Eq)]
struct State {
    head: i64,
    shown: Vec<Value>,
}

/// Takes random steps. After each write that changed something, taking it back leads to the state
/// before it, and taking that back to the state after it. Returns the number of such writes.
pub async fn walk_back_and_forth(api: &Api, seed: u64, steps: usize) -> Result<usize, String> {
    let mut walker = Walker::new(std::slice::from_ref(api), seed);
    let mut taken_back = 0;
    let mut before = state(api).await?;
    for step in 1..=steps {
        walker.step = step;
        walker.take_step().await?;
        let after = state(api).await?;
        if after.head == before.head {
            walker.require("a call that changed nothing", &before, &after)?;
            continue;
        }
        let change = after.head;
        walker.take_back(change).await?;
        let back = state(api).await?;
        walker.require("the change taken back", &before, &back)?;
        walker.take_back(change + 1).await?;
        let forth = state(api).await?;
        walker.require("the change made again", &after, &forth)?;
        taken_back += 1;
        before = forth;
    }
    walker.review().await?;
    check_log(api, before.head).await?;
    Ok(taken_back)
}

/// Takes random steps, and then takes random changes back, by force or not. Whatever that does, the
/// catalog keeps its rules. Returns the number of changes that were taken back.
pub async fn walk_and_take_back_any(api: &Api, seed: u64, steps: usize) -> Result<usize, String> {
    let mut walker = Walker::new(std::slice::from_ref(api), seed);
    walker.walk(steps).await?;
    let mut taken_back = 0;
    for step in 1..=steps {
        walker.step = step;
        let before = state(api).await?;
        let head = usize::try_from(before.head).map_err(|why| why.to_string())?;
        let revision = 1 + walker.dice.below(head);
        let body = serde_json::json!({"force": walker.dice.chance(60)});
        let reply = post(api, &format!("/changes/{revision}/revert"), &body).await?;
        let after = state(api).await?;
        match reply.status {
            200 => {
                taken_back += 1;
                check_rules(&after).map_err(|why| {
                    let place = walker.place();
                    format!("{place}: after {revision} was taken back: {why}")
                })?;
            }
            // It is of a key, or others built on it.
            400 | 409 => walker.require("a refused call", &before, &after)?,
            _ => return Err(format!("{}: {}", walker.place(), reply.text)),
        }
    }
    check_log(api, state(api).await?.head).await?;
    Ok(taken_back)
}

impl Walker<'_> {
    async fn take_back(&self, revision: i64) -> Result<(), String> {
        let path = format!("/changes/{revision}/revert");
        let reply = post(&self.apis[0], &path, &serde_json::json!({})).await?;
        match reply.status {
            200 => Ok(()),
            _ => Err(self.failure(&format!("{revision} is not taken back: {}", reply.text))),
        }
    }

    fn require(&self, what: &str, expected: &State, found: &State) -> Result<(), String> {
        for (expected, found) in expected.shown.iter().zip(&found.shown) {
            if expected != found {
                let why = format!("{what} shows\n{found}\ninstead of\n{expected}");
                return Err(self.failure(&why));
            }
        }
        Ok(())
    }

    fn failure(&self, why: &str) -> String {
        let earlier: Vec<&str> = self.earlier.iter().map(String::as_str).collect();
        let earlier = earlier.join("\n");
        format!("{}: {why}\nthe last writes:\n{earlier}", self.place())
    }
}

pub(super) async fn post(api: &Api, path: &str, body: &Value) -> Result<Reply, String> {
    let request = api.http.post(format!("{}{path}", api.base)).json(body);
    fetched(request.header("x-api-key", &api.key)).await
}

pub(super) async fn get(api: &Api, path: &str) -> Result<Value, String> {
    let request = api.http.get(format!("{}{path}", api.base));
    let reply = fetched(request.header("x-api-key", &api.key)).await?;
    match reply.status {
        200 => Ok(reply.body),
        _ => Err(format!("{path}: {}", reply.text)),
    }
}

async fn fetched(request: reqwest::RequestBuilder) -> Result<Reply, String> {
    let response = request.send().await.map_err(|why| why.to_string())?;
    let status = response.status().as_u16();
    let text = response.text().await.map_err(|why| why.to_string())?;
    Ok(Reply {
        status,
        body: serde_json::from_str(&text).unwrap_or(Value::Null),
        text,
        was_repeated: false,
    })
}

async fn state(api: &Api) -> Result<State, String> {
    let log = get(api, "/changes?limit=1").await?;
    let mut shown = Vec::new();
    for path in [
        "/plans?includePrivate=true",
        "/features",
        "/plan-groups?limit=100",
    ] {
        shown.push(get(api, path).await?["data"].take());
    }
    shown.iter_mut().for_each(drop_times);
    Ok(State {
        head: log["head"].as_i64().unwrap_or_default(),
        shown,
    })
}

fn drop_times(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("updatedAt");
            object.values_mut().for_each(drop_times);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_times),
        _ => {}
    }
}

/// Checks that each change says what is different between the revisions around it.
async fn check_log(api: &Api, head: i64) -> Result<(), String> {
    let empty = Value::Array(Vec::new());
    for revision in 1..=head {
        let mut change = get(api, &format!("/changes/{revision}")).await?;
        let path = format!("/changes/compare?from={}&to={revision}", revision - 1);
        let mut compared = get(api, &path).await?;
        let mut logged = by_id(change["data"]["objects"].take());
        // What nobody is shown is compared with nothing.
        logged.retain(|object| object["action"] != "updated" || object["fields"] != empty);
        let found = by_id(compared["data"]["objects"].take());
        if logged != found {
            return Err(format!(
                "change {revision} logs\n{logged:?}\nbut it did\n{found:?}"
            ));
        }
    }
    Ok(())
}

/// Objects in the order of their ids, with their fields in the order of their paths.
fn by_id(objects: Value) -> Vec<Value> {
    let mut objects = objects.as_array().cloned().unwrap_or_default();
    for object in &mut objects {
        if let Some(fields) = object["fields"].as_array_mut() {
            fields.sort_by_key(|field| field["path"].to_string());
        }
    }
    objects.sort_by_key(|object| object["id"].to_string());
    objects
}

/// The rules that hold between the objects of a catalog.
fn check_rules(state: &State) -> Result<(), String> {
    let [plans, features, groups] = &state.shown[..] else {
        return Err("three lists are shown".to_owned());
    };
    let items = |list: &Value| list.as_array().cloned().unwrap_or_default();
    let defaults = |list: &Value| {
        let items = items(list).into_iter();
        items.filter(|item| item["isDefault"] == true).count()
    };
    let (plans, all) = (items(plans), plans);
    if defaults(all) != usize::from(!plans.is_empty()) {
        return Err(format!("{} plans are the default", defaults(all)));
    }
    let known = |list: &Value, id: &Value| items(list).iter().any(|item| item["id"] == *id);
    for plan in &plans {
        let prices = items(&plan["prices"]);
        if defaults(&plan["prices"]) != usize::from(!prices.is_empty()) {
            return Err(format!("the default price of {plan}"));
        }
        for (at, price) in prices.iter().enumerate() {
            let interval = &price["billingInterval"];
            if prices[..at]
                .iter()
                .any(|other| other["billingInterval"] == *interval)
            {
                return Err(format!("two {interval} prices of {plan}"));
            }
        }
        if !plan["planGroupId"].is_null() && !known(groups, &plan["planGroupId"]) {
            return Err(format!("the group of {plan} is gone"));
        }
        for feature in items(&plan["features"]) {
            if !known(features, &feature["featureId"]) && !known(features, &feature["id"]) {
                return Err(format!("the feature {feature} of {} is gone", plan["code"]));
            }
        }
        check_derived(plan)?;
    }
    Ok(())
}

/// A derived price needs a rate.
fn check_derived(plan: &Value) -> Result<(), String> {
    let rates = plan["exchangeRates"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let parts = [&plan["prices"], &plan["features"]].into_iter();
    let parts = parts.flat_map(|parts| parts.as_array().cloned().unwrap_or_default());
    for part in parts {
        for value in part["regionalPrices"].as_array().into_iter().flatten() {
            let has_rate = rates
                .iter()
                .any(|rate| rate["currency"] == value["currency"]);
            if value["autoSynced"] == true && !has_rate {
                return Err(format!("{value} has no rate in {plan}"));
            }
        }
    }
    Ok(())
}
