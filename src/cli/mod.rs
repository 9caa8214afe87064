//! The command line: the settings, and one file per command.

mod client;
mod copy;
mod environment;
mod explain;
pub mod first_key;
pub mod health;
mod keys;
mod log;
mod open;
pub mod output;
// No command reads files of rates yet.
#[allow(dead_code, unused_imports)]
mod rates;
mod redact;
mod serve;
pub mod settings;
pub mod signals;

use std::sync::Arc;

use self::open::with_catalog;
use self::settings::{Command, CommandLine};
use self::signals::Signals;
use crate::api::document;
use crate::catalog::app::App;
use crate::demo;
use crate::store::admin::backup;
use crate::telemetry;

/// Runs the command of a command line.
///
/// # Errors
/// A message for the operator.
pub async fn run(command_line: CommandLine, mut signals: Signals) -> Result<(), String> {
    let CommandLine {
        command,
        log,
        warnings,
    } = command_line;
    let filter = log.log_filter.as_deref().unwrap_or(match command {
        Command::Serve(_) => "info",
        // It prints a single line.
        Command::Health(_) => "error",
        _ => "warn",
    });
    // Flushed when it is dropped, last of all.
    let _log = telemetry::start(log.log_format, filter)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let run = match command {
        // Boxed, since the type of the future is too deeply nested for the compiler.
        Command::Serve(settings) => return Box::pin(serve::serve(*settings, signals)).await,
        other => execute(other),
    };
    tokio::select! {
        result = run => result,
        () = signals.stop() => Err("stopped by a signal".to_owned()),
    }
}

/// Runs a command that ends on its own.
async fn execute(command: Command) -> Result<(), String> {
    match command {
        Command::Serve(_) => Err("serve does not end on its own".to_owned()),
        Command::Openapi => output::print(&document::to_json(&document::DOCUMENT)),
        Command::Health(settings) => health::health(&settings).await,
        // Backup and copy neither need nor create the schema of this version in the database they
        // read.
        Command::Backup { file, database } => {
            let url = database.address()?.existing();
            backup::write(&url, &file).await?;
            output::tell(&format!("pricebook: backed up {url}"));
            Ok(())
        }
        Command::Copy(settings) => copy::copy(&settings).await,
        // Opening the catalog brings its schema up to date.
        Command::Migrate(database) => {
            let (url, options) = (database.address()?.existing(), database.waiting_options());
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
        Command::Explain(settings) => explain::explain(&settings).await,
        Command::Log(settings) => log::log(&settings).await,
        Command::Keys(command) => keys::keys(command).await,
    }
}
