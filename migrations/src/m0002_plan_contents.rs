//! The contents of plans: features, prices, exchange rates and regional values.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::{drop_all, index, references, unique};

const TABLES: &[&str] = &[
    "plan_features",
    "plan_prices",
    "plan_exchange_rates",
    "regional_prices",
    "regional_overages",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        plan_features(manager).await?;
        plan_prices(manager).await?;
        plan_exchange_rates(manager).await?;
        regional_prices(manager).await?;
        regional_overages(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, TABLES).await
    }
}

/// A table of rows that belong to a plan.
fn part_of_plan(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(text("scope_id"))
        .col(text("plan_id"))
        .foreign_key(&mut references(table, "scope_id", "scopes"))
        .foreign_key(&mut references(table, "plan_id", "plans"))
        .to_owned()
}

async fn plan_features(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = part_of_plan("plan_features")
        .col(text("feature_id"))
        .col(boolean("enabled"))
        .col(big_integer("included_amount"))
        .col(boolean("unlimited"))
        .col(boolean("overage_enabled"))
        .col(big_integer("overage_unit_price"))
        .col(big_integer_null("credits_per_unit"))
        .col(text("pricing_mode"))
        .col(big_integer_null("margin"))
        .col(big_integer("position"))
        .primary_key(Index::create().col("plan_id").col("feature_id"))
        .foreign_key(&mut references("plan_features", "feature_id", "features"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(index("plan_features", &["feature_id"]))
        .await
}

async fn plan_prices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = part_of_plan("plan_prices")
        .col(text("id").primary_key())
        .col(text("billing_interval"))
        .col(big_integer("price"))
        .col(boolean("is_default"))
        .col(big_integer("trial_days"))
        .col(big_integer_null("included_balance"))
        .col(big_integer_null("included_credits"))
        .col(boolean_null("intro_offer_enabled"))
        .col(text_null("intro_offer_discount_type"))
        .col(big_integer_null("intro_offer_discount_value"))
        .col(big_integer_null("intro_offer_duration_cycles"))
        .col(big_integer("position"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(unique("plan_prices", &["plan_id", "billing_interval"]))
        .await?;
    // At most one default price per plan, even if the server has a bug.
    let mut default = unique("plan_prices", &["plan_id"]);
    default
        .name("ux_plan_prices_default")
        .and_where(Expr::col("is_default"));
    manager.create_index(default).await
}

async fn plan_exchange_rates(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // The rate is text: the number exactly as the client sent it.
    let table = part_of_plan("plan_exchange_rates")
        .col(text("currency"))
        .col(text("exchange_rate"))
        .primary_key(Index::create().col("plan_id").col("currency"))
        .to_owned();
    manager.create_table(table).await
}

async fn regional_prices(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = part_of_plan("regional_prices")
        .col(text("price_id"))
        .col(text("currency"))
        .col(big_integer("price"))
        .col(boolean("auto_synced"))
        .col(big_integer_null("included_balance"))
        .col(boolean("balance_auto_synced"))
        .col(text_null("intro_offer_discount_type"))
        .col(big_integer_null("intro_offer_discount_value"))
        .col(big_integer_null("intro_offer_duration_cycles"))
        .col(boolean_null("intro_offer_auto_synced"))
        .primary_key(Index::create().col("price_id").col("currency"))
        .foreign_key(&mut references(
            "regional_prices",
            "price_id",
            "plan_prices",
        ))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(index("regional_prices", &["plan_id"]))
        .await
}

async fn regional_overages(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = part_of_plan("regional_overages")
        .col(text("feature_id"))
        .col(text("currency"))
        .col(big_integer("overage_unit_price"))
        .col(boolean("auto_synced"))
        .primary_key(
            Index::create()
                .col("plan_id")
                .col("feature_id")
                .col("currency"),
        )
        .foreign_key(&mut references(
            "regional_overages",
            "feature_id",
            "features",
        ))
        .to_owned();
    manager.create_table(table).await
}
