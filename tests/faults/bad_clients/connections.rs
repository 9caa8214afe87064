//! Many, idle and closed connections.

use super::*;

#[tokio::test]
async fn the_last_connections_give_way_when_idle() {
    let server = with_connections(4).await;
    let mut idle = Vec::new();
    for _ in 0..4 {
        idle.push(Wire::open(&server.base).await);
    }
    server
        .stranger()
        .get("/plans")
        .await
        .refused(401, "unauthorized");
    assert_eq!(idle[3].read_to_end().await, b"");
    assert!(!idle[0].is_closed().await);
}

/// Waits until the server accepts a connection.
async fn wait_for_free_connection(server: &TestServer) {
    eventually("a free connection", async || {
        let answer = reqwest::get(format!("{}/livez", server.base)).await;
        answer.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
}

#[tokio::test]
async fn a_connection_too_many_waits() {
    let server = with_connections(3).await;
    let owner = server.owner().await;
    let mut busy = Vec::new();
    for _ in 0..3 {
        busy.push(half_a_call(&owner, &server.base).await);
    }
    let mut waiting = Wire::open(&server.base).await;
    waiting
        .send("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    let mut first = busy.remove(0);
    first.send("\"Teams\"}").await;
    assert!(first.read().await.starts_with("HTTP/1.1 200 "));
    assert!(!waiting.has_answer().await);
    drop(first);
    assert!(waiting.read().await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn hundreds_of_idle_connections_are_no_burden() {
    let server = with_connections(150).await;
    let owner = server.owner().await;
    let mut idle = Vec::new();
    for _ in 0..400 {
        idle.push(Wire::open(&server.base).await);
        if idle.len() % 100 == 0 {
            owner.get("/plans").await.data();
        }
    }
}

#[tokio::test]
async fn who_goes_away_in_the_middle_is_forgotten() {
    let server = with_connections(3).await;
    let owner = server.owner().await;
    for _ in 0..20 {
        drop(half_a_call(&owner, &server.base).await);
        let mut wire = Wire::open(&server.base).await;
        wire.send("GET /livez HT").await;
        drop(wire);
    }
    wait_for_free_connection(&server).await;
}

/// The operating system connects the clients on its own; the server accepts none of the connections
/// until the test awaits something.
#[tokio::test]
async fn open_connections_are_served_at_the_end() {
    use std::io::{Read, Write};

    let server = with_connections(100).await;
    let address = server.base.trim_start_matches("http://").to_owned();
    let call = || {
        let mut stream = std::net::TcpStream::connect(&address).expect("a connection");
        let request = b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
        stream.write_all(request).expect("a request");
        stream
    };
    let calls: Vec<_> = (0..30).map(|_| call()).collect();
    server.stop().await;
    for mut stream in calls {
        let mut answer = String::new();
        let read = stream.read_to_string(&mut answer);
        read.expect("the server closes the connection");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer:?}");
    }
    assert!(std::net::TcpStream::connect(&address).is_err());
}
