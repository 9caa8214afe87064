//! Two PostgreSQL servers, one of which replaces the other while a client writes.

/// SQLite has no server to switch to.
mod only_postgres {
    use std::time::{Duration, Instant};

    use sea_orm::{ConnectionTrait, DbBackend, Statement};
    use serde_json::{Value, json};

    use super::super::beside::connect;
    use super::super::postgres::Postgres;
    use super::super::size::sized;
    use crate::support::database::TestDatabase;
    use crate::support::program::{Running, actor, on};
    use crate::support::promise::{check_refused, in_time};
    use crate::support::proxy::{Proxy, Way};
    use crate::support::reads::all;
    use crate::support::{Actor, TestServer, eventually, page};

    /// The number of writes around a switchover, and the pause between them.
    const WRITES: usize = 60;
    const PAUSE: Duration = Duration::from_millis(30);

    /// Creates one group after another and remembers the acknowledged ones.
    struct Writer {
        actor: Actor,
        made: Vec<String>,
        number: usize,
    }

    impl Writer {
        fn new(actor: Actor) -> Self {
            Self {
                actor,
                made: Vec::new(),
                number: 0,
            }
        }

        /// Whether a write succeeds; it may only be refused as temporarily unavailable.
        async fn write(&mut self) -> bool {
            self.number += 1;
            let name = format!("Group {}", self.number);
            let reply = in_time(self.actor.post("/plan-groups", json!({"name": name}))).await;
            if reply.status == 200 {
                self.made.push(name);
                return true;
            }
            check_refused(&reply);
            false
        }

        /// Writes until a write succeeds; returns how long that took.
        async fn write_until_made(&mut self) -> Duration {
            let began = Instant::now();
            while !self.write().await {
                assert!(began.elapsed() < Duration::from_secs(20), "still refused");
                tokio::time::sleep(PAUSE).await;
            }
            began.elapsed()
        }

        /// Checks that every acknowledged write is there.
        async fn check(&self) {
            let groups = all(&self.actor, "/plan-groups", 100).await;
            for name in &self.made {
                let is_there = groups.iter().any(|group| group["name"] == name.as_str());
                assert!(is_there, "{name} is lost");
            }
        }
    }

    async fn ready(base: &str, query: &str) -> (u16, Value) {
        page(&format!("{base}/readyz{query}")).await
    }

    /// Waits until a standby has replayed everything of its primary.
    async fn wait_for_standby(admin: &str) {
        let direct = connect(admin).await;
        let query = "SELECT 1 FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()";
        let has_all = async || {
            let query = Statement::from_string(DbBackend::Postgres, query);
            let row = direct.query_one_raw(query).await.expect("an answer");
            row.is_some()
        };
        eventually("the standby", has_all).await;
        direct.close().await.expect("the end");
    }

