//! After every kind of write, each read is remembered; later it is read again as it was.

use reqwest::Method;

use super::*;

/// What a read answered.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    text: String,
    etag: Option<String>,
}

impl Answer {
    fn of(reply: &Reply) -> Self {
        Self {
            status: reply.status,
            text: reply.text.clone(),
            etag: reply.header("etag").map(str::to_owned),
        }
    }
}

/// What every read answered after a change.
struct Moment {
    revision: i64,
    at: String,
    answers: Vec<(String, Answer)>,
}

/// Writes, and what the reads answered after each.
struct Walk {
    owner: Actor,
    names: Vec<String>,
    moments: Vec<Moment>,
}

impl Walk {
    async fn write(&mut self, method: Method, path: &str, body: Value) -> Reply {
        let request = self.owner.request(method, path);
        let reply = match body {
            Value::Null => self.owner.send(request).await,
            body => self.owner.send(request.json(&body)).await,
        };
        reply.data();
        self.remember().await;
        reply
    }

    async fn post(&mut self, path: &str, body: Value) -> Reply {
        self.write(Method::POST, path, body).await
    }

    async fn put(&mut self, path: &str, body: Value) -> Reply {
        self.write(Method::PUT, path, body).await
    }

    async fn delete(&mut self, path: &str) {
        self.write(Method::DELETE, path, Value::Null).await;
    }

    async fn make(&mut self, kind: &str, body: Value) -> String {
        let path = match kind {
            "plan-groups" => "/plan-groups".to_owned(),
            kind => format!("/{kind}/manage"),
        };
        let id = self.post(&path, body).await.id().to_owned();
        self.names.push(format!("/{kind}/{id}"));
        id
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        let lists = [
            "/plans",
            "/plans?includePrivate=true",
            "/plans?includePrivate=true&limit=100",
            "/features",
            "/features?limit=100",
            "/plan-groups",
            "/plans/pro",
            "/plans/max",
            "/features/calls",
            "/features/seats",
            "/plans/-",
            "/plan-groups/none",
        ];
        lists
            .into_iter()
            .chain(self.names.iter().map(String::as_str))
    }

    async fn remember(&mut self) {
        let (revision, at) = newest(&self.owner).await;
        let mut answers = Vec::new();
        for path in self.paths() {
            let reply = self.owner.get(path).await;
            assert_eq!(reply.header("catalog-revision"), None, "{path}");
            answers.push((path.to_owned(), Answer::of(&reply)));
        }
        let_the_clock_move().await;
        self.moments.push(Moment {
            revision,
            at,
            answers,
        });
    }

    /// Reads everything again, as it was.
    async fn check(&self) {
        for Moment {
            revision,
            at,
            answers,
        } in &self.moments
        {
            for (path, then) in answers {
                for moment in [format!("revision={revision}"), format!("asOf={at}")] {
                    let reply = self.owner.get(&with(path, &moment)).await;
                    assert_eq!(Answer::of(&reply), *then, "{path} {moment} ({revision})");
                    if reply.status == 200 {
                        assert_eq!(shown(&reply), *revision, "{path} {moment}");
                    }
                }
            }
        }
    }
}

async fn fill(walk: &mut Walk) -> (String, String) {
    let group = walk.make("plan-groups", json!({"name": "Teams"})).await;
    let calls = json!({"name": "Calls", "code": "calls", "type": "usage"});
    walk.make("features", calls).await;
    let seats = json!({"name": "Seats", "code": "seats", "type": "usage", "unitName": "seat"});
    walk.make("features", seats).await;
    let pro = json!({"name": "Pro", "code": "pro", "metadata": {"z": 1.10, "a": [null]}});
    walk.make("plans", pro).await;
    let max = json!({"name": "Max", "code": "max", "isPublic": false, "planGroupId": group});
    walk.make("plans", max).await;
    let calls = json!({"featureId": "calls", "overage": {"enabled": true, "unitPrice": 20}});
    walk.post("/plans/pro/features", calls).await;
    walk.post("/plans/pro/features", json!({"featureId": "seats"}))
        .await;
    walk.post("/plans/max/features", json!({"featureId": "seats"}))
        .await;
    let monthly = json!({"billingInterval": "monthly", "price": 4900});
    walk.post("/plans/pro/prices", monthly).await;
    let yearly = json!({"billingInterval": "yearly", "price": 49000});
    let price = walk.post("/plans/pro/prices", yearly).await.id().to_owned();
    (group, price)
}

