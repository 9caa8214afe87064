//! Calls the API for scripts/bench.sh: fills a catalog and makes writes.
//!
//! `drive URL KEY fill FIRST COUNT` creates plans FIRST to FIRST + COUNT - 1, each with prices,
//! features and rates. `drive URL KEY update CLIENTS SECONDS` has clients change prices as fast as
//! they can and prints the number of changes per second. `drive URL KEY change PER_SECOND SECONDS`
//! changes one price at a rate. `drive URL KEY create COUNT` creates plans one after another and
//! prints the median time in microseconds.
#![allow(missing_docs)]

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::task::JoinSet;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The number of concurrent calls that fill a catalog.
const AT_ONCE: usize = 16;
const FEATURES: usize = 8;
const INTERVALS: [&str; 4] = ["weekly", "monthly", "quarterly", "yearly"];
/// Currencies for which plans have a rate, so that features have values in them too.
const RATES: [(&str, &str); 2] = [("eur", "0.92"), ("brl", "5.4")];
/// Other currencies, in which only prices have values.
const MANUAL: [&str; 3] = ["gbp", "mxn", "jpy"];

#[derive(Clone)]
struct Api {
    http: Client,
    url: String,
    key: String,
}

impl Api {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let address = format!("{}/api/v1{path}", self.url);
        let mut request = self.http.request(method, address);
        request = request.header("x-api-key", &self.key);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let mut answer: Value = request.send().await?.json().await?;
        match answer["error"]["message"].as_str() {
            Some(message) => Err(format!("{path}: {message}").into()),
            None => Ok(answer["data"].take()),
        }
    }

    async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: Value) -> Result<Value> {
        self.call(Method::PUT, path, Some(body)).await
    }
}

async fn fill(api: &Api, first: usize, count: usize) -> Result<()> {
    for number in 0..FEATURES {
        let (name, code) = (format!("Feature {number}"), format!("feature_{number}"));
        let body = json!({"name": name, "code": code, "type": "usage", "unitName": "call"});
        // The object exists already if the catalog is only extended.
        let _ = api.post("/features/manage", body).await;
    }
    let next = Arc::new(AtomicUsize::new(first));
    let mut tasks = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (api, next) = (api.clone(), next.clone());
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= first + count {
                    return Ok(());
                }
                make_plan(&api, number).await?;
            }
        });
    }
    all(tasks).await
}

async fn all(mut tasks: JoinSet<Result<()>>) -> Result<()> {
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

async fn make_plan(api: &Api, number: usize) -> Result<()> {
    let plan = format!("/plans/plan_{number}");
    let body = json!({"name": format!("Plan {number}"), "code": format!("plan_{number}")});
    api.post("/plans/manage", body).await?;
    for feature in 0..FEATURES {
        let body = json!({
            "featureId": format!("feature_{feature}"),
            "includedAmount": 1000,
            "overage": {"enabled": true, "unitPrice": 20},
        });
        api.post(&format!("{plan}/features"), body).await?;
    }
    for (currency, rate) in RATES {
        let rate: Value = serde_json::from_str(rate)?;
        let body = json!({"currency": currency, "exchangeRate": rate});
        api.put(&format!("{plan}/regional"), body).await?;
    }
    for interval in INTERVALS {
        let body = json!({"billingInterval": interval, "price": 4900});
        let price = api.post(&format!("{plan}/prices"), body).await?;
        let overrides: Vec<_> = MANUAL
            .iter()
            .map(|currency| json!({"currency": currency, "price": 4500}))
            .collect();
        let path = format!("{plan}/prices/{}/regional", text(&price, "id")?);
        api.put(&path, json!({"overrides": overrides})).await?;
    }
    Ok(())
}

fn text<'a>(value: &'a Value, field: &str) -> Result<&'a str> {
    value[field]
        .as_str()
        .ok_or_else(|| format!("no {field}").into())
}

/// The address of one price of every plan on the first page of the list.
async fn prices(api: &Api) -> Result<Vec<String>> {
    let plans = api.call(Method::GET, "/plans?limit=100", None).await?;
    let plans = plans.as_array().ok_or("no list")?;
    plans
        .iter()
        .map(|plan| {
            let price = text(&plan["prices"][1], "id")?;
            Ok(format!("/plans/{}/prices/{price}", text(plan, "id")?))
        })
        .collect()
}

async fn update(api: &Api, clients: usize, seconds: u64) -> Result<()> {
    let prices = Arc::new(prices(api).await?);
    let until = Instant::now() + Duration::from_secs(seconds);
    let done = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let (api, prices, done) = (api.clone(), prices.clone(), done.clone());
        tasks.spawn(async move {
            let mut round = client;
            while Instant::now() < until {
                round += clients;
                let price = 4000 + round % 1000;
                let path = &prices[(client * 3 + round) % prices.len()];
                api.put(path, json!({"price": price})).await?;
                done.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
    }
    all(tasks).await?;
    println!("{}", done.load(Ordering::Relaxed) as u64 / seconds);
    Ok(())
}

async fn change(api: &Api, per_second: u32, seconds: u64) -> Result<()> {
    let prices = prices(api).await?;
    let until = Instant::now() + Duration::from_secs(seconds);
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / per_second);
    let mut price = 4000;
    while Instant::now() < until {
        ticks.tick().await;
        price += 1;
        api.put(&prices[0], json!({"price": price})).await?;
    }
    Ok(())
}

async fn create(api: &Api, count: usize) -> Result<()> {
    let mut times = Vec::new();
    let stamp = std::process::id();
    for number in 0..count {
        let body = json!({"name": "New", "code": format!("new_{stamp}_{number}")});
        let began = Instant::now();
        let made = api.post("/plans/manage", body).await?;
        times.push(began.elapsed().as_micros());
        // The plan is deleted again, so that the catalog keeps its size.
        let path = format!("/plans/{}/manage", text(&made, "id")?);
        api.call(Method::DELETE, &path, None).await?;
    }
    times.sort_unstable();
    println!("{}", times[times.len() / 2]);
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [url, key, rest @ ..] = arguments.as_slice() else {
        return Err("usage: drive URL KEY WHAT …".into());
    };
    let api = Api {
        http: Client::builder().tcp_nodelay(true).build()?,
        url: (*url).to_owned(),
        key: (*key).to_owned(),
    };
    match rest {
        ["fill", first, count] => fill(&api, first.parse()?, count.parse()?).await,
        ["update", clients, seconds] => update(&api, clients.parse()?, seconds.parse()?).await,
        ["change", rate, seconds] => change(&api, rate.parse()?, seconds.parse()?).await,
        ["create", count] => create(&api, count.parse()?).await,
        _ => Err("unknown; see the head of the source".into()),
    }
}
