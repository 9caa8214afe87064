//! What is told of a command line, without the secrets that may be in it.

/// Words that begin what is hidden.
const KEYS: [&str; 3] = ["ck_", "rk_", "pk_"];
/// Words beside which a secret stands.
const NAMES: [&str; 4] = ["passw", "pwd", "secret", "postgres"];

/// A message without those arguments that may have a secret in them, and without what stands between
/// `://` and the last `@` of a word.
pub fn redact(message: &str, arguments: impl IntoIterator<Item = String>) -> String {
    let mut hidden: Vec<String> = arguments
        .into_iter()
        .flat_map(|argument| {
            let value = argument.split_once('=').map(|(_, value)| value.to_owned());
            [Some(argument), value].into_iter().flatten()
        })
        .filter(|argument| may_have_secret(argument))
        .collect();
    // A longer one may have a shorter one in it.
    hidden.sort_by_key(|argument| std::cmp::Reverse(argument.len()));
    let shown = hidden.iter().fold(message.to_owned(), |shown, argument| {
        shown.replace(argument.as_str(), "…")
    });
    without_passwords(&shown)
}

/// Whether an argument looks like an address with a password, or a part of one, or like a key. The
/// name of a flag alone does not.
fn may_have_secret(argument: &str) -> bool {
    let is_flag = argument.starts_with("--") && !argument.contains(['=', ' ']);
    if is_flag || argument.len() < 2 {
        return false;
    }
    let small = argument.to_ascii_lowercase();
    small.contains('@')
        || KEYS.iter().any(|key| small.starts_with(key))
        || NAMES.iter().any(|name| small.contains(name))
        || has_user_without_host(&small)
}

/// Whether behind `://` stands something with a `:` that no port follows.
fn has_user_without_host(text: &str) -> bool {
    let behind = text.split_once("://").map(|(_, behind)| behind);
    let port = behind.and_then(|behind| behind.rsplit_once(':').map(|(_, port)| port));
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
    fn only_possible_secrets_are_hidden() {
        for (argument, is_hidden) in [
            ("postgres://user:hunter2@localhost/shop", true),
            ("postgress://user:hunter2", true),
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
        ] {
            let message = format!("unexpected argument '{argument}' found");
            let shown = redact(&message, [argument.to_owned()]);
            assert_eq!(shown != message, is_hidden, "{shown}");
            assert!(
                !shown.contains("hunter2") && !shown.contains("ter2"),
                "{shown}"
            );
        }
    }
}
