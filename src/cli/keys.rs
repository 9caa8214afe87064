//! `pricebook keys`: creating, listing and revoking API keys.

use std::sync::Arc;

use super::open::{failed, with_catalog};
use super::output;
use super::settings::{CreateKeySettings, KeysCommand};
use crate::catalog::api_key::KeyWish;
use crate::catalog::app::App;
use crate::domain::id::ApiKeyId;
use crate::domain::permission::{Permissions, READ_PUBLIC, Rights};

/// Runs a subcommand of `keys`.
pub async fn keys(command: KeysCommand) -> Result<(), String> {
    match command {
        KeysCommand::Create(settings) => {
            let (url, options) = (settings.database.address()?, settings.database.options());
            with_catalog(&url, &options, async |app| create_key(app, settings).await).await
        }
        // A typing mistake in the address creates no catalog.
        KeysCommand::List(database) => {
            let url = database.address()?.existing();
            with_catalog(&url, &database.options(), async |app| list_keys(app).await).await
        }
        KeysCommand::Revoke { id, database } => {
            let revoke = async |app: &Arc<App>| {
                let revoked = app.revoke_key(ApiKeyId::parse(&id)).await;
                revoked.map(drop).map_err(failed)
            };
            let url = database.address()?.existing();
            with_catalog(&url, &database.options(), revoke).await
        }
    }
}

/// Creates a key and prints its secret. If that fails, revokes the key.
async fn create_key(app: &App, settings: CreateKeySettings) -> Result<(), String> {
    let CreateKeySettings {
        organization,
        mode,
        name,
        expires_in_days,
        permissions,
        publishable,
        database: _,
    } = settings;
    let rights = match publishable {
        true => Rights::Publishable,
        false => permissions.map_or(Rights::Full, Rights::Restricted),
    };
    let new = KeyWish {
        name,
        expires_in_days,
        rights,
    };
    let created = app.create_key_for(&organization, mode, new).await;
    let created = created.map_err(failed)?;
    let printed = output::print(&format!("{}\n", created.secret.expose()));
    if let Err(error) = printed {
        let revoked = app.revoke_key(Some(created.key.id)).await;
        revoked.map_err(failed)?;
        return Err(format!(
            "{error}; the key is revoked, since nobody has seen it"
        ));
    }
    Ok(())
}

async fn list_keys(app: &App) -> Result<(), String> {
    let never = || "never".to_owned();
    let mut lines =
        "ID\tORGANIZATION\tMODE\tNAME\tPREFIX\tCREATED\tEXPIRES\tLAST USED\tPERMISSIONS\n"
            .to_owned();
    for owned in app.all_api_keys().await.map_err(failed)? {
        let key = owned.key;
        lines += &format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
            key.id,
            owned.organization.as_str().escape_debug(),
            owned.mode,
            key.name.as_str().escape_debug(),
            key.prefix,
            key.created_at,
            key.expires_at.map_or_else(never, |at| at.to_string()),
            key.last_used_at.map_or_else(never, |at| at.to_string()),
            shown(&key.rights),
        );
    }
    output::print(&lines)
}

/// The permissions of a key in one word that is never empty, so that columns stay aligned.
fn shown(rights: &Rights) -> String {
    match rights {
        Rights::Full => "full".to_owned(),
        Rights::Restricted(permissions) if *permissions == Permissions::NONE => "none".to_owned(),
        Rights::Restricted(permissions) => permissions.to_string(),
        Rights::Publishable => format!("plan:{READ_PUBLIC}"),
    }
}
