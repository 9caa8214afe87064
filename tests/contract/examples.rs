//! The examples of the document: each request is sent and succeeds, and the server answers as the
//! document shows, except for ids, times and secrets.

use pricebook::domain::scope::Mode;
use serde_json::{Value, json};

use super::{JSON, values};
use crate::support::contract::{OPERATIONS, Operation, faults};
use crate::support::{Actor, Reply, TestServer};

fn operation(id: &str) -> &'static Operation {
    let found = OPERATIONS.iter().find(|operation| operation.id == id);
    found.expect("an operation of the document")
}

fn schema_name(media: &Value) -> &str {
    let target = media["schema"]["$ref"].as_str().expect("a component");
    target.rsplit('/').next().expect("a name")
}

impl Operation {
    /// The bodies that the operation shows.
    pub fn requests(&self) -> Vec<Value> {
        values(&self.object["requestBody"]["content"][JSON])
    }

    fn answer(&self) -> &Value {
        &self.object["responses"]["200"]["content"][JSON]["example"]
    }

    fn error(&self, status: &str, code: &str) -> &Value {
        &self.object["responses"][status]["content"][JSON]["examples"][code]["value"]
    }
}

/// A caller with a catalog of its own, and the ids that are not known in advance.
struct Reader {
    actor: Actor,
    ids: Vec<(&'static str, String)>,
}

/// The operations whose examples must be sent before those of an operation.
fn needs(operation: &str) -> &'static [&'static str] {
    const PRICED: &[&str] = &[
        "create-feature",
        "create-plan",
        "add-plan-feature",
        "add-plan-price",
        "set-plan-regional-pricing",
    ];
    const PRICE: &[&str] = &["create-plan", "add-plan-price"];
    const PLAN: &[&str] = &["create-plan"];
    const GROUP: &[&str] = &["create-plan-group"];
    // The plan that some requests name in addition to `example_plan`.
    const STARTER: &str = "example_starter";
    // A plan as in the catalog of the demo.
    const DEMO_PLAN: &str = "pro";
    const FULL_GROUP: &[&str] = &[
        "create-plan",
        "create-plan-group",
        "add-plan-to-group",
        STARTER,
    ];
    match operation {
        "list-plans" | "get-plan" | "update-plan" => PRICED,
        "explain-plan-pricing" => &[DEMO_PLAN],
        "delete-plan" | "set-plan-visibility" | "add-plan-price" => PLAN,
        "add-plan-feature" => &["create-feature", "create-plan"],
        "update-plan-feature" | "remove-plan-feature" => {
            &["create-feature", "create-plan", "add-plan-feature"]
        }
        "set-plan-regional-pricing" => &[
            "create-feature",
            "create-plan",
            "add-plan-feature",
            "add-plan-price",
        ],
        "delete-plan-regional-pricing" | "resync-plan-regional-pricing" => PRICED,
        "update-plan-price"
        | "delete-plan-price"
        | "set-default-plan-price"
        | "upsert-regional-prices"
        | "delete-regional-prices" => PRICE,
        "list-features" | "get-feature" | "update-feature" | "delete-feature" => {
            &["create-feature"]
        }
        "list-plan-groups"
        | "get-plan-group"
        | "update-plan-group"
        | "reorder-plans-in-group"
        | "remove-plan-from-group" => FULL_GROUP,
        "delete-plan-group" => GROUP,
        "add-plan-to-group" => &["create-plan", "create-plan-group"],
        "delete-api-key" => &["create-api-key"],
        "list-changesets" | "get-changeset" | "discard-changeset" | "apply-changeset" => {
            &["create-changeset"]
        }
        "export-catalog" => &["create-feature-alone"],
        "lint-catalog" => PLAN,
        "list-changes" | "get-change" | "compare-revisions" | "revert-change" => {
            &["create-plan", "add-plan-price", "update-plan-price"]
        }
        _ => &[],
    }
}

impl Reader {
    async fn new(server: &TestServer, name: &str) -> Self {
        Self {
            actor: server.actor(name, Mode::Sandbox).await,
            ids: Vec::new(),
        }
    }

