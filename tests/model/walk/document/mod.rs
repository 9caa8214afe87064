//! Walks whose catalogs are written as documents and read again.

mod edits;

use serde_json::json;

use self::edits::edited;
use super::back::{get, post};
use super::*;

/// Every rule, since edits at random look wrong.
const RULES: &[&str] = &[
    "price-scale",
    "price-free",
    "rate-jump",
    "rate-scale",
    "prices-wiped",
];

/// Takes random steps. At some of them the catalog is exported: that document is no change of it, and makes
/// the same catalog in an empty scope. `empty` makes the keys of empty scopes.
pub async fn walk_and_export(
    api: &Api,
    empty: impl AsyncFn() -> Api,
    seed: u64,
    steps: usize,
) -> Result<(), String> {
    let mut walker = Walker::new(std::slice::from_ref(api), seed);
    for step in 1..=steps {
        walker.step = step;
        walker.take_step().await?;
        if step % 25 != 0 {
            continue;
        }
        let place = walker.place();
        let yaml = text(api).await?;
        for document in [Value::from(yaml.as_str()), document(api).await?] {
            for prune in ["none", "all"] {
                let changeset = plan(api, &document, prune).await?;
                let objects = &changeset["objects"];
                if *objects != json!([]) {
                    return Err(format!("{place}: {yaml}\nis a change: {objects}"));
                }
            }
        }
        let other = empty().await;
        set(&other, &yaml.as_str().into(), "none").await?;
        let found = text(&other).await?;
        if found != yaml {
            return Err(format!("{place}: {yaml}\nreads back as\n{found}"));
        }
    }
    Ok(())
}

/// Takes random steps, and then edits the catalog's document at random. Applied, it gives exactly what it
/// says; of a plan alone, nothing else moves. Returns the number of documents that were applied.
pub async fn walk_and_edit(api: &Api, seed: u64, steps: usize) -> Result<usize, String> {
    let mut walker = Walker::new(std::slice::from_ref(api), seed);
    walker.walk(steps).await?;
    let mut applied = 0;
    for step in 1..=steps {
        walker.step = step;
        let before = document(api).await?;
        let is_whole = walker.dice.chance(50);
        let (sent, expected) = edited(&mut walker.dice, &before, is_whole);
        let prune = if is_whole { "all" } else { "none" };
        let is_applied = set(api, &sent, prune).await?;
        let found = document(api).await?;
        let wanted = if is_applied { &expected } else { &before };
        if found != *wanted {
            let place = walker.place();
            return Err(format!(
                "{place}: {sent}\nwas {is_applied}, and gives\n{found}\ninstead of\n{wanted}"
            ));
        }
        applied += usize::from(is_applied);
    }
    Ok(applied)
}

async fn text(api: &Api) -> Result<String, String> {
    let request = api.http.get(format!("{}/catalog?format=yaml", api.base));
    let reply = request.header("x-api-key", &api.key).send().await;
    let reply = reply.map_err(|why| why.to_string())?;
    reply.text().await.map_err(|why| why.to_string())
}

async fn document(api: &Api) -> Result<Value, String> {
    Ok(get(api, "/catalog").await?["data"].take())
}

async fn plan(api: &Api, document: &Value, prune: &str) -> Result<Value, String> {
    let body = json!({"source": {"document": document}, "prune": prune});
    let mut reply = post(api, "/changesets", &body).await?;
    match reply.status {
        200 => Ok(reply.body["data"].take()),
        _ => Err(format!("{document}: {}", reply.text)),
    }
}

/// Makes a changeset from a document and applies it; whether it was possible.
async fn set(api: &Api, document: &Value, prune: &str) -> Result<bool, String> {
    let body = json!({"source": {"document": document}, "prune": prune});
    let reply = post(api, "/changesets", &body).await?;
    match reply.status {
        200 => {}
        400 | 409 => return Ok(false),
        _ => return Err(format!("{document}: {}", reply.text)),
    }
    let changeset = &reply.body["data"];
    let path = format!(
        "/changesets/{}/apply",
        changeset["id"].as_str().unwrap_or_default()
    );
    let body = json!({"digest": changeset["digest"], "acknowledge": RULES});
    let applied = post(api, &path, &body).await?;
    match applied.status {
        200 => Ok(true),
        _ => Err(format!("{document}: {}", applied.text)),
    }
}
