//! `Change-Note`: why a change was made.

use super::*;

/// Makes a group with notes.
async fn noted(owner: &Actor, name: &str, notes: &[&str]) -> Reply {
    let mut request = owner.request(Method::POST, "/plan-groups");
    for note in notes {
        request = request.header("change-note", *note);
    }
    owner.send(request.json(&json!({"name": name}))).await
}

#[tokio::test]
async fn a_note_is_decoded_and_kept() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let long = "é".repeat(500);
    let long_sent = "%C3%A9".repeat(500);
    for (index, (sent, note)) in [
        ("Q3 promotion ends", "Q3 promotion ends"),
        ("100%25 of %E4%BE%A1%E6%A0%BC", "100% of 価格"),
        ("%20spaces%20", " spaces "),
        ("a+b", "a+b"),
        (long_sent.as_str(), long.as_str()),
    ]
    .into_iter()
    .enumerate()
    {
        let made = noted(&owner, &format!("Group {index}"), &[sent]).await;
        made.data();
        let change = newest(&owner).await;
        assert_eq!(change["note"], note);
        assert_eq!(
            change["requestId"],
            made.header("x-request-id").expect("an id")
        );
    }
    noted(&owner, "No note", &[]).await.data();
    assert_eq!(newest(&owner).await["note"], Value::Null);
}

#[tokio::test]
async fn what_is_no_note_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let before = head(&owner).await;
    let too_long = "a".repeat(501);
    let secret = owner.key().to_owned();
    for sent in [
        "",
        "two%0Alines",
        "%7F",
        "%C2%85",
        "%FF",
        "%C3",
        too_long.as_str(),
        secret.as_str(),
    ] {
        noted(&owner, "Group", &[sent])
            .await
            .invalid(&["Change-Note"]);
    }
    noted(&owner, "Group", &["one", "two"])
        .await
        .invalid(&["Change-Note"]);
    noted(&owner, "", &["%0A"])
        .await
        .invalid(&["name", "Change-Note"]);
    assert_eq!(head(&owner).await, before);
}

#[tokio::test]
async fn every_write_takes_a_note() {
    let server = TestServer::start().await;
    for operation in super::super::preconditions::writes_of_catalogs() {
        let shop = super::super::preconditions::Shop::of(&server, &operation.id).await;
        let path = shop.path(operation, None);
        let request = shop.request(operation, &path);
        let request = request.header("change-note", "why%3F");
        shop.owner.send(request).await.data();
        let change = newest(&shop.owner).await;
        assert_eq!(change["note"], "why?", "{}", operation.id);
        assert_eq!(change["operation"], operation.id.as_str());
        assert_eq!(change["object"], "change");
        assert_eq!(change["livemode"], false);
    }
}