    /// Sends the examples of the operations that an operation needs.
    async fn prepare(&mut self, operation: &str) {
        for need in needs(operation) {
            match *need {
                "example_starter" => self.add_starter().await,
                "pro" => self.add_demo_plan().await,
                "create-feature-alone" => self.add_feature().await,
                need => drop(self.try_all(need).await),
            }
        }
    }

    async fn add_starter(&self) {
        let starter = json!({"name": "Starter", "code": "example_starter"});
        self.actor.post("/plans/manage", starter).await.data();
        let group = self.path("/plan-groups/{id}/plans", "add-plan-to-group");
        let plan = json!({"planId": "example_starter"});
        self.actor.post(&group, plan).await.data();
    }

    async fn add_feature(&self) {
        let feature = json!({
            "name": "API calls", "code": "example_calls", "type": "usage", "unitName": "call",
        });
        self.actor.post("/features/manage", feature).await.data();
    }

    async fn add_demo_plan(&self) {
        let plan = json!({"name": "Pro", "code": "pro"});
        self.actor.post("/plans/manage", plan).await.data();
        let price = json!({"billingInterval": "monthly", "price": 4900});
        let price = self.actor.post("/plans/pro/prices", price).await;
        let in_euros = json!({
            "currency": "eur",
            "exchangeRate": 0.92,
            "prices": [{"priceId": price.id(), "price": 4500}],
        });
        self.actor.put("/plans/pro/regional", in_euros).await.data();
    }

    /// Sends every request that the operation shows, in order.
    async fn try_all(&mut self, id: &str) -> Vec<Reply> {
        let operation = operation(id);
        let mut replies = Vec::new();
        let requests = operation.requests();
        if requests.is_empty() {
            replies.push(self.send(operation, None).await);
        }
        for body in requests {
            replies.push(self.send(operation, Some(body)).await);
        }
        for reply in &replies {
            assert_eq!(reply.status, 200, "{id}: {}", reply.body);
            self.remember(reply);
        }
        replies
    }

    async fn send(&self, operation: &Operation, body: Option<Value>) -> Reply {
        let path = self.path(&operation.path, &operation.id);
        let mut request = self.actor.request(operation.method.clone(), &path);
        for parameter in operation.object["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            let text = match &parameter["example"] {
                Value::String(text) => text.clone(),
                Value::Null => continue,
                other => other.to_string(),
            };
            request = match parameter["in"].as_str().unwrap() {
                "query" => request.query(&[(name, text)]),
                "header" => request.header(name, text),
                _ => request,
            };
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.actor.send(request).await
    }

    /// A path with the examples of its parameters, and with the ids that the server assigned.
    fn path(&self, template: &str, operation_id: &str) -> String {
        let mut path = template.to_owned();
        let kind = template.split('/').nth(1).unwrap();
        let parameters = operation(operation_id).object["parameters"].as_array();
        for parameter in parameters.unwrap() {
            let name = parameter["name"].as_str().unwrap();
            if parameter["in"] == "path" {
                // Deletions have no examples, so those of other operations on the same kind of object
                // are used.
                let own = parameter["example"].as_str().map(str::to_owned);
                let own = own.filter(|_| kind == "plans");
                let example = own.unwrap_or_else(|| example_of(kind, name));
                path = path.replace(&format!("{{{name}}}"), &self.known(&example));
            }
        }
        path
    }

    fn known(&self, example: &str) -> String {
        let prefix = example.split_inclusive('_').next().unwrap();
        let known = self.ids.iter().find(|(kind, _)| *kind == prefix);
        known.map_or_else(|| example.to_owned(), |(_, id)| id.clone())
    }

    /// Remembers the ids of objects without a code.
    fn remember(&mut self, reply: &Reply) {
        let id = reply.body["data"]["id"].as_str().unwrap_or_default();
        for kind in ["prc_", "grp_", "key_", "chs_"] {
            if id.starts_with(kind) && self.known(kind) == kind {
                self.ids.push((kind, id.to_owned()));
            }
        }
    }
}

