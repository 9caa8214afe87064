//! `pricebook lint`: what looks wrong in the catalog.

use super::changes::understood;
use super::client::Client;
use super::exit::Exit;
use super::findings::{self, Finding};
use super::output;
use super::page::{Look, Page};
use super::settings::LintSettings;

/// Asks the server, and prints a line for each finding.
pub async fn lint(settings: &LintSettings) -> Result<Exit, String> {
    let LintSettings {
        severity,
        json,
        client,
    } = settings;
    let query = severity.map(|severity| ("severity", severity.as_str()));
    let client = Client::patient(client)?;
    let path = ["catalog", "findings"];
    let mut answer = client.get(&path, query.as_slice()).await?;
    let data = answer["data"].take();
    let found: Vec<Finding> = understood(&data)?;
    let text = match json {
        true => output::to_json(&data)?,
        false => lines(&found, output::is_colored()),
    };
    output::print(&text)?;
    Ok(match () {
        () if found.is_empty() => Exit::Done,
        () if found.iter().any(Finding::is_error) => Exit::Blocked,
        () => Exit::Differs,
    })
}

fn lines(found: &[Finding], is_colored: bool) -> String {
    if found.is_empty() {
        return "Nothing looks wrong.\n".to_owned();
    }
    let mut page = Page::new(is_colored);
    findings::add(&mut page, found);
    page.line(Look::Bold, &format!("{}.", findings::counted(found)));
    page.into_text()
}
