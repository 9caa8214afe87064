//! Request ids, the version and keys in headers.

use super::*;

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let server = TestServer::start().await;
    let replies = one_of_each(&server).await;
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 404, 404, 401, 405, 415, 400, 400, 413, 304]);
    let ids: BTreeSet<_> = replies
        .iter()
        .map(|reply| reply.header("x-request-id"))
        .collect();
    assert_eq!(ids.len(), replies.len());
    for reply in replies {
        assert!(
            reply
                .header("x-request-id")
                .is_some_and(|id| id.starts_with("req_"))
        );
    }
}

#[tokio::test]
async fn valid_request_id_of_a_client_is_kept() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let with_id = async |id: &[u8]| {
        let request = owner
            .request(Method::GET, "/nothing")
            .header("x-request-id", id);
        owner
            .send(request)
            .await
            .header("x-request-id")
            .expect("a request id")
            .to_owned()
    };
    let every_sign: String = ('!'..='~').collect();
    for id in ["0", &every_sign, &"i".repeat(128)] {
        assert_eq!(with_id(id.as_bytes()).await, id);
    }
    for id in [
        &b""[..],
        &[b'i'; 129],
        b"a b",
        b"a\tb",
        "é".as_bytes(),
        b"\xff",
    ] {
        assert!(with_id(id).await.starts_with("req_"), "{id:?}");
    }
}

#[tokio::test]
async fn every_page_names_the_version_that_is_served() {
    let server = TestServer::start().await;
    for (path, _) in PAGES {
        let page = reqwest::get(format!("{}{path}", server.base))
            .await
            .expect("an answer");
        assert_eq!(page.headers()["commet-version"], "2026-07-11");
        assert!(page.headers().contains_key("x-request-id"));
    }
}

#[tokio::test]
async fn a_key_has_to_stand_in_one_readable_header() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let stranger = server.stranger();
    let plans = || stranger.request(Method::GET, "/plans");
    let key = owner.key();
    for request in [
        plans().header("x-api-key", key).header("x-api-key", key),
        plans().header("x-api-key", format!("{key}é").as_bytes()),
        plans().header("x-api-key", ""),
        plans().header("x-api-key", key.to_uppercase()),
        plans().header("x-api-key", &key[..key.len() - 1]),
        plans().header("x-api-key", format!("{key}0")),
        plans().header("authorization", format!("Bearer {key}")),
        stranger.request(Method::GET, &format!("/plans?x-api-key={key}")),
    ] {
        stranger.send(request).await.refused(401, "unauthorized");
    }
    // White space around a header value is ignored.
    stranger
        .send(plans().header("X-Api-Key", format!(" {key} ")))
        .await
        .data();
}

#[tokio::test]
async fn a_wrong_key_is_said_before_everything_else() {
    let server = TestServer::start().await;
    server.actor("acme", Mode::Sandbox).await;
    let stranger = server.stranger();
    for operation in with_body() {
        let path = operation.path_to_nothing();
        let request = stranger.request(operation.method.clone(), &path);
        stranger
            .send(request.body("{"))
            .await
            .refused(401, "unauthorized");
    }
}
