//! `pricebook copy`: a whole catalog, from one database to another.

use super::output;
use super::settings::CopySettings;
use crate::store::admin::copy::copy as copy_catalog;

/// Copies a catalog to an empty database.
pub async fn copy(settings: &CopySettings) -> Result<(), String> {
    let database = &settings.database;
    let from = match &settings.from {
        Some(url) => database.parse("--from", url)?,
        None => database.address()?,
    };
    let to = database.parse("--to", &settings.to)?;
    let copied = copy_catalog(&from, &to).await?;
    output::tell(&format!("pricebook: copied {from} to {to}"));
    let mut lines = "TABLE\tROWS\n".to_owned();
    for table in copied {
        lines += &format!("{}\t{}\n", table.table, table.rows);
    }
    output::print(&lines)
}
