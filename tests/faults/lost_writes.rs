//! A database that loses its last writes, as in a failover or a restore, and then continues from an
//! earlier revision. Servers neither show nor store what they remember of the lost writes.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::dice::Dice;
use crate::support::{Actor, TestServer, eventually};

/// The tables and columns that a price change affects, each with the columns that identify a row.
const COLUMNS: &[(&str, &str, &[&str])] = &[
    (
        "scopes",
        "id",
        &[
            "revision",
            "tracked_writes",
            "states",
            "last_write_at",
            "logged_revision",
            "history_start",
        ],
    ),
    ("plans", "id", &["revision"]),
    ("plan_prices", "id", &["price", "updated_at"]),
];

/// Plans with one price each, two servers on their database, and a connection to it.
struct Catalog {
    first: TestServer,
    second: TestServer,
    owner: Actor,
    plans: Vec<(String, String)>,
    direct: DatabaseConnection,
}

/// The contents of the database at some moment: statements that restore them.
type Saved = Vec<String>;

impl Catalog {
    async fn with(plans: usize) -> Self {
        let first = TestServer::start().await;
        let second = TestServer::on(first.database.clone()).await;
        let owner = first.owner().await;
        let mut made = Vec::new();
        for number in 0..plans {
            let id = owner.make_plan(&format!("plan_{number}"), json!({})).await;
            let price = owner.make_price(&id, "monthly", 1000, json!({})).await;
            made.push((id, price));
        }
        Self {
            direct: first.database.connect().await,
            first,
            second,
            owner,
            plans: made,
        }
    }

    /// The owner on one of the servers.
    fn at(&self, server: usize) -> Actor {
        let server = [&self.first, &self.second][server];
        self.owner.at(&server.base)
    }

    async fn set_price(&self, server: usize, plan: usize, price: i64) {
        let (id, price_id) = &self.plans[plan];
        let path = format!("/plans/{id}/prices/{price_id}");
        let reply = self.at(server).put(&path, json!({"price": price})).await;
        reply.data();
    }

    /// What a server shows: the price of each plan, read one by one and as a list.
    async fn shown(&self, server: usize) -> Vec<[i64; 2]> {
        let owner = self.at(server);
        let list = owner.get("/plans?includePrivate=true").await;
        let mut prices = Vec::new();
        for (id, _) in &self.plans {
            let listed = crate::support::making::item(list.data(), "id", id);
            let plan = owner.show_plan(id).await;
            let price = |plan: &Value| plan["prices"][0]["price"].as_i64().unwrap();
            prices.push([price(&plan), price(listed)]);
        }
        prices
    }

    async fn rows(&self, query: &str) -> Vec<sea_orm::QueryResult> {
        let statement = Statement::from_string(self.direct.get_database_backend(), query);
        let rows = self.direct.query_all_raw(statement).await;
        rows.expect("an answer of the database")
    }

    /// The prices in the database.
    async fn stored(&self) -> Vec<i64> {
        let mut stored = Vec::new();
        for (_, price) in &self.plans {
            let query = format!("SELECT price FROM plan_prices WHERE id = '{price}'");
            stored.push(self.rows(&query).await[0].try_get("", "price").unwrap());
        }
        stored
    }

    async fn save(&self) -> Saved {
        let mut saved = Saved::new();
        for (table, key, columns) in COLUMNS {
            let text = |column: &&str| format!("CAST({column} AS TEXT) AS {column}");
            let texts: Vec<_> = columns.iter().chain([key]).map(text).collect();
            let query = format!("SELECT {} FROM {table}", texts.join(", "));
            for row in self.rows(&query).await {
                let value = |column: &str| -> String { row.try_get("", column).unwrap() };
                let set: Vec<_> = columns
                    .iter()
                    .map(|column| match *column {
                        "states" => format!("states = '{}'", value(column)),
                        number => format!("{number} = {}", value(number)),
                    })
                    .collect();
                let set = set.join(", ");
                saved.push(format!(
                    "UPDATE {table} SET {set} WHERE {key} = '{}'",
                    value(key)
                ));
            }
        }
        // The log is kept in a table of its own.
        let copy = format!("changes_{}", Uuid::now_v7().simple());
        let made = format!("CREATE TABLE {copy} AS SELECT * FROM changes");
        let made = self.direct.execute_unprepared(&made).await;
        made.expect("a copy of the log");
        saved.push("DELETE FROM changes".to_owned());
        saved.push(format!("INSERT INTO changes SELECT * FROM {copy}"));
        saved
    }

