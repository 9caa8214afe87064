//! `pricebook copy`: a whole catalog, from one database to another.

use super::output;
use super::settings::CopyCatalog;
use crate::store::admin::copy::copy as copy_catalog;

pub async fn copy(catalog: &CopyCatalog) -> Result<(), String> {
    let database = &catalog.database;
    let from = match &catalog.from {
        Some(url) => database.parse("--from", url)?,
        None => database.address()?,
    };
    let to = database.parse("--to", &catalog.to)?;
    let copied = copy_catalog(&from, &to).await?;
    output::tell(&format!("pricebook: copied {from} to {to}"));
    let mut lines = "TABLE\tROWS\n".to_owned();
    for table in copied {
        lines += &format!("{}\t{}\n", table.table, table.rows);
    }
    output::print(&lines)
}
