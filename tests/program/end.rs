//! Ends by kill and by signal.

use super::*;

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_kill() {
    let database = TestDatabase::new().await;
    let server = Running::start(&mut on(&database, &[]));
    let owner = actor(&database, &server.base);
    let made = Arc::new(AtomicUsize::new(0));
    let writing = tokio::spawn(write_until_it_ends(owner.clone(), made.clone()));
    eventually("30 writes", async || made.load(Ordering::SeqCst) >= 30).await;
    server.signal("KILL");
    let (status, _, log) = server.end();
    assert_eq!(status.code(), None, "{log}");
    writing.await.expect("the writer ends");
    let made = made.load(Ordering::SeqCst);

    let server = Running::start(&mut on(&database, &[]));
    let owner = owner.at(&server.base);
    let found = numbered_groups(&owner).await;
    // The last write may have been stored without an answer to the client.
    assert!(
        found == made || found == made + 1,
        "{found} found, {made} acknowledged"
    );
    owner
        .post("/plan-groups", json!({"name": "After"}))
        .await
        .data();
}

/// Begins a call; the server has read only its headers.
fn begin_call(owner: &Actor, base: &str, body: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(base.trim_start_matches("http://")).expect("a connection");
    let head = format!(
        "POST /api/v1/plan-groups HTTP/1.1\r\nhost: localhost\r\nx-api-key: {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        owner.key(),
        body.len()
    );
    let mut stream = BufReader::new(stream);
    stream.get_mut().write_all(head.as_bytes()).expect("a head");
    let mut line = String::new();
    stream.read_line(&mut line).expect("a line");
    assert!(line.starts_with("HTTP/1.1 100 "), "{line}");
    stream
        .read_line(&mut line)
        .expect("the empty line after it");
    stream
}

#[tokio::test]
async fn signal_lets_calls_in_flight_finish() {
    for signal in ["TERM", "INT"] {
        let database = TestDatabase::new().await;
        let server = Running::start(&mut on(&database, &[]));
        let owner = actor(&database, &server.base);
        owner.get("/plans").await.data();
        let address = server.base.trim_start_matches("http://").to_owned();
        let _silent = TcpStream::connect(&address).expect("a connection");
        let body = r#"{"name":"In flight"}"#;
        let mut call = begin_call(&owner, &server.base, body);
        server.signal(signal);
        server.wait_for_log("stopping").await;
        let refuses = async || TcpStream::connect(&address).is_err();
        eventually("the server to accept no more connections", refuses).await;
        call.get_mut().write_all(body.as_bytes()).expect("the body");
        let mut answer = Vec::new();
        call.read_to_end(&mut answer).expect("an answer");
        assert_eq!(raw::parse(&answer).text("name"), "In flight");
        let (status, _, log) = server.end();
        assert_eq!(status.code(), Some(0), "{log}");
        assert!(!log.contains("cut off"), "{log}");
        let again = Running::start(&mut on(&database, &[]));
        assert_eq!(
            ids(&owner.at(&again.base).get("/plan-groups").await).len(),
            1
        );
    }
}
