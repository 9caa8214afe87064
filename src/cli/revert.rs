//! `pricebook revert`: takes back a change.

use serde_json::{Value, json};

use super::changes::{Change, ObjectChange, add_head, add_object_in_short, understood};
use super::client::{Client, ClientError};
use super::exit::Exit;
use super::findings::{self, Finding};
use super::offers::learn_types;
use super::page::{Look, Page};
use super::settings::RevertSettings;
use super::{output, terminal};

/// Shows what it takes, asks, and takes the change back.
pub async fn revert(settings: &RevertSettings) -> Result<Exit, String> {
    terminal::require_answer(settings.yes)?;
    let client = Client::patient(&settings.client)?;
    let tried = match send(&client, settings, &[("dryRun", "true")]).await {
        Ok(tried) => tried,
        Err(error) => return refused(&error),
    };
    let mut objects: Vec<ObjectChange> = understood(&tried["dryRun"]["changes"])?;
    learn_types(&client, &mut objects).await;
    let found = &tried["dryRun"]["findings"];
    let shown = lines(&objects, found, !settings.json && output::is_colored())?;
    match settings.json {
        false => output::print(&shown)?,
        true if !settings.yes => output::tell(shown.trim_end()),
        true => {}
    }
    if !settings.yes && !terminal::is_agreed("Take it back?").await? {
        output::tell("pricebook: not taken back");
        return Ok(Exit::Failed);
    }
    match send(&client, settings, &[]).await {
        Ok(answer) => done(&answer["data"], settings.json),
        Err(error) => refused(&error),
    }
}

async fn send(
    client: &Client,
    settings: &RevertSettings,
    query: &[(&str, &str)],
) -> Result<Value, ClientError> {
    let revision = settings.revision.to_string();
    let path = ["changes", &revision, "revert"];
    let body = json!({"force": settings.force});
    let note = settings.note.as_deref();
    client.post(&path, query, &body, note).await
}

/// What a dry run found.
fn lines(objects: &[ObjectChange], found: &Value, is_colored: bool) -> Result<String, String> {
    let found: Vec<Finding> = understood(found)?;
    let mut page = Page::new(is_colored);
    for object in objects {
        add_object_in_short(&mut page, object);
    }
    if objects.is_empty() {
        page.line(Look::Plain, "Nothing would change.");
    }
    if !found.is_empty() {
        page.line(Look::Bold, "What looks wrong:");
        findings::add(&mut page, &found);
    }
    Ok(page.into_text())
}

fn done(change: &Value, is_json: bool) -> Result<Exit, String> {
    let text = match is_json {
        true => output::to_json(change)?,
        false => format!("Taken back as revision {}.\n", change["revision"]),
    };
    output::print(&text)?;
    Ok(Exit::Done)
}

/// Tells the changes that stand in the way, if it is refused for these.
fn refused(error: &ClientError) -> Result<Exit, String> {
    let changes: Vec<Change> = match error.is("revert_conflict") {
        true => understood(&error.details).unwrap_or_default(),
        false => return Err(error.sentence.clone()),
    };
    let mut page = Page::new(false);
    page.line(Look::Plain, &format!("pricebook: {}", error.sentence));
    for change in &changes {
        add_head(&mut page, change);
    }
    page.line(Look::Plain, "To take it back all the same, use --force.");
    output::tell(page.into_text().trim_end());
    Ok(Exit::Failed)
}