    /// The pool's connections stay on a server that takes no more writes, while the address leads
    /// to the one that does.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn writes_go_on_after_a_switchover() {
        let mut postgres = Postgres::start();
        let other = postgres.replica();
        let database = TestDatabase::on(&postgres.admin).await;
        let proxy = Proxy::before(database.address()).await;
        let server = TestServer::on(TestDatabase::at(proxy.url()).into()).await;
        let base = &server.base;
        let mut writer = Writer::new(server.owner().await);
        writer.actor.make_plan("quiet", json!({})).await;
        // Puts every connection of the pool in use.
        let many = (0..40).map(|_| writer.actor.get("/features"));
        futures_util::future::join_all(many).await;
        writer.actor.show_plan("quiet").await;
        let read_only = "ALTER SYSTEM SET default_transaction_read_only = on";
        let admin = TestDatabase::at(&postgres.admin);
        admin.execute(&[read_only, "SELECT pg_reload_conf()"]).await;
        let (mut refused, mut recovered) = (0, None);
        let mut promoted = None;
        for number in 0..WRITES {
            if number == 15 {
                wait_for_standby(&postgres.admin).await;
                let other_admin = TestDatabase::at(&other);
                other_admin.execute(&["SELECT pg_promote()"]).await;
                proxy.lead_to(&other);
                promoted = Some(Instant::now());
            }
            let is_made = writer.write().await;
            refused += usize::from(!is_made);
            if is_made && recovered.is_none() {
                recovered = promoted.map(|at: Instant| at.elapsed());
            }
            if number == 14 {
                assert!(refused > 0, "the server accepted every write");
                let writes = async || ready(base, "?for=writes").await.0 == 503;
                eventually("/readyz to report no writes", writes).await;
                assert_eq!(ready(base, "").await.0, 200);
            }
            tokio::time::sleep(PAUSE).await;
        }
        let recovered = recovered.expect("a write after the switchover");
        writer.check().await;
        let writes = async || ready(base, "?for=writes").await.0 == 200;
        eventually("/readyz to report writes", writes).await;
        println!(
            "switchover: {WRITES} writes, {} made, {refused} refused, 0 failed; made again {} ms \
             after it",
            writer.made.len(),
            recovered.as_millis()
        );
    }

    /// The server is killed and the other one promoted; then the address leads back to the first
    /// one, which has come back in its old state.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_server_that_was_replaced_is_not_used() {
        let mut postgres = Postgres::start();
        let first = postgres.admin.clone();
        let other = postgres.replica();
        let database = TestDatabase::on(&postgres.admin).await;
        let proxy = Proxy::before(database.address()).await;
        let server = TestServer::on(TestDatabase::at(proxy.url()).into()).await;
        let base = &server.base;
        let mut writer = Writer::new(server.owner().await);
        writer.actor.make_plan("quiet", json!({})).await;
        writer.write_until_made().await;
        wait_for_standby(&postgres.admin).await;
        postgres.tell("fail");
        proxy.lead_to(&other);
        let took = writer.write_until_made().await;
        let is_read = async || writer.actor.get("/plans/quiet").await.status == 200;
        eventually("a plan in memory", is_read).await;
        let are_writes = async |status| ready(base, "?for=writes").await.0 == status;
        eventually("/readyz to report writes", async || are_writes(200).await).await;
        postgres.tell("revive");
        let made = writer.made.len();
        proxy.lead_to(&first);
        // Open connections stay with their server, so they are cut.
        proxy.set(Way::Cut);
        eventually("/readyz to report no writes", async || {
            are_writes(503).await
        })
        .await;
        proxy.set(Way::Open);
        for _ in 0..3 {
            // Long enough to reconnect to a server that may be used.
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert!(!writer.write().await, "the replaced server takes writes");
            writer.actor.show_plan("quiet").await;
            let (status, body) = ready(base, "").await;
            assert_eq!((status, &body["reads"]["from"]), (200, &json!("memory")));
        }
        assert_eq!(writer.made.len(), made);
        proxy.lead_to(&other);
        writer.write_until_made().await;
        writer.check().await;
        println!("failover: made again after {} ms", took.as_millis());
    }

    /// The address names both servers, without a proxy.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_host_that_takes_writes_is_found() {
        let mut postgres = Postgres::start();
        let first = postgres.admin.clone();
        let other = postgres.replica();
        let database = TestDatabase::on(&postgres.admin).await;
        let place = |url: &str| {
            let (_, place) = url.rsplit_once('@').expect("a user");
            place.split_once('/').expect("a database").0.to_owned()
        };
        let (user, _) = first.rsplit_once('@').expect("a user");
        let (_, name) = database.address().rsplit_once('/').expect("a name");
        let address = format!(
            "{user}@{},{}/{name}?target_session_attrs=read-write",
            place(&other),
            place(&first)
        );
        wait_for_standby(&first).await;
        let database = TestDatabase::at(&address);
        let server = Running::start(&mut on(&database, &["serve"]));
        let mut writer = Writer::new(actor(&database, &server.base));
        writer.write_until_made().await;
        for round in 0..sized(2, 10) {
            let primary = if round % 2 == 0 { &first } else { &other };
            wait_for_standby(primary).await;
            let is_killed = round % 2 == 1;
            postgres.tell(if is_killed { "fail" } else { "switch" });
            let took = writer.write_until_made().await;
            writer.check().await;
            if is_killed {
                postgres.tell("rejoin");
            }
            let what = if is_killed { "failover" } else { "switchover" };
            println!(
                "two hosts: writes resumed {} ms after a {what}",
                took.as_millis()
            );
        }
        let (_, log) = server.stop();
        assert!(!log.contains("status=500"), "{log}");
    }
}
