//! The command line: the settings, and one file per command.

mod apart;
mod apply;
mod changes;
mod changeset;
mod client;
mod copy;
mod diff;
mod environment;
pub mod exit;
mod explain;
mod findings;
pub mod first_key;
pub mod health;
mod keys;
mod lint;
mod log;
mod offers;
mod open;
pub mod output;
mod page;
mod plan;
mod price_table;
mod promote;
mod pull;
mod rates;
mod readable;
mod redact;
mod revert;
mod serve;
mod set_rates;
pub mod settings;
mod show;
pub mod signals;
mod terminal;
mod text_file;
mod visible;

use std::sync::Arc;

use self::exit::Exit;
use self::open::with_catalog;
use self::settings::{Command, CommandLine};
use self::signals::Signals;
use crate::api::document;
use crate::catalog::app::App;
use crate::demo;
use crate::store::admin::backup;
use crate::telemetry;

/// The currencies that the table of the demo shows, beside the US dollar.
const DEMO_CURRENCIES: [&str; 4] = ["eur", "brl", "jpy", "ars"];

/// Runs the command of a command line.
///
/// # Errors
/// A message for the operator.
pub async fn run(command_line: CommandLine, mut signals: Signals) -> Result<Exit, String> {
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
        Command::Serve(settings) => {
            Box::pin(serve::serve(*settings, signals)).await?;
            return Ok(Exit::Done);
        }
        other => execute(other),
    };
    tokio::select! {
        result = run => result,
        () = signals.stop() => Err("stopped by a signal".to_owned()),
    }
}

/// Runs a command that ends on its own.
async fn execute(command: Command) -> Result<Exit, String> {
    match command {
        Command::Pull(settings) => pull::pull(&settings).await,
        Command::Plan(settings) => plan::plan(&settings).await,
        Command::Apply(settings) => apply::apply(&settings).await,
        Command::Promote(settings) => promote::promote(&settings).await,
        Command::Rates(command) => set_rates::rates(&command).await,
        Command::Show(settings) => show::show(&settings).await,
        Command::Lint(settings) => lint::lint(&settings).await,
        Command::Diff(settings) => diff::diff(&settings).await,
        Command::Revert(settings) => revert::revert(&settings).await,
        other => {
            execute_plainly(other).await?;
            Ok(Exit::Done)
        }
    }
}

/// Runs a command that either succeeds or fails.
async fn execute_plainly(command: Command) -> Result<(), String> {
    match command {
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
                let columns = DEMO_CURRENCIES.map(str::to_owned);
                let table = price_table::of(&made.plans, &made.currencies, &columns);
                output::print(&format!("{table}\n\nKey: {}\n", made.key))
            };
            with_catalog(&database.address()?, &database.options(), run).await
        }
        Command::Explain(settings) => explain::explain(&settings).await,
        Command::Log(settings) => log::log(&settings).await,
        Command::Keys(command) => keys::keys(command).await,
        _ => Err("this command is run elsewhere".to_owned()),
    }
}
