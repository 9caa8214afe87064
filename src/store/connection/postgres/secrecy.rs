//! The address of a PostgreSQL database, as far as it may have a password where nobody looks for one.

/// Maximum length of the name of a parameter that is shown, in bytes.
const LONGEST_NAME: usize = 32;

/// Checks that the shown parts of an address that begins with `postgres://` or `postgresql://` have no
/// password in them. No part of a refused address is ever shown.
///
/// # Errors
/// The fault, to follow the name of the setting.
pub(super) fn check(text: &str) -> Result<(), String> {
    let behind = text.split_once("://").map_or("", |(_, behind)| behind);
    let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    let (authority, rest) = behind.split_at(end);
    let has_user = authority.contains('@');
    // What stands before the @ would be taken for the host, the port or the database, and be shown.
    if rest.contains('@') || (!has_user && authority.contains("%40")) {
        return Err(
            "has an @ in the wrong place: write / as %2F, ? as %3F, # as %23 and @ as %40 in a user \
             name or password, and @ as %40 elsewhere"
                .to_owned(),
        );
    }
    Ok(())
}

/// The reason of the driver, unless it repeats a part of the address.
pub(super) fn reason(why: &str) -> String {
    if why.contains(['"', '`', '\'']) {
        ": a parameter has a value that it cannot have".to_owned()
    } else {
        format!(": {why}")
    }
}

/// The name of a parameter, unless it looks like anything else, which could be a password.
pub(in crate::store) fn parameter_name(parameter: &str) -> Option<&str> {
    let (name, _) = parameter.split_once('=')?;
    let is_name = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    (is_name && (1..=LONGEST_NAME).contains(&name.len())).then_some(name)
}

#[cfg(test)]
mod tests {
    use crate::store::connection::db::DatabaseUrl;

    /// The message about an address: why it is refused, or its name.
    fn told(text: &str) -> String {
        DatabaseUrl::parse(text).map_or_else(|why| why, |url| format!("{url} {url:?}"))
    }

    #[test]
    fn a_password_is_never_told() {
        for text in [
            "postgres://user:hunter2@localhost/shop",
            "postgres://user:hun@hunter2@localhost/shop",
            "postgres://user:hunter2@hunter2/shop",
            "postgres://user:hunter2/x@localhost/shop",
            "postgres://user:5432/hunter2@localhost/shop",
            "postgres://user:1?hunter2@localhost/shop",
            "postgres://user:1#hunter2@localhost/shop",
            "postgres://user:a@b/hunter2@localhost/shop",
            "postgres://user:hunter2@localhost:port/shop",
            "postgres://user:hunter2@/shop",
            "postgres://user%3Ahunter2%40localhost/shop",
            "postgres://localhost/shop?password=hunter2",
            "postgres://localhost/shop?passwd=hunter2",
            "postgres://localhost/shop?hunter2",
            "postgres://localhost/shop?sslmode=hunter2",
            "postgres://localhost:hunter2/shop",
            "postgres://user:hunter2",
            "postgresql://user:hunter2@[::1/shop",
            "POSTGRES://user:hunter2@localhost/shop",
            " postgres://user:hunter2@localhost/shop",
            "'postgres://user:hunter2@localhost/shop'",
            "postgress://user:hunter2@localhost/shop",
            "postgres:/user:hunter2@localhost/shop",
            "postgres:user:hunter2@localhost/shop",
            "postgresql+psycopg://user:hunter2@localhost/shop",
            "jdbc:postgresql://localhost/shop?user=user&password=hunter2",
            "user:hunter2@localhost/shop",
            "//user:hunter2@localhost/shop",
            "host=localhost user=user password=hunter2 dbname=shop",
            "password='hunter2' host=localhost",
            "sqlite:postgres://user:hunter2@localhost/shop",
            "sqlite://user:hunter2@localhost/shop",
            "sqlite:a.db?password=hunter2",
        ] {
            let told = told(text);
            // As the name of the host it is not a password.
            let is_host = text.contains("@hunter2/shop");
            assert!(is_host || !told.contains("hunter2"), "{text}: {told}");
        }
    }

    #[test]
    fn full_address_is_taken() {
        for text in [
            "postgres://user:p%40ss%2Fw@localhost:5432/shop?sslmode=require",
            "postgres://localhost/shop?user=a%40b&connect_timeout=3",
            "postgresql:///shop?host=/run/postgresql",
            "postgres://user@[::1]/shop",
        ] {
            assert!(DatabaseUrl::parse(text).is_ok(), "{text}: {}", told(text));
        }
    }
}
