//! The address of a PostgreSQL database, as far as it may have a password where nobody looks for one.

use sea_orm::sqlx::postgres::PgConnectOptions;

/// The parameters that the driver knows.
const KNOWN: [&str; 18] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// Checks an address that begins with `postgres://` or `postgresql://`. What it refuses is never
/// shown, and neither is a part of it.
///
/// # Errors
/// What is wrong, to stand behind the name of the setting.
pub(super) fn check(text: &str) -> Result<(), String> {
    let behind = text.split_once("://").map_or("", |(_, behind)| behind);
    let end = behind.find(['/', '?', '#']).unwrap_or(behind.len());
    let (authority, rest) = behind.split_at(end);
    let has_user = authority.contains('@');
    // What stands before the @ would be taken for the host, the port or the database, and be shown.
    if rest.contains('@') || (!has_user && authority.contains("%40")) {
        return Err(
            "has an @ where none can be: in a user or a password, / is written %2F, ? is %3F, \
             # is %23 and @ is %40; elsewhere @ is %40 too"
                .to_owned(),
        );
    }
    match text.parse::<PgConnectOptions>() {
        Ok(_) => {
            warn_of_ignored(rest);
            Ok(())
        }
        Err(why) => Err(format!(
            "is no address of a PostgreSQL database{}",
            of(&why.to_string())
        )),
    }
}

/// The reason of the driver, unless it repeats a part of the address.
fn of(why: &str) -> String {
    if why.contains(['"', '`', '\'']) {
        ": a parameter has a value that it cannot have".to_owned()
    } else {
        format!(": {why}")
    }
}

/// The driver ignores what it does not know, and would log the value too.
fn warn_of_ignored(rest: &str) {
    let parameters = rest
        .split_once('?')
        .map_or("", |(_, parameters)| parameters);
    for parameter in parameters.split('&').filter(|text| !text.is_empty()) {
        let name = parameter.split_once('=').map_or("", |(name, _)| name);
        let is_known = KNOWN.contains(&name) || name.starts_with("options");
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !is_known {
            let name = if is_name { name } else { "…" };
            tracing::warn!(
                name,
                "a parameter of the PostgreSQL address is not known and ignored"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::store::db::DatabaseUrl;

    /// What an operator is told of an address: why it is refused, or how it is called.
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
    fn an_address_with_all_that_may_be_in_it_is_taken() {
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
