//! The environment variables of settings, and warnings about them.
//!
//! An empty variable counts as unset. A variable of version 0.1, whose name has no prefix, is read
//! if the one with the prefix is not set.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

/// The prefix of the program's own variables.
const PREFIX: &str = "PRICEBOOK_";

/// Variables that had no prefix in version 0.1.
const FORMER: [&str; 14] = [
    "CACHE_MIB",
    "COPY_FROM",
    "COPY_TO",
    "CORS_ORIGINS",
    "LISTEN",
    "LOG_FORMAT",
    "MAX_CONNECTIONS",
    "METRICS",
    "PUBLIC_URL",
    "RATE_LIMIT",
    "TLS_CERT",
    "TLS_KEY",
    "TRUST_FORWARDED_FOR",
    "WRONG_KEY_LIMIT",
];

/// The value of a variable, unless it is empty.
pub fn value(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Chooses the variable that each argument of a command reads.
pub fn choose_variables(command: Command) -> Command {
    command
        .mut_args(choose_variable)
        .mut_subcommands(choose_variables)
}

fn choose_variable(argument: Arg) -> Arg {
    let Some(name) = argument.get_env().and_then(|name| name.to_str()) else {
        return argument;
    };
    let name = name.to_owned();
    if value(&name).is_some() {
        return argument;
    }
    if let Some(former) = former(&name).filter(|former| value(former).is_some()) {
        return argument.env(former);
    }
    if std::env::var_os(&name).is_none() {
        return argument;
    }
    // The variable is set but empty.
    let help = argument.get_help().map(ToString::to_string);
    argument
        .env(Resettable::Reset)
        .help(format!("{} [env: {name}=]", help.unwrap_or_default()))
}

/// The name in version 0.1 of a variable that has been renamed.
fn former(name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix(PREFIX)?;
    FORMER.into_iter().find(|former| *former == bare)
}

/// Warnings about variables that the given command reads by their name in version 0.1.
pub fn former_in_use(command: &Command, matches: &ArgMatches) -> Vec<String> {
    if let Some((name, matches)) = matches.subcommand() {
        let subcommand = command.find_subcommand(name);
        return subcommand.map_or_else(Vec::new, |command| former_in_use(command, matches));
    }
    let arguments = command.get_arguments();
    let in_use = arguments.filter_map(|argument| {
        let name = argument.get_env()?.to_str()?;
        let is_read =
            matches.value_source(argument.get_id().as_str()) == Some(ValueSource::EnvVariable);
        (is_read && FORMER.contains(&name)).then(|| {
            format!("{name} is called {PREFIX}{name} now; the next version reads that alone")
        })
    });
    in_use.collect()
}

/// Warnings about variables with the prefix that no command reads.
pub fn unknown(command: &Command) -> Vec<String> {
    let mut known = BTreeSet::new();
    add_names(command, &mut known);
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let names: BTreeSet<_> = names.collect();
    let unknown = names.into_iter().filter(|name| {
        let own = name.strip_prefix(PREFIX);
        own.is_some_and(|own| !is_of_kubernetes(own)) && !known.contains(name)
    });
    unknown
        .map(|name| format!("{name} is no setting; `pricebook serve --help` shows them"))
        .collect()
}

/// The values of all variables that settings read, whichever command they belong to.
pub fn values(command: &Command) -> Vec<OsString> {
    let mut names = BTreeSet::new();
    add_names(command, &mut names);
    names.extend(FORMER.map(str::to_owned));
    names.iter().filter_map(|name| value(name)).collect()
}

fn add_names(command: &Command, names: &mut BTreeSet<String>) {
    let variables = command.get_arguments().filter_map(Arg::get_env);
    names.extend(variables.filter_map(|name| Some(name.to_str()?.to_owned())));
    for subcommand in command.get_subcommands() {
        add_names(subcommand, names);
    }
}

/// Whether Kubernetes may have set this variable in a pod because of a Service called `pricebook`
/// or `pricebook-…`, such as `PRICEBOOK_PORT_8080_TCP`.
fn is_of_kubernetes(own: &str) -> bool {
    let own = format!("_{own}");
    own.ends_with("_PORT") || own.contains("_PORT_") || own.contains("_SERVICE_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_of_kubernetes_are_known() {
        for (name, is_known) in [
            ("PORT", true),
            ("PORT_8080_TCP_ADDR", true),
            ("SERVICE_HOST", true),
            ("SERVICE_PORT_HTTP", true),
            ("DB_PORT", true),
            ("DB_PORT_5432_TCP", true),
            ("DB_SERVICE_HOST", true),
            ("LISTN", false),
            ("EXPORT", false),
            ("PORTS", false),
            ("SERVICES", false),
        ] {
            assert_eq!(is_of_kubernetes(name), is_known, "{name}");
        }
    }

    #[test]
    fn only_renamed_variables_have_former_names() {
        assert_eq!(former("PRICEBOOK_LISTEN"), Some("LISTEN"));
        assert_eq!(former("LISTEN"), None);
        assert_eq!(former("PRICEBOOK_BOOTSTRAP_KEY"), None);
    }
}
