//! Parsing the command line and the environment.

use clap::{CommandFactory, FromArgMatches, Parser};

use super::command::Command;
use super::command_order::with_command_first;
use super::log::LogSettings;
use crate::cli::redact::redact;
use crate::cli::{environment, output};

/// The catalog of pricing plans that a company runs itself, behind one REST API.
///
/// Without a command it serves. Every command shows its own settings, such as `pricebook serve
/// --help`.
#[derive(Debug, Parser)]
#[command(
    name = "pricebook",
    version,
    about,
    override_usage = "pricebook [OPTIONS] [COMMAND]"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogSettings,
}

/// The command with its settings, and warnings about the settings.
#[derive(Debug)]
pub struct CommandLine {
    /// The command and its settings.
    pub command: Command,
    /// The settings of the log.
    pub log: LogSettings,
    /// Messages for the operator, to be logged once the log is set up.
    pub warnings: Vec<String>,
}

impl CommandLine {
    /// Parses the command line and the environment. An error ends the program with a message that
    /// never contains a password.
    pub fn read() -> Self {
        Self::try_read().unwrap_or_else(|error| {
            let message = error.to_string();
            let arguments = std::env::args_os().skip(1);
            let values = environment::values(&Cli::command());
            let given = arguments.chain(values);
            let redacted = redact(
                &message,
                given.map(|text| text.to_string_lossy().into_owned()),
            );
            if redacted == message {
                // There is nowhere else to say it.
                let _ = error.print();
            } else {
                output::tell(redacted.trim_end());
            }
            std::process::exit(exit_code(&error));
        })
    }

    fn try_read() -> Result<Self, clap::Error> {
        let plain = Cli::command();
        let arguments = with_command_first(&plain, std::env::args_os().collect());
        let mut warnings = environment::unknown(&plain);
        let mut command = environment::choose_variables(plain);
        let matches = command.try_get_matches_from_mut(arguments)?;
        warnings.extend(environment::former_in_use(&command, &matches));
        let cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        let Cli { command, log } = cli;
        Ok(Self {
            command,
            log,
            warnings,
        })
    }
}

/// Commands that exit with 2 when they found something, which an invalid command line must not do.
const TELLING: [&str; 5] = ["plan", "promote", "rates", "lint", "diff"];

fn exit_code(error: &clap::Error) -> i32 {
    let arguments = with_command_first(&Cli::command(), std::env::args_os().collect());
    let command = arguments.get(1).and_then(|command| command.to_str());
    let is_telling = command.is_some_and(|command| TELLING.contains(&command));
    match error.exit_code() {
        2 if is_telling => 1,
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn flags_may_precede_the_command() {
        for (given, parsed) in [
            ("", "serve"),
            ("--listen 127.0.0.1:0", "serve --listen 127.0.0.1:0"),
            ("--service-name demo", "serve --service-name demo"),
            ("--log=debug keys list", "keys list --log=debug"),
            (
                "--database-url sqlite:a keys list",
                "keys list --database-url sqlite:a",
            ),
            ("--trust-forwarded-for serve", "serve --trust-forwarded-for"),
            ("--wrong", "serve --wrong"),
            ("--listen", "serve --listen"),
            ("--help", "--help"),
            ("-V", "-V"),
            ("help keys", "help keys"),
            ("keys list --help", "keys list --help"),
        ] {
            let line = |text: &str| -> Vec<OsString> {
                ["pricebook"]
                    .into_iter()
                    .chain(text.split_whitespace())
                    .map(Into::into)
                    .collect()
            };
            let ordered = with_command_first(&Cli::command(), line(given));
            assert_eq!(ordered, line(parsed), "{given}");
        }
    }

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }
}