/// The example of a kind of object that operations name in a parameter.
fn example_of(kind: &str, parameter: &str) -> String {
    let of_kind = OPERATIONS
        .iter()
        .filter(|operation| operation.path.split('/').nth(1) == Some(kind));
    let parameters = of_kind.flat_map(|operation| operation.object["parameters"].as_array());
    let mut named = parameters
        .flatten()
        .filter(|found| found["name"] == parameter);
    let shown = named.find_map(|found| found["example"].as_str());
    let known = match (kind, parameter) {
        ("api-keys", "id") => Some("key_"),
        ("changesets", "id") => Some("chs_"),
        ("plan-groups", "planId") => Some("example_plan"),
        _ => shown,
    };
    known.expect("an example").to_owned()
}

/// A copy without the parts that differ between servers: ids, times, and secrets or parts of them.
fn comparable(value: &Value) -> Value {
    const OWN: &[&str] = &["apiKey", "prefix", "at"];
    match value {
        Value::Object(object) => {
            let field = |(name, value): (&String, &Value)| {
                let is_own = name.ends_with("At") || OWN.contains(&name.as_str());
                let value = match value {
                    Value::String(_) if is_own => json!("…"),
                    Value::String(text) if is_id(text) => json!("an id"),
                    other => comparable(other),
                };
                (name.clone(), value)
            };
            Value::Object(object.iter().map(field).collect())
        }
        Value::Array(items) => items.iter().map(comparable).collect(),
        other => other.clone(),
    }
}

fn is_id(text: &str) -> bool {
    let id = text.split_once('_').map(|(_, id)| id);
    id.is_some_and(|id| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[tokio::test]
async fn every_example_succeeds_as_shown() {
    let server = TestServer::start().await;
    for operation in OPERATIONS.iter() {
        let id = operation.id.as_str();
        let mut reader = Reader::new(&server, id).await;
        reader.prepare(id).await;
        let replies = reader.try_all(id).await;
        let has_body = operation.object["requestBody"].is_object();
        assert_eq!(has_body, !operation.requests().is_empty(), "{id}");
        // The reader has other keys besides the one in the example.
        if id != "list-api-keys" {
            let (mut shown, mut found) = (operation.answer().clone(), replies[0].body.clone());
            // The document shows the newest change alone.
            if id == "list-changes" {
                let changes = found["data"].as_array_mut();
                changes.expect("changes").truncate(1);
            }
            // The document shows a page that is not the last.
            for list in [&mut shown, &mut found] {
                let (more, next) = (list["hasMore"].take(), list["nextCursor"].take());
                assert_eq!(more.as_bool().unwrap_or_default(), next.is_string(), "{id}");
            }
            assert_eq!(
                comparable(&found),
                comparable(&shown),
                "the answer of {id} differs from its example in src/api/document/examples"
            );
        }
    }
}

#[tokio::test]
async fn a_second_creation_is_refused_as_shown() {
    let server = TestServer::start().await;
    for (id, code) in [
        ("create-plan", "duplicate"),
        ("create-feature", "feature_already_exists"),
        ("create-plan-group", "duplicate"),
        ("add-plan-feature", "feature_already_exists"),
        ("add-plan-price", "duplicate"),
        ("add-plan-to-group", "duplicate"),
    ] {
        let operation = operation(id);
        let mut reader = Reader::new(&server, id).await;
        reader.prepare(id).await;
        reader.try_all(id).await;
        let again = reader.send(operation, operation.requests().pop()).await;
        let mut shown = operation.error("409", code).clone();
        shown["error"]["doc_url"] = again.body["error"]["doc_url"].clone();
        assert_eq!(again.body, shown, "{id}");
    }
}

#[test]
fn every_example_fits_its_schema() {
    let check = |what: String, media: &Value| {
        let examples = values(media);
        assert!(
            !examples.is_empty(),
            "{what} has no example: add one in src/api/document/examples"
        );
        for example in examples {
            let faults = faults(schema_name(media), &example);
            assert!(
                faults.is_empty(),
                "the example of {what}, in src/api/document/examples, does not fit its schema: {faults:?}\n{example}"
            );
        }
    };
    for operation in OPERATIONS.iter() {
        let id = &operation.id;
        if operation.object["requestBody"].is_object() {
            let media = &operation.object["requestBody"]["content"][JSON];
            check(format!("the request of {id}"), media);
        }
        for (status, response) in operation.object["responses"].as_object().unwrap() {
            if response["content"].is_object() {
                check(format!("{id} {status}"), &response["content"][JSON]);
            }
        }
    }
}
