//! The command line: its settings, and one file a command.

mod copy;
pub mod database;
mod environment;
pub mod first_key;
pub mod health;
mod keys;
pub mod limits;
mod open;
pub mod output;
mod redact;
mod serve;
pub mod settings;
pub mod signals;

use std::sync::Arc;

use self::open::with_catalog;
use self::settings::{Cli, Command, Read};
use self::signals::Signals;
use crate::api::document;
use crate::catalog::app::App;
use crate::demo;
use crate::store::admin::backup;
use crate::telemetry;

/// Reads the command line, and does what it says.
///
/// # Errors
/// A sentence for the operator.
pub async fn run(read: Read, mut signals: Signals) -> Result<(), String> {
    let Read { cli, warnings } = read;
    let Cli { command, log } = cli;
    let filter = log.log_filter.as_deref().unwrap_or(match command {
        Command::Serve(_) => "info",
        // It says one line.
        Command::Health(_) => "error",
        _ => "warn",
    });
    // Written out when it is dropped, after all else.
    let _log = telemetry::start(log.log_format, filter)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let ending = match command {
        // On the heap: all that serving is made of would be a type too deep to lay out.
        Command::Serve(settings) => return Box::pin(serve::serve(*settings, signals)).await,
        other => execute(other),
    };
    tokio::select! {
        done = ending => done,
        () = signals.stop() => Err("stopped by a signal".to_owned()),
    }
}

/// Executes a command that ends by itself.
async fn execute(command: Command) -> Result<(), String> {
    match command {
        Command::Serve(_) => Err("serve does not end by itself".to_owned()),
        Command::Openapi => output::print(&document::to_json(&document::DOCUMENT)),
        Command::Health(settings) => health::health(&settings).await,
        // These neither need the schema of this version nor bring it about in what they read.
        Command::Backup { file, database } => {
            let url = database.address()?.existing();
            backup::write(&url, &file).await?;
            output::tell(&format!("pricebook: backed up {url}"));
            Ok(())
        }
        Command::Copy(catalog) => copy::copy(&catalog).await,
        // Opening the catalog brings its schema up to date.
        Command::Migrate(database) => {
            let (url, options) = (database.address()?.existing(), database.patient_options());
            with_catalog(&url, &options, async |_| Ok(())).await
        }
        Command::Demo {
            organization,
            database,
        } => {
            let run = async |app: &Arc<App>| {
                let made = demo::run(app.clone(), &organization).await?;
                output::print(&format!("{}\n\nKey: {}\n", made.table, made.key))
            };
            with_catalog(&database.address()?, &database.options(), run).await
        }
        Command::Keys(command) => keys::keys(command).await,
    }
}
