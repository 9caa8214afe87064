//! Settings: their names, and which commands take them.

use super::*;

const OF_SERVE: [&str; 3] = ["--listen", "--rate-limit", "--otlp-endpoint"];

#[test]
fn help_shows_a_commands_own_settings() {
    for (command, has_database) in [
        (&["serve"][..], true),
        (&["migrate"], true),
        (&["openapi"], false),
        (&["health"], false),
        (&["explain"], false),
        (&["pull"], false),
        (&["plan"], false),
        (&["apply"], false),
        (&["promote"], false),
        (&["show"], false),
        (&["lint"], false),
        (&["diff"], false),
        (&["revert"], false),
        (&["rates", "ecb"], false),
        (&["backup"], true),
        (&["copy"], true),
        (&["demo"], true),
        (&["keys", "list"], true),
        (&["keys", "create"], true),
    ] {
        let help = printed(program(command).arg("--help"));
        assert_eq!(help.contains("--database-url "), has_database, "{help}");
        let serves = OF_SERVE.map(|flag| help.contains(&format!("{flag} ")));
        let expected = match command[0] {
            "serve" => [true; 3],
            "health" => [true, false, false],
            _ => [false; 3],
        };
        assert_eq!(serves, expected, "{help}");
        assert!(help.contains("--log-format "), "{help}");
    }
    let words = error_message(&mut program(&["openapi", "--listen", "127.0.0.1:0"]));
    assert!(words.contains("unexpected argument '--listen'"), "{words}");
}

#[tokio::test]
async fn other_commands_ignore_the_settings_of_serve() {
    let database = TestDatabase::new().await;
    let mut command = on(&database, &["keys", "create"]);
    let (_, log) = run(command.env("PRICEBOOK_LISTEN", "nowhere").env("PORT", "x"));
    assert!(!log.contains("WARN"), "{log}");
}

#[tokio::test]
async fn old_names_work_with_a_warning() {
    let database = TestDatabase::new().await;
    let mut command = on(&database, &["serve"]);
    command
        .env_remove("PRICEBOOK_LISTEN")
        .env("LISTEN", "127.0.0.1:0")
        .env("PUBLIC_URL", "https://old.example.com")
        .env("PRICEBOOK_PUBLIC_URL", "https://new.example.com");
    let server = Running::spawn(&mut command);
    server.wait_for_log("listening").await;
    let (said, log) = server.stop();
    assert!(said.contains("https://new.example.com/docs"), "{said}");
    let warns = |name: &str| log.contains(&format!("{name} is called PRICEBOOK_{name} now"));
    assert!(warns("LISTEN") && !warns("PUBLIC_URL"), "{log}");
}

#[tokio::test]
async fn an_empty_value_is_none() {
    let database = TestDatabase::new().await;
    let mut command = on(&database, &["serve"]);
    for name in [
        "DATABASE_URL_FILE",
        "PORT",
        "RUST_LOG",
        "LISTEN",
        "OTEL_SERVICE_NAME",
        "PRICEBOOK_PUBLIC_URL",
        "PRICEBOOK_CORS_ORIGINS",
        "PRICEBOOK_TLS_CERT",
        "PRICEBOOK_DATABASE_POOL",
        "PRICEBOOK_TRUST_FORWARDED_FOR",
        "PRICEBOOK_BOOTSTRAP_KEY",
    ] {
        command.env(name, "");
    }
    let (_, log) = Running::start(&mut command).stop();
    assert!(
        !log.contains("no setting") && !log.contains("is called"),
        "{log}"
    );
    let mut help = program(&["serve", "--help"]);
    let help = printed(help.env("PRICEBOOK_METRICS", ""));
    assert!(help.contains("[env: PRICEBOOK_METRICS=]"), "{help}");
}

#[tokio::test]
async fn an_unknown_setting_is_warned_of() {
    let database = TestDatabase::new().await;
    let mut command = on(&database, &["keys", "list"]);
    printed(&mut on(&database, &["keys", "create"]));
    command
        .env("PRICEBOOK_LISTN", "127.0.0.1:1")
        .env("PRICEBOOK_PORT", "tcp://10.0.0.1:80")
        .env("PRICEBOOK_PORT_80_TCP_ADDR", "10.0.0.1")
        .env("PRICEBOOK_SERVICE_HOST", "10.0.0.1");
    let (_, log) = run(&mut command);
    let warnings = log.lines().filter(|line| line.contains("is no setting"));
    assert_eq!(warnings.count(), 1, "{log}");
    assert!(log.contains("PRICEBOOK_LISTN is no setting"), "{log}");
}