    /// Restores earlier contents of the database.
    async fn restore(&self, saved: &Saved) {
        let transaction = self.direct.begin().await.expect("a transaction");
        for statement in saved {
            let done = transaction.execute_unprepared(statement).await;
            done.expect("rows are restored");
        }
        transaction.commit().await.expect("all rows are restored");
    }

    /// Waits until both servers show what the database has.
    async fn settle(&self) {
        let stored: Vec<_> = self
            .stored()
            .await
            .iter()
            .map(|price| [*price; 2])
            .collect();
        for server in [0, 1] {
            eventually("the prices of the database", async || {
                self.shown(server).await == stored
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_lost_price_is_not_shown() {
    let catalog = Catalog::with(2).await;
    let saved = catalog.save().await;
    catalog.set_price(0, 0, 2000).await;
    catalog.settle().await;
    catalog.restore(&saved).await;
    catalog.settle().await;
    assert_eq!(catalog.shown(0).await[0], [1000; 2]);
}

#[tokio::test]
async fn a_lost_price_derives_nothing() {
    let catalog = Catalog::with(1).await;
    let saved = catalog.save().await;
    catalog.set_price(0, 0, 2000).await;
    catalog.settle().await;
    catalog.restore(&saved).await;
    let path = format!("/plans/{}/regional", catalog.plans[0].0);
    let body = json!({"currency": "eur", "exchangeRate": 2});
    catalog.at(0).put(&path, body).await.data();
    let plan = catalog.at(0).show_plan(&catalog.plans[0].0).await;
    assert_eq!(plan["prices"][0]["price"], 1000);
    assert_eq!(plan["prices"][0]["regionalPrices"][0]["price"], 2000);
}

#[tokio::test]
async fn a_reused_revision_shows_no_lost_write() {
    for writes in [1, 2, 5, 70] {
        let catalog = Catalog::with(2).await;
        let saved = catalog.save().await;
        catalog.set_price(0, 0, 2000).await;
        catalog.set_price(0, 1, 2000).await;
        catalog.settle().await;
        catalog.restore(&saved).await;
        for number in 0..writes {
            catalog.set_price(1, 1, 3000 + number).await;
        }
        catalog.settle().await;
        assert_eq!(catalog.shown(0).await[0], [1000; 2], "{writes}");
    }
}

#[tokio::test]
async fn writes_of_the_version_before_are_seen() {
    let catalog = Catalog::with(1).await;
    catalog.settle().await;
    // Like the previous version, this stores neither a tag for the scope nor a revision for the
    // plan.
    for statement in [
        "UPDATE scopes SET revision = revision + 1",
        "UPDATE plan_prices SET price = 4000",
    ] {
        let done = catalog.direct.execute_unprepared(statement).await;
        done.expect("a write");
    }
    catalog.settle().await;
    assert_eq!(catalog.shown(0).await[0], [4000; 2]);
}

/// Writes, losses and reads in any order: after each loss the servers show what the database has,
/// and derive values from that.
#[tokio::test(flavor = "multi_thread")]
async fn random_losses_leave_no_wrong_price() {
    for seed in 0..3 {
        let mut dice = Dice::new(seed);
        let catalog = Catalog::with(3).await;
        let mut saved = vec![catalog.save().await];
        for price in 1..80 {
            match dice.below(10) {
                0 => saved.push(catalog.save().await),
                1 => {
                    let before = dice.pick(&saved).expect("a saved state");
                    catalog.restore(before).await;
                }
                2 | 3 => drop(catalog.shown(dice.below(2)).await),
                4 => catalog.settle().await,
                _ => {
                    let (server, plan) = (dice.below(2), dice.below(3));
                    catalog.set_price(server, plan, price).await;
                }
            }
        }
        catalog.settle().await;
    }
}
