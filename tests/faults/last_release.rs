//! The last release as a database knows it: the schema that it left, and the statements that its
//! servers go on with while those of this version migrate the schema.
//!
//! A release puts its own statements here. `scripts/upgrade.sh` has the program itself.

use std::time::{Duration, SystemTime};

use pricebook_migrations::Migrator;
use sea_orm::sqlx::sqlite::SqliteSynchronous;
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    DbBackend, IsolationLevel, QueryResult, SqliteTransactionMode, Statement, TransactionOptions,
    TransactionTrait, Value,
};
use sea_orm_migration::MigratorTrait;

use super::written::Written;
use crate::support::database::{TestDatabase, is_postgres};

/// Says which step of the schema was the last one of the last release.
const SCRIPT: &str = include_str!("../../scripts/upgrade.sh");

/// How long it waits for a lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);

const RAISE: &str = "UPDATE scopes SET revision = revision + 1, tracked_writes = tracked_writes + 1 \
    WHERE id = $1 RETURNING id, organization_id, mode, revision, tracked_writes, keys_revision";
const SCOPE: &str = "SELECT id, organization_id, mode, revision, tracked_writes, keys_revision \
    FROM scopes WHERE id = $1";
const PLAN: &str = "SELECT id, scope_id, code, name, description, consumption_model, is_public, \
    is_default, is_free, block_on_exhaustion, sort_order, creation_order, plan_group_id, metadata, \
    created_at, updated_at, deleted_at, revision \
    FROM plans WHERE scope_id = $1 AND deleted_at IS NULL AND id = $2";
const FEATURES: &str = "SELECT id, scope_id, code, name, type, description, unit_name, created_at, \
    updated_at, deleted_at FROM features WHERE scope_id = $1 \
    AND id IN (SELECT feature_id FROM plan_features WHERE scope_id = $1 AND plan_id = $2)";
const PRICES: &str = "SELECT scope_id, plan_id, id, billing_interval, price, is_default, trial_days, \
    included_balance, included_credits, intro_offer_enabled, intro_offer_discount_type, \
    intro_offer_discount_value, intro_offer_duration_cycles, position, created_at, updated_at \
    FROM plan_prices WHERE scope_id = $1 AND plan_id = $2 ORDER BY position";
const MARK_PLAN: &str = "UPDATE plans SET revision = $1 WHERE id = $2";
const SET_PRICE: &str = "UPDATE plan_prices SET price = $1, updated_at = $2 WHERE id = $3";

/// Takes back the steps of the schema that the last release does not have.
pub async fn take_back_steps(database: &TestDatabase) {
    let released = SCRIPT
        .lines()
        .find_map(|line| line.strip_prefix("released="))
        .expect("the last step of the last release");
    let steps = Migrator::migrations();
    let newer = steps
        .iter()
        .rev()
        .take_while(|step| step.name() != released);
    let newer = newer.count();
    assert!(newer < steps.len(), "{released} is no step of the schema");
    let connection = database.connect().await;
    let newer = u32::try_from(newer).expect("few steps");
    let taken_back = Migrator::down(&connection, Some(newer)).await;
    taken_back.expect("the schema of the last release");
    connection.close().await.expect("the connection closes");
}

/// A server of the last release. A call that fails makes the test fail.
pub struct LastRelease {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    scope: String,
}

impl LastRelease {
    /// A server on a database whose plans are all in one scope.
    pub async fn on(database: &TestDatabase) -> Self {
        let (writers, readers) = if is_postgres() { (8, 6) } else { (1, 3) };
        let writer = pool(database, writers, false).await;
        let scopes = all(&writer, "SELECT DISTINCT scope_id FROM plans", []).await;
        Self {
            writer,
            reader: pool(database, readers, true).await,
            scope: scopes[0].try_get("", "scope_id").expect("a scope"),
        }
    }