#[tokio::test]
async fn port_listens_everywhere() {
    let database = TestDatabase::new().await;
    let mut command = on(&database, &[]);
    let server = Running::start(command.env_remove("PRICEBOOK_LISTEN").env("PORT", "0"));
    assert!(
        server.base.starts_with("http://0.0.0.0:"),
        "{}",
        server.base
    );
    server.stop();
    let mut command = on(&database, &[]);
    let server = Running::start(command.env("PORT", "none"));
    assert!(server.base.starts_with("http://127.0.0.1:"));
    server.stop();
    let mut command = on(&database, &[]);
    command.env_remove("PRICEBOOK_LISTEN").env("PORT", "65536");
    let words = error_message(&mut command);
    assert!(
        words.contains("PORT must be a number from 0 to 65535"),
        "{words}"
    );
}

#[tokio::test]
async fn flags_may_stand_before_the_command() {
    let database = TestDatabase::new().await;
    let url = database.address().to_owned();
    let mut command = program(&["--database-url", &url, "--log", "error", "keys", "create"]);
    assert!(printed(&mut command).starts_with("ck_sandbox_"));
}

#[tokio::test]
async fn health_asks_the_server_of_its_settings() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let address = server
        .base
        .strip_prefix("http://")
        .expect("an address")
        .to_owned();
    let port = address.rsplit(':').next().expect("a port").to_owned();
    eventually("readiness", async || {
        status_of(&format!("{}/readyz", server.base)).await == 200
    })
    .await;
    let health = |arguments: &[&str]| {
        let mut command = program(&["health"]);
        command.args(arguments);
        command
    };
    let ready = format!("http://{address}/readyz answers 200\n");
    for command in [
        &mut health(&["--server", &server.base]),
        health(&[]).env("PRICEBOOK_LISTEN", &address),
        health(&[]).env("PRICEBOOK_LISTEN", format!("0.0.0.0:{port}")),
        health(&[]).env("PORT", &port),
    ] {
        assert_eq!(run(command), (ready.clone(), String::new()));
    }
    let live = printed(&mut health(&["--live", "--server", &server.base]));
    assert_eq!(live, format!("http://{address}/livez answers 200\n"));
    let base = server.base.clone();
    server.stop();
    let words = error_message(&mut health(&["--server", &base]));
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(
        words.starts_with(&format!("pricebook: {base}/readyz does not answer: ")),
        "{words}"
    );
}

#[tokio::test]
async fn health_says_why_a_server_is_not_ready() {
    let (nobody, address) = (free_address(), free_address());
    let mut command = program(&["serve", "--listen", &address]);
    command.env("DATABASE_URL", format!("postgres://user@{nobody}/shop"));
    let server = Running::spawn(&mut command);
    server.wait_for_log("waiting for PostgreSQL at").await;
    let words = error_message(&mut program(&["health", "--listen", &address]));
    let why = "/readyz answers 503: the server is starting\n";
    assert_eq!(words, format!("pricebook: http://{address}{why}"));
    printed(&mut program(&["health", "--live", "--listen", &address]));
}

#[tokio::test]
async fn health_takes_any_certificate() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (cert, key) = Certificate::new().write(folder.path());
    let server = Running::start(&mut with_tls(&database, &cert, &key));
    let address = server
        .base
        .strip_prefix("https://")
        .expect("an address")
        .to_owned();
    let mut health = program(&["health", "--live", "--listen", &address]);
    let said = printed(health.env("PRICEBOOK_TLS_CERT", &cert));
    assert_eq!(said, format!("https://{address}/livez answers 200\n"));
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let database = TestDatabase::new().await;
    let mut command = on(&database, &[]);
    let server = Running::start(command.env("PRICEBOOK_IDLE_TIMEOUT", "1"));
    let address = server.base.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream
        .write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n")
        .expect("a request");
    // The read ends only when the server closes the connection, which the request did not ask for.
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}
