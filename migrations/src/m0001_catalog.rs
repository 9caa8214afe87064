//! Tenants, keys, features, plan groups, plans, and the record of idempotent calls.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::{drop_all, index, references, unique};

const TABLES: &[&str] = &[
    "organizations",
    "scopes",
    "api_keys",
    "features",
    "plan_groups",
    "plans",
    "idempotency_records",
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tenants(manager).await?;
        api_keys(manager).await?;
        features(manager).await?;
        plan_groups(manager).await?;
        plans(manager).await?;
        idempotency_records(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, TABLES).await
    }
}

async fn tenants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let organizations = Table::create()
        .table("organizations")
        .col(text("id").primary_key())
        .col(text("name"))
        .col(big_integer("created_at"))
        .to_owned();
    manager.create_table(organizations).await?;
    manager
        .create_index(unique("organizations", &["name"]))
        .await?;
    let scopes = Table::create()
        .table("scopes")
        .col(text("id").primary_key())
        .col(text("organization_id"))
        .col(text("mode"))
        .col(big_integer("revision"))
        .foreign_key(&mut references(
            "scopes",
            "organization_id",
            "organizations",
        ))
        .to_owned();
    manager.create_table(scopes).await?;
    manager
        .create_index(unique("scopes", &["organization_id", "mode"]))
        .await
}

async fn api_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("api_keys")
        .col(text("id").primary_key())
        .col(text("scope_id"))
        .col(text("name"))
        .col(text("secret_hash"))
        .col(text("prefix"))
        .col(big_integer_null("expires_at"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer("created_at"))
        .col(big_integer_null("revoked_at"))
        .foreign_key(&mut references("api_keys", "scope_id", "scopes"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(unique("api_keys", &["secret_hash"]))
        .await?;
    manager
        .create_index(index("api_keys", &["scope_id", "id"]))
        .await
}

async fn features(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("features")
        .col(text("id").primary_key())
        .col(text("scope_id"))
        .col(text("code"))
        .col(text("name"))
        .col(text("type"))
        .col(text_null("description"))
        .col(text_null("unit_name"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .foreign_key(&mut references("features", "scope_id", "scopes"))
        .to_owned();
    manager.create_table(table).await?;
    let mut code = unique("features", &["scope_id", "code"]);
    code.and_where(Expr::col("deleted_at").is_null());
    manager.create_index(code).await?;
    manager
        .create_index(index("features", &["scope_id", "id"]))
        .await
}

async fn plan_groups(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("plan_groups")
        .col(text("id").primary_key())
        .col(text("scope_id"))
        .col(text("name"))
        .col(text_null("description"))
        .col(boolean("is_public"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .foreign_key(&mut references("plan_groups", "scope_id", "scopes"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(unique("plan_groups", &["scope_id", "name"]))
        .await?;
    manager
        .create_index(index("plan_groups", &["scope_id", "id"]))
        .await
}

async fn plans(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("plans")
        .col(text("id").primary_key())
        .col(text("scope_id"))
        .col(text("code"))
        .col(text("name"))
        .col(text_null("description"))
        .col(text("consumption_model"))
        .col(boolean("is_public"))
        .col(boolean("is_default"))
        .col(boolean("is_free"))
        .col(boolean_null("block_on_exhaustion"))
        .col(big_integer("sort_order"))
        .col(big_integer("creation_order"))
        .col(text_null("plan_group_id"))
        .col(text_null("metadata"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer_null("deleted_at"))
        .foreign_key(&mut references("plans", "scope_id", "scopes"))
        .foreign_key(&mut references("plans", "plan_group_id", "plan_groups"))
        .to_owned();
    manager.create_table(table).await?;
    let mut code = unique("plans", &["scope_id", "code"]);
    code.and_where(Expr::col("deleted_at").is_null());
    manager.create_index(code).await?;
    // At most one default plan per scope, even if the server has a bug.
    let mut default = unique("plans", &["scope_id"]);
    default
        .name("ux_plans_default")
        .and_where(Expr::col("is_default"));
    manager.create_index(default).await?;
    manager
        .create_index(unique("plans", &["scope_id", "creation_order"]))
        .await?;
    let mut order = index("plans", &["scope_id", "sort_order", "creation_order"]);
    order.and_where(Expr::col("deleted_at").is_null());
    manager.create_index(order).await?;
    manager
        .create_index(index("plans", &["plan_group_id"]))
        .await
}

async fn idempotency_records(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("idempotency_records")
        .col(text("scope_id"))
        .col(text("idempotency_key"))
        .col(text("fingerprint"))
        .col(text("answer"))
        .col(big_integer("created_at"))
        .primary_key(Index::create().col("scope_id").col("idempotency_key"))
        .foreign_key(&mut references("idempotency_records", "scope_id", "scopes"))
        .to_owned();
    manager.create_table(table).await?;
    manager
        .create_index(index("idempotency_records", &["created_at"]))
        .await
}
