//! `pricebook explain`, which asks a running server.

use super::*;

/// A server with the catalog of the demo, and the key for it.
fn with_demo(database: &TestDatabase) -> (Running, String) {
    let said = printed(&mut on(database, &["demo", "--organization", "demo"]));
    let key = keys_in(&said).pop().expect("a key");
    (Running::start(&mut on(database, &[])), key)
}

/// The command, with the key in the environment.
fn explain(server: &str, key: &str, arguments: &[&str]) -> Command {
    let mut command = program(&["explain", "--server", server]);
    command.args(arguments).env("PRICEBOOK_API_KEY", key);
    command
}

#[tokio::test]
async fn prices_are_explained_to_people() {
    let database = TestDatabase::new().await;
    let (server, key) = with_demo(&database);
    let (said, log) = run(&mut explain(&server.base, &key, &["pro", "eur"]));
    let lines = [
        "VALUE                                                     AMOUNT  CURRENCY  SOURCE   SINCE    HOW",
        "prices[monthly].regionalPrices[eur].price                  45.00  EUR       manual   #2 demo  0.18 % below 45.08, which is 49.00 × 0.92",
        "prices[yearly].regionalPrices[eur].price                  450.00  EUR       manual   #2 demo  0.18 % below 450.80, which is 490.00 × 0.92",
        "features[api_calls].regionalPrices[eur].overageUnitPrice  0.0011  EUR       derived  #2 demo  0.0012 × 0.92, rounded",
        "features[members].regionalPrices[eur].overageUnitPrice    3.9000  EUR       manual   #2 demo  5.98 % above 3.6800, which is 4.0000 × 0.92",
        "",
    ];
    assert_eq!(said, lines.join("\n"));
    assert_eq!(log, "");
    let all = printed(&mut explain(&server.base, &key, &["pro"]));
    assert!(all.contains("\nprices[monthly].price "), "{all}");
    // Every plan of the demo has a price in dollars, and four currencies where it is public.
    assert_eq!(all.lines().count(), 1 + 2 * 5 + 2 * 5);
    let none = printed(&mut explain(&server.base, &key, &["pro", "gbp"]));
    assert_eq!(none, "pro has no prices in gbp.\n");
}

#[tokio::test]
async fn an_explanation_is_printed_as_json() {
    let database = TestDatabase::new().await;
    let (server, key) = with_demo(&database);
    let said = printed(&mut explain(
        &server.base,
        &key,
        &["--json", "starter", "ars"],
    ));
    let data: Value = serde_json::from_str(&said).expect("JSON");
    let owner = Actor::new(&server.base, Some(key));
    let reply = owner.get("/plans/starter/explain?currency=ars").await;
    assert_eq!(&data, reply.data());
    assert!(said.contains("\"exchangeRate\": 1375.5,"), "{said}");
}

/// Checks that a command fails with one line, which does not show the key.
#[track_caller]
fn fails(command: &mut Command, key: &str) -> String {
    let words = error_message(command);
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(words.starts_with("pricebook: "), "{words}");
    assert!(!words.contains(key), "{words}");
    words
}

