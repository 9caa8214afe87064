//! Changesets.
#![allow(missing_docs)] // The columns are the fields of the API, documented there.

use sea_orm::entity::prelude::*;

use crate::store::query::ScopedEntity;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changesets")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub scope_id: String,
    pub status: String,
    pub digest: String,
    pub base_revision: i64,
    pub applied_revision: Option<i64>,
    /// JSON.
    pub source: String,
    pub prune: String,
    /// JSON; null for everything.
    pub include: Option<String>,
    pub note: Option<String>,
    /// JSON.
    pub created_by: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub created: i64,
    pub updated: i64,
    pub deleted: i64,
    /// Bytes of the document, the findings and the objects.
    pub size: i64,
    /// The document as JSON, compressed; null for rates.
    pub document: Option<Vec<u8>>,
    /// The findings and the manual values as JSON, compressed.
    pub findings: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}

impl ScopedEntity for Entity {
    const SCOPE_ID: Column = Column::ScopeId;
}