async fn change_a_plan(walk: &mut Walk, price: &str) {
    let manual = json!({
        "currency": "jpy", "exchangeRate": 150, "prices": [{"priceId": price, "price": 7000}],
    });
    walk.put("/plans/pro/regional", manual).await;
    let free = json!({"currency": "krw", "exchangeRate": 1380.5});
    walk.put("/plans/pro/regional", free).await;
    walk.put(
        &format!("/plans/pro/prices/{price}"),
        json!({"price": 48000}),
    )
    .await;
    let path = format!("/plans/pro/prices/{price}/regional");
    let by_hand = json!({"overrides": [{"currency": "jpy", "price": 7500}]});
    walk.put(&path, by_hand).await;
    walk.post("/plans/pro/regional/jpy/resync", json!({})).await;
    walk.delete(&path).await;
    walk.delete("/plans/pro/regional/krw").await;
    walk.put(&format!("/plans/pro/prices/{price}/default"), Value::Null)
        .await;
    walk.put("/plans/pro/features/calls", json!({"includedAmount": 7}))
        .await;
    walk.put("/features/seats/manage", json!({"name": "Places"}))
        .await;
    walk.put(
        "/plans/pro/manage",
        json!({"name": "Professional", "metadata": null}),
    )
    .await;
    walk.put("/plans/max/visibility", json!({"isPublic": true}))
        .await;
}

async fn arrange(walk: &mut Walk, group: &str) {
    let path = format!("/plan-groups/{group}");
    walk.post(&format!("{path}/plans"), json!({"planId": "pro"}))
        .await;
    let order = json!({"planIds": ["pro", "max"]});
    walk.put(&format!("{path}/plans/reorder"), order).await;
    walk.put(
        &path,
        json!({"description": "For teams", "isPublic": false}),
    )
    .await;
    walk.delete(&format!("{path}/plans/max")).await;
    walk.make("plan-groups", json!({"name": "Others"})).await;
    walk.delete(&path).await;
}

async fn take_apart(walk: &mut Walk, price: &str) {
    walk.delete("/plans/pro/features/calls").await;
    walk.delete(&format!("/plans/pro/prices/{price}")).await;
    walk.delete("/plans/pro/manage").await;
    // The codes name other objects from now on.
    walk.make("plans", json!({"name": "Pro again", "code": "pro"}))
        .await;
    walk.delete("/features/calls/manage").await;
    let calls = json!({"name": "Calls", "code": "calls", "type": "boolean"});
    walk.make("features", calls).await;
    walk.post("/plans/pro/features", json!({"featureId": "calls"}))
        .await;
    walk.post("/api-keys", json!({"name": "Other"})).await;
    walk.delete("/plans/max/manage").await;
}

#[tokio::test]
async fn every_read_is_repeated_as_it_was() {
    let server = TestServer::start().await;
    let mut walk = Walk {
        owner: server.owner().await,
        names: Vec::new(),
        moments: Vec::new(),
    };
    let_the_clock_move().await;
    walk.remember().await;
    let (group, price) = fill(&mut walk).await;
    change_a_plan(&mut walk, &price).await;
    arrange(&mut walk, &group).await;
    take_apart(&mut walk, &price).await;
    walk.check().await;
    for path in walk.paths() {
        let before = at(&walk.owner, path, 0).await;
        check_empty(&before);
        let before = walk
            .owner
            .get(&with(path, "asOf=1999-12-31T23:59:59Z"))
            .await;
        check_empty(&before);
    }
}