#[tokio::test]
async fn a_refusal_is_one_sentence() {
    let database = TestDatabase::new().await;
    let (server, key) = with_demo(&database);
    let wrong = format!("ck_sandbox_{}", "0".repeat(64));
    let status = explain(&server.base, &wrong, &["pro"]).output();
    assert_eq!(status.expect("the program runs").status.code(), Some(1));
    for (key, arguments, answer) in [
        (&wrong, &["pro"][..], "401 unauthorized: "),
        (&key, &["nobody"], "404 plan_not_found: "),
        (
            &key,
            &["pro", "xxx"],
            "400 validation_error: `currency`: Is not a supported currency",
        ),
    ] {
        let words = fails(&mut explain(&server.base, key, arguments), key);
        let expected = format!("pricebook: {} answers {answer}", server.base);
        assert!(words.starts_with(&expected), "{words}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named() {
    let key = format!("ck_sandbox_{}", "1".repeat(64));
    let server = format!("http://{}", free_address());
    let words = fails(&mut explain(&server, &key, &["pro"]), &key);
    let expected = format!("pricebook: {server} does not answer: ");
    assert!(words.starts_with(&expected), "{words}");
    // A server of another kind.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let other = format!("http://{}", listener.local_addr().expect("an address"));
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut head = [0; 4096];
        let length = stream.read(&mut head).expect("a request");
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
        stream.write_all(answer.as_bytes()).expect("an answer");
        String::from_utf8_lossy(&head[..length]).to_ascii_lowercase()
    });
    let words = fails(&mut explain(&other, &key, &["pro", "eur"]), &key);
    assert!(words.contains("not as Pricebook does"), "{words}");
    let head = answering.join().expect("a request");
    let line = "get /api/v1/plans/pro/explain?currency=eur http/1.1\r\n";
    assert!(head.starts_with(line), "{head}");
    assert!(head.contains(&format!("x-api-key: {key}\r\n")), "{head}");
}

#[test]
fn a_command_line_that_cannot_work_is_refused() {
    let key = format!("ck_sandbox_{}", "2".repeat(64));
    let words = error_message(&mut program(&["explain", "pro"]));
    assert!(words.contains("PRICEBOOK_API_KEY"), "{words}");
    for (arguments, expected) in [
        (&["Pro plan"][..], "neither the id nor the code of a plan"),
        (&[], "<PLAN>"),
        (&["pro", "--server", "localhost"], "must start with http://"),
        (
            &["pro", "--server", "http://user:hunter2@localhost"],
            "must have no user and no password",
        ),
        (&["pro", "eur", &key], "unexpected argument"),
        (&["pro", "--key", "a\nb"], "no API key has"),
    ] {
        let mut command = program(&["explain"]);
        command.args(arguments).env("PRICEBOOK_API_KEY", &key);
        let words = error_message(&mut command);
        assert!(words.contains(expected), "{words}");
        assert!(
            !words.contains(&key) && !words.contains("hunter2"),
            "{words}"
        );
    }
    let mut help = program(&["explain", "--help"]);
    let help = printed(help.env("PRICEBOOK_API_KEY", &key));
    assert!(!help.contains(&key), "{help}");
    for setting in [
        "[env: PRICEBOOK_API_KEY]",
        "[env: PRICEBOOK_SERVER]",
        "[default: http://127.0.0.1:8080]",
    ] {
        assert!(help.contains(setting), "{help}");
    }
}

#[tokio::test]
async fn the_certificate_of_the_server_is_verified() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (certificate, private) = Certificate::new().write(folder.path());
    let said = printed(&mut on(&database, &["demo", "--organization", "demo"]));
    let key = keys_in(&said).pop().expect("a key");
    let server = Running::start(&mut with_tls(&database, &certificate, &private));
    let port = server.base.rsplit(':').next().expect("a port");
    let address = format!("https://localhost:{port}");
    let mut trusting = explain(&address, &key, &["pro", "eur"]);
    let said = printed(trusting.env("SSL_CERT_FILE", &certificate));
    assert!(said.contains("45.00"), "{said}");
    let other = folder.path().join("other");
    std::fs::create_dir(&other).expect("a folder");
    let (other, _) = Certificate::new().write(&other);
    let mut distrusting = explain(&address, &key, &["pro", "eur"]);
    let words = fails(distrusting.env("SSL_CERT_FILE", &other), &key);
    let expected = format!("pricebook: {address} does not answer: ");
    assert!(words.starts_with(&expected), "{words}");
    // Without TLS no authorities are needed.
    let plain = Running::start(&mut on(&database, &[]));
    let mut without = explain(&plain.base, &key, &["pro", "eur"]);
    printed(without.env("SSL_CERT_FILE", folder.path().join("none")));
}
