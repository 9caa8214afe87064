//! PgBouncer in front of PostgreSQL.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::*;

/// A PgBouncer, which ends when this value is dropped.
struct Bouncer {
    script: Child,
    address: String,
}

impl Bouncer {
    fn start(settings: &[&str]) -> Self {
        let mut command = Command::new("scripts/pgbouncer.sh");
        for setting in settings {
            command.args(["--setting", setting]);
        }
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut script = command.spawn().expect("scripts/pgbouncer.sh runs");
        let mut address = String::new();
        let mut said = BufReader::new(script.stdout.take().expect("its output"));
        said.read_line(&mut address).expect("an address");
        Self {
            script,
            address: address.trim_end().to_owned(),
        }
    }

    /// The address of a database through PgBouncer.
    fn before(&self, database: &TestDatabase) -> String {
        let (server, _) = self.address.rsplit_once('/').expect("a database");
        format!("{server}/{}", name(database))
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

#[tokio::test]
async fn session_mode_works_with_its_defaults() {
    let bouncer = Bouncer::start(&[]);
    let database = TestDatabase::new().await;
    let address = bouncer.before(&database);
    printed(&mut at(&address, &["migrate"]));
    let server = Running::start(&mut at(&address, &["serve"]));
    let owner = actor_by(&mut at(&address, &["keys", "create"]), &server.base);
    owner.make_plan("pro", json!({})).await;
    let writes = (0..20).map(|number| {
        let body = json!({"name": format!("Group {number}")});
        owner.post("/plan-groups", body)
    });
    for reply in futures_util::future::join_all(writes).await {
        reply.data();
    }
    owner.get("/plans/pro").await.data();
    assert_eq!(
        page(&format!("{}/readyz?for=writes", server.base)).await.0,
        200
    );
    let (_, log) = server.stop();
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");
}

#[tokio::test]
async fn transaction_mode_is_refused() {
    for settings in [
        &["pool_mode=transaction"][..],
        &["pool_mode=transaction", "server_round_robin=1"],
    ] {
        let bouncer = Bouncer::start(settings);
        let database = TestDatabase::new().await;
        let address = bouncer.before(&database);
        // The result does not depend on the connections that PgBouncer already has.
        for command in ["migrate", "serve", "serve"] {
            let words = error_message(&mut at(&address, &[command]));
            assert_eq!(words.lines().count(), 1, "{words}");
            assert!(words.contains("max_prepared_statements"), "{words}");
            assert!(words.contains("pool_mode = session"), "{words}");
        }
    }
}