    /// Makes the next write of a price.
    pub async fn write(&self, written: &Written) {
        let number = written.begin();
        let tx = begin(&self.writer, for_write()).await;
        let (scope, plan) = (self.scope.as_str(), written.plan.as_str());
        let raised = all(&tx, RAISE, [scope.into()]).await;
        let revision: i64 = raised[0].try_get("", "revision").expect("a revision");
        for statement in [PLAN, FEATURES, PRICES] {
            all(&tx, statement, [scope.into(), plan.into()]).await;
        }
        change(&tx, MARK_PLAN, [revision.into(), plan.into()]).await;
        let values = [number.into(), now().into(), written.price.as_str().into()];
        change(&tx, SET_PRICE, values).await;
        tx.commit().await.expect("a commit of the last release");
        written.acknowledge();
    }

    /// Reads the plan of a price; answers which write it shows.
    pub async fn read(&self, written: &Written) -> i64 {
        let tx = begin(&self.reader, for_read()).await;
        let (scope, plan) = (self.scope.as_str(), written.plan.as_str());
        all(&tx, SCOPE, [scope.into()]).await;
        for statement in [PLAN, FEATURES] {
            all(&tx, statement, [scope.into(), plan.into()]).await;
        }
        let prices = all(&tx, PRICES, [scope.into(), plan.into()]).await;
        tx.rollback().await.expect("the end of a read");
        let is_it = |row: &&QueryResult| row.try_get::<String>("", "id").unwrap() == written.price;
        let price = prices.iter().find(is_it).expect("the price");
        price.try_get("", "price").unwrap()
    }
}

async fn pool(database: &TestDatabase, connections: u32, is_reader: bool) -> DatabaseConnection {
    let mut options = ConnectOptions::new(database.address());
    options
        .sqlx_logging(false)
        .max_connections(connections)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .read_only(is_reader)
                .busy_timeout(LOCK_TIMEOUT)
                .synchronous(SqliteSynchronous::Full)
        })
        .map_sqlx_postgres_opts(|postgres| {
            postgres.options([("lock_timeout", format!("{}ms", LOCK_TIMEOUT.as_millis()))])
        });
    let pool = sea_orm::Database::connect(options).await;
    pool.expect("the database of the last release")
}

fn for_write() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: (!is_postgres()).then_some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

fn for_read() -> TransactionOptions {
    TransactionOptions {
        isolation_level: is_postgres().then_some(IsolationLevel::RepeatableRead),
        access_mode: is_postgres().then_some(AccessMode::ReadOnly),
        ..TransactionOptions::default()
    }
}

async fn begin(pool: &DatabaseConnection, options: TransactionOptions) -> DatabaseTransaction {
    let tx = pool.begin_with_options(options).await;
    tx.expect("a transaction of the last release")
}

/// A statement with its values, which is prepared once for each connection.
fn statement<const N: usize>(
    backend: DbBackend,
    text: &'static str,
    values: [Value; N],
) -> Statement {
    Statement::from_sql_and_values(backend, text, values)
}

async fn all<const N: usize>(
    connection: &impl ConnectionTrait,
    text: &'static str,
    values: [Value; N],
) -> Vec<QueryResult> {
    let statement = statement(connection.get_database_backend(), text, values);
    let rows = connection.query_all_raw(statement).await;
    rows.unwrap_or_else(|why| panic!("{text}: {why}"))
}

async fn change<const N: usize>(tx: &DatabaseTransaction, text: &'static str, values: [Value; N]) {
    let statement = statement(tx.get_database_backend(), text, values);
    let changed = tx.execute_raw(statement).await;
    let changed = changed.unwrap_or_else(|why| panic!("{text}: {why}"));
    assert_eq!(changed.rows_affected(), 1, "{text}");
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let now = SystemTime::UNIX_EPOCH
        .elapsed()
        .expect("a clock after 1970");
    i64::try_from(now.as_millis()).expect("a time")
}
