//! Changesets: changes of many things at once, which are looked at before they are applied.

use sea_orm_migration::{prelude::*, schema::*};

use crate::table::{drop_all, index, references};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(changesets()).await?;
        manager
            .create_index(index("changesets", &["scope_id", "created_at", "id"]))
            .await?;
        manager
            .create_index(index("changesets", &["expires_at"]))
            .await?;
        manager.create_table(changeset_objects()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_all(manager, &["changesets", "changeset_objects"]).await
    }
}

fn changesets() -> TableCreateStatement {
    Table::create()
        .table("changesets")
        .col(text("id").primary_key())
        .col(text("scope_id"))
        .col(text("status"))
        .col(text("digest"))
        .col(big_integer("base_revision"))
        .col(big_integer_null("applied_revision"))
        .col(text("source"))
        .col(text("prune"))
        .col(text_null("include"))
        .col(text_null("note"))
        .col(text("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer("created"))
        .col(big_integer("updated"))
        .col(big_integer("deleted"))
        // Bytes of the document, the findings and the objects.
        .col(big_integer("size"))
        .col(blob_null("document"))
        .col(blob("findings"))
        .foreign_key(&mut references("changesets", "scope_id", "scopes"))
        .to_owned()
}

/// The objects of a changeset, many in a row: `position` is the place of the first.
fn changeset_objects() -> TableCreateStatement {
    Table::create()
        .table("changeset_objects")
        .col(text("changeset_id"))
        .col(big_integer("position"))
        .col(blob("objects"))
        .primary_key(Index::create().col("changeset_id").col("position"))
        .foreign_key(&mut references(
            "changeset_objects",
            "changeset_id",
            "changesets",
        ))
        .to_owned()
}
