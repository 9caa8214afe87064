//! `pricebook promote`: makes one catalog of an organization like the other.

use serde_json::json;

use super::changeset::{Application, make, show};
use super::client::Client;
use super::exit::Exit;
use super::settings::PromoteSettings;
use super::terminal;

/// Makes a changeset from the catalog of the other mode, and prints or applies it.
pub async fn promote(settings: &PromoteSettings) -> Result<Exit, String> {
    let PromoteSettings {
        from,
        to,
        revision,
        source_key,
        plan,
        part,
        options,
        json,
        client,
    } = settings;
    if from == to {
        return Err(format!("--from and --to are both {to}"));
    }
    terminal::require_answer(*plan || options.yes)?;
    let client = Client::patient(client)?.with_source_key(source_key.as_deref())?;
    require_mode(client.mode(), to)?;
    let mut source = json!({"scope": from});
    if let Some(revision) = revision {
        source["revision"] = json!(revision);
    }
    let note = options.note.as_deref();
    let data = make(&client, source, part, note).await?;
    if *plan {
        return show(&client, &data, *json).await;
    }
    let application = Application {
        client: &client,
        data: &data,
        options,
        is_new: true,
        is_json: *json,
    };
    application.run().await
}

/// Refuses a key of the catalog that is copied. What does not look like a key is for the server to
/// judge.
fn require_mode(mode: Option<&str>, to: &str) -> Result<(), String> {
    match mode {
        Some(mode @ ("sandbox" | "live")) if mode != to => Err(format!(
            "the API key opens the {mode} catalog, but --to is {to}: use a {to} key"
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_that_of_the_target() {
        assert!(require_mode(Some("live"), "live").is_ok());
        assert!(require_mode(Some("x"), "live").is_ok());
        assert!(require_mode(None, "live").is_ok());
        let refused = require_mode(Some("sandbox"), "live").unwrap_err();
        assert!(refused.contains("sandbox"), "{refused}");
    }
}
