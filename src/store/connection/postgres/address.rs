//! The address of a PostgreSQL database, with one host or several.

use std::path::Path;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::secrecy;

/// What the driver reads.
const KNOWN: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];
/// Maximum number of hosts in an address.
const MOST_HOSTS: usize = 16;

/// How connections are encrypted, in PostgreSQL's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// No TLS.
    Disable,
    /// TLS if the server supports it.
    Prefer,
    /// TLS, without verifying the certificate.
    Require,
    /// TLS, with a certificate from a trusted authority.
    VerifyCa,
    /// The same, and the certificate must match the host name.
    VerifyFull,
}

impl From<Encryption> for PgSslMode {
    fn from(encryption: Encryption) -> Self {
        match encryption {
            Encryption::Disable => Self::Disable,
            Encryption::Prefer => Self::Prefer,
            Encryption::Require => Self::Require,
            Encryption::VerifyCa => Self::VerifyCa,
            Encryption::VerifyFull => Self::VerifyFull,
        }
    }
}

/// Where the servers of a database are; with its password.
#[derive(Clone)]
pub struct Address {
    hosts: Vec<PgConnectOptions>,
    wants_writable: bool,
}

impl Address {
    /// Reads an address as PostgreSQL's own programs do: `postgres://user:password@host:port/database`,
    /// with several hosts, separated by commas, and `target_session_attrs` among the parameters.
    ///
    /// # Errors
    /// The end of a sentence for the operator, without anything of the address but names in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        secrecy::check(text)?;
        let (scheme, rest) = text
            .split_once("://")
            .ok_or("is no address of a PostgreSQL database")?;
        let (before, query) = match rest.split_once('?') {
            Some((before, query)) => (before, query),
            None => (rest, ""),
        };
        let (authority, database) = match before.split_once('/') {
            Some((authority, database)) => (authority, format!("/{database}")),
            None => (before, String::new()),
        };
        let (user, hosts) = match authority.rsplit_once('@') {
            Some((user, hosts)) => (format!("{user}@"), hosts),
            None => (String::new(), authority),
        };
        let parameters = Parameters::read(query)?;
        let known = parameters.known.join("&");
        let hosts: Vec<_> = hosts.split(',').collect();
        if hosts.len() > MOST_HOSTS {
            return Err(format!("names more than {MOST_HOSTS} hosts"));
        }
        let is_one = hosts.len() == 1;
        let hosts = hosts.into_iter().map(|host| {
            if host.is_empty() && !is_one {
                return Err("has a host without a name".to_owned());
            }
            format!("{scheme}://{user}{host}{database}?{known}")
                .parse::<PgConnectOptions>()
                .map_err(|why| {
                    let why = secrecy::reason(&why.to_string());
                    format!("is no address of a PostgreSQL database{why}")
                })
        });
        Ok(Self {
            hosts: hosts.collect::<Result<_, _>>()?,
            wants_writable: parameters.wants_writable,
        })
    }

    /// The address with another mode of encryption, or another authority of certificates.
    #[must_use]
    pub fn with_tls(mut self, mode: Option<Encryption>, root: Option<&Path>) -> Self {
        for host in &mut self.hosts {
            if let Some(mode) = mode {
                *host = host.clone().ssl_mode(mode.into());
            }
            if let Some(root) = root {
                *host = host.clone().ssl_root_cert(root);
            }
        }
        self
    }

    pub(super) fn hosts(&self) -> &[PgConnectOptions] {
        &self.hosts
    }

    /// Whether a server that is read-only by a setting is passed over.
    pub(super) fn wants_writable(&self) -> bool {
        self.wants_writable
    }
}

/// The parameters of the query string.
#[derive(Default)]
struct Parameters<'a> {
    known: Vec<&'a str>,
    wants_writable: bool,
}

impl<'a> Parameters<'a> {
    fn read(query: &'a str) -> Result<Self, String> {
        let mut read = Self::default();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match key {
                "target_session_attrs" => read.wants_writable = wants_writable(value)?,
                "host" | "hostaddr"
                    if value.contains(',') || value.to_ascii_uppercase().contains("%2C") =>
                {
                    return Err(format!(
                        "has several hosts in {key}; they belong before the database, as in \
                         postgres://one:5432,two:5432/database"
                    ));
                }
                _ if KNOWN.contains(&key) || key.starts_with("options[") => {
                    read.known.push(parameter);
                }
                // Its value is not shown: it could be a password under a name with a mistake in it.
                _ => tracing::warn!(
                    parameter = secrecy::parameter_name(parameter).unwrap_or("…"),
                    "ignoring an unknown parameter in the database address"
                ),
            }
        }
        Ok(read)
    }
}

fn wants_writable(value: &str) -> Result<bool, String> {
    match value {
        // A standby is never used: it shows what another server wrote, and later.
        "any" | "primary" => Ok(false),
        "read-write" => Ok(true),
        _ => Err("has a target_session_attrs other than read-write, primary and any".to_owned()),
    }
}

/// The name and port of a host, or its socket.
pub(super) fn name(host: &PgConnectOptions) -> String {
    match host.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", host.get_host(), host.get_port()),
    }
}

/// Without the password, for messages and logs.
impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.hosts.iter().map(name).collect();
        let database = self.hosts.first().and_then(PgConnectOptions::get_database);
        let (names, database) = (names.join(","), database.unwrap_or_default());
        write!(f, "PostgreSQL at {names}/{database}")
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_in_order() {
        for (text, shown, wants_writable) in [
            ("postgres://u:p@h/d", "h:5432/d", false),
            (
                "postgresql://u:p@h:1/d?target_session_attrs=any",
                "h:1/d",
                false,
            ),
            (
                "postgres://u:p@a:1,b,c:3/d?sslmode=require&target_session_attrs=read-write",
                "a:1,b:5432,c:3/d",
                true,
            ),
            ("postgres://u:p,q@a:1,[::1]:2/d", "a:1,[::1]:2/d", false),
            (
                "postgres://u:p@q@a:1/d?target_session_attrs=primary",
                "a:1/d",
                false,
            ),
            ("postgres:///d?host=/run/pg&user=u", "/run/pg/d", false),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!(address.to_string(), format!("PostgreSQL at {shown}"));
            assert_eq!(address.wants_writable(), wants_writable, "{text}");
        }
    }

    #[test]
    fn bad_address_is_told_without_its_values() {
        for (text, words) in [
            ("postgres://u:hunter2@a:1,,b/d", "host without a name"),
            ("postgres://u:hunter2@a:port,b/d", "port"),
            (
                "postgres://u:hunter2@a/d?target_session_attrs=standby",
                "target_session_attrs",
            ),
            ("postgres://u:hunter2@a/d?host=a,b", "before the database"),
        ] {
            let why = Address::parse(text).unwrap_err();
            assert!(why.contains(words) && !why.contains("hunter2"), "{why}");
        }
        let many = format!("postgres://{}/d", ["h"; 17].join(","));
        assert!(Address::parse(&many).unwrap_err().contains("16 hosts"));
    }
}
