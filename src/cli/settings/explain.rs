//! Settings of `explain`.

use clap::Args;

use super::client::ClientSettings;
use crate::domain::plan::PlanRef;

/// Settings of `explain`.
#[derive(Debug, Args)]
pub struct ExplainSettings {
    /// The id or code of the plan
    #[arg(value_parser = plan)]
    pub plan: String,
    /// Only values in this currency, such as eur [default: all of them]
    pub currency: Option<String>,
    /// Print the answer of the server as JSON
    #[arg(long)]
    pub json: bool,
    /// The server.
    #[command(flatten)]
    pub client: ClientSettings,
}

fn plan(text: &str) -> Result<String, String> {
    match PlanRef::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("is neither the id nor the code of a plan".to_owned()),
    }
}
