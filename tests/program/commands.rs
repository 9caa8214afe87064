//! The output of commands, and their help.

use super::*;

#[test]
fn the_document_is_printed_without_a_database() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = program(&["openapi"]);
    command
        .current_dir(folder.path())
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    assert_eq!(printed(&mut command), include_str!("../../openapi/v1.json"));
    assert_eq!(
        std::fs::read_dir(folder.path())
            .expect("the folder")
            .count(),
        0
    );
}

#[test]
fn the_help_names_every_setting_with_its_default() {
    let help = printed(&mut program(&["serve", "--help"]));
    for (name, flag, default) in [
        ("DATABASE_URL", "--database-url", "sqlite:pricebook.db"),
        (
            "PRICEBOOK_LISTEN",
            "--listen",
            "127.0.0.1:8080, or 0.0.0.0:PORT if the variable PORT is set",
        ),
        ("PRICEBOOK_IDLE_TIMEOUT", "--idle-timeout", "75"),
        (
            "PRICEBOOK_PUBLIC_URL",
            "--public-url",
            "the host of each request",
        ),
        ("PRICEBOOK_MAX_CONNECTIONS", "--max-connections", "10000"),
        ("PRICEBOOK_RATE_LIMIT", "--rate-limit", "off"),
        ("PRICEBOOK_WRONG_KEY_LIMIT", "--wrong-key-limit", "300/60"),
        ("PRICEBOOK_CORS_ORIGINS", "--cors-origins", "none"),
        ("PRICEBOOK_TLS_CERT", "--tls-cert", "none, plain HTTP"),
        ("PRICEBOOK_TLS_KEY", "--tls-key", "none"),
        ("PRICEBOOK_LOG_FORMAT", "--log-format", "text"),
        ("PRICEBOOK_METRICS", "--metrics", "off"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "--otlp-endpoint",
            "no traces",
        ),
        ("OTEL_SERVICE_NAME", "--service-name", "pricebook"),
        (
            "RUST_LOG",
            "--log",
            "info for serve, warn for other commands",
        ),
    ] {
        let (_, about) = help
            .split_once(&format!("{flag} "))
            .unwrap_or_else(|| panic!("{help}"));
        let about = about.split("\n      --").next().expect("a paragraph");
        assert!(about.contains(&format!("[env: {name}")), "{about}");
        assert!(about.contains(&format!("[default: {default}]")), "{about}");
    }
    let help = printed(&mut program(&["--help"]));
    for command in [
        "serve", "migrate", "openapi", "backup", "copy", "keys", "health", "explain", "log",
        "pull", "plan", "apply", "promote", "rates", "show", "lint", "diff", "revert",
    ] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
    }
    let keys = printed(&mut program(&["keys", "create", "--help"]));
    for option in [
        "--organization",
        "--mode",
        "--name",
        "--expires-in-days",
        "--permissions",
    ] {
        assert!(keys.contains(option), "{keys}");
    }
    let mut with_password = program(&["serve", "--help"]);
    with_password.env("DATABASE_URL", "postgres://user:hunter2@localhost/shop");
    assert!(!printed(&mut with_password).contains("hunter2"));
}

#[tokio::test]
async fn a_flag_counts_more_than_the_environment() {
    let database = TestDatabase::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let busy = listener.local_addr().expect("an address").to_string();
    let mut command = on(&database, &["serve", "--listen", "127.0.0.1:0"]);
    let server = Running::start(command.env("PRICEBOOK_LISTEN", &busy));
    assert_ne!(server.base, format!("http://{busy}"));
    assert_eq!(status_of(&format!("{}/livez", server.base)).await, 200);
}
