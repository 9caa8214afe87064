//! That no table and no column is forgotten.

use std::collections::BTreeSet;

use sea_orm::{EntityTrait, IdenStatic, Iterable};

use super::*;
use crate::store::connection::statement::all;

/// The table and the columns that an entity has.
async fn columns<E: EntityTrait>() -> Result<(String, BTreeSet<String>), DbErr> {
    let columns = E::Column::iter().map(|column| column.as_str().to_owned());
    Ok((E::default().table_name().to_owned(), columns.collect()))
}

async fn copied() -> Result<Vec<(String, BTreeSet<String>)>, DbErr> {
    Ok(for_each_table!(columns()))
}

#[tokio::test]
async fn every_table_and_column_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
    let database = Database::connect(&url).await.unwrap();
    database.migrate().await.unwrap();
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' \
        AND name NOT IN ('seaql_migrations') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut schema = BTreeSet::new();
    for table in all(database.writer(), tables).await.unwrap() {
        let name: String = table.try_get_by_index(0).unwrap();
        let query = format!("SELECT name FROM pragma_table_info('{name}')");
        let rows = all(database.writer(), &query).await.unwrap();
        let columns = rows.iter().map(|row| row.try_get_by_index(0).unwrap());
        schema.insert((name, columns.collect()));
    }
    let copied: BTreeSet<_> = copied().await.unwrap().into_iter().collect();
    assert_eq!(copied, schema);
}
