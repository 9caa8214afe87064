//! Accepting flags before the command.

use std::ffi::OsString;

/// Moves the command before all flags; without a command, inserts `serve`.
pub(super) fn with_command_first(
    command: &clap::Command,
    mut arguments: Vec<OsString>,
) -> Vec<OsString> {
    let mut end = 1;
    while let Some(argument) = arguments.get(end).and_then(|argument| argument.to_str()) {
        if !argument.starts_with('-') || argument == "--" {
            break;
        }
        end += if takes_value(command, argument) { 2 } else { 1 };
    }
    let end = end.min(arguments.len());
    let has_command = end < arguments.len();
    if !has_command && arguments.get(1).is_some_and(is_global) {
        return arguments;
    }
    if !has_command {
        arguments.insert(1.min(arguments.len()), "serve".into());
        return arguments;
    }
    let flags: Vec<_> = arguments.drain(1..end).collect();
    arguments.extend(flags);
    arguments
}

/// Whether a flag needs no command.
fn is_global(argument: &OsString) -> bool {
    ["-h", "--help", "-V", "--version"]
        .iter()
        .any(|flag| argument == flag)
}

/// Whether the argument after this flag is its value, whichever command the flag belongs to.
fn takes_value(command: &clap::Command, flag: &str) -> bool {
    let Some(name) = flag.strip_prefix("--") else {
        return false;
    };
    let mut own = command.get_arguments();
    own.any(|argument| argument.get_long() == Some(name) && argument.get_action().takes_values())
        || command
            .get_subcommands()
            .any(|command| takes_value(command, flag))
}
