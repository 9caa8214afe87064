//! Removing secrets from messages about the command line.

use std::cmp::Reverse;

/// The beginnings of API keys.
const KEYS: [&str; 3] = ["ck_", "rk_", "pk_"];
/// Words next to a secret.
const MARKERS: [&str; 5] = ["passw", "pwd", "secret", "postgres:", "postgresql:"];
/// Shorter texts are not redacted, since that would garble the message.
const MIN_LENGTH: usize = 2;

/// Removes from a message the `given` arguments and values that may contain a secret, and the part
/// between `://` and the last `@` of each word.
pub fn redact(message: &str, given: impl IntoIterator<Item = String>) -> String {
    let mut secrets: Vec<String> = given
        .into_iter()
        .flat_map(|argument| {
            let value = argument.split_once('=').map(|(_, value)| value.to_owned());
            [Some(argument), value].into_iter().flatten()
        })
        .filter(|text| may_contain_secret(text))
        .collect();
    // Longest first, since a text may contain a shorter one.
    secrets.sort_by_key(|text| Reverse(text.len()));
    let redacted = secrets.iter().fold(message.to_owned(), |message, secret| {
        message.replace(secret.as_str(), "…")
    });
    without_passwords(&redacted)
}

/// Whether a text looks like a key, an address with a password, or a part of one. The name of a
/// flag does not.
fn may_contain_secret(text: &str) -> bool {
    let is_flag = text.starts_with("--") && !text.contains(['=', ' ']);
    if is_flag || text.len() < MIN_LENGTH {
        return false;
    }
    let lowercase = text.to_ascii_lowercase();
    lowercase.contains('@')
        || KEYS.iter().any(|key| lowercase.starts_with(key))
        || MARKERS.iter().any(|marker| lowercase.contains(marker))
        || has_user_without_host(&lowercase)
}

/// Whether `://` is followed by a `:` that precedes no port.
fn has_user_without_host(text: &str) -> bool {
    let authority = text.split_once("://").map(|(_, rest)| rest);
    let port = authority.and_then(|authority| authority.rsplit_once(':').map(|(_, port)| port));
    port.is_some_and(|port| !port.starts_with(|c: char| c.is_ascii_digit()))
}

fn without_passwords(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    words
        .map(|word| match (word.find("://"), word.rfind('@')) {
            (Some(start), Some(end)) if start < end => {
                format!("{}://…{}", &word[..start], &word[end..])
            }
            _ => word.to_owned(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_possible_secrets_are_redacted() {
        for (argument, is_redacted) in [
            ("postgres://user:hunter2@localhost/shop", true),
            ("postgress://user:hunter2", true),
            ("postgres://user:hun", true),
            ("user:hunter2@localhost/shop", true),
            ("ter2@localhost/shop", true),
            ("--database-url=user:hunter2@localhost", true),
            ("host=localhost password=hunter2", true),
            ("PGPASSWORD=hunter2", true),
            ("ck_live_hunter2", true),
            ("127.0.0.1:65536", false),
            ("http://localhost:8080", false),
            ("--databaseurl", false),
            ("serv", false),
            ("sqlite:shop.db", false),
            ("postgres", false),
            ("@", false),
        ] {
            let message = format!("unexpected argument '{argument}' found");
            let redacted = redact(&message, [argument.to_owned()]);
            assert_eq!(redacted != message, is_redacted, "{redacted}");
            assert!(
                !redacted.contains("hunter2") && !redacted.contains("ter2"),
                "{redacted}"
            );
        }
    }

    #[test]
    fn help_keeps_the_word_postgres() {
        let help = "PostgreSQL at postgres://… or a postgres:// address";
        let values = ["postgres", "p", "postgres://user:hunter2@db/shop"];
        assert_eq!(redact(help, values.map(str::to_owned)), help);
    }
}
