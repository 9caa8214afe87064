//! Unknown keys, keys of another organization and keys of the other mode.

use super::*;

#[tokio::test]
async fn without_a_valid_key_nothing_opens() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let catalog = fill(&owner).await;
    let stranger = server.stranger();
    let wrong = owner.with_key(&format!("ck_sandbox_{}", "0".repeat(64)));
    let restricted = owner.with_key(&format!("rk_sandbox_{}", "0".repeat(64)));
    let garbled = owner.with_key("not a key at all");
    for case in cases() {
        for actor in [&stranger, &wrong, &restricted, &garbled] {
            call(actor, &case, &catalog)
                .await
                .refused(401, "unauthorized");
        }
    }
    owner.get(&format!("/plans/{}", catalog.plan)).await.data();
}

#[tokio::test]
async fn what_lies_in_another_scope_does_not_exist() {
    for (organization, mode) in [("rival", Mode::Sandbox), ("acme", Mode::Live)] {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let catalog = fill(&owner).await;
        let everything = snapshot(&owner).await;
        let other = server.actor(organization, mode).await;
        for case in cases() {
            let reply = call(&other, &case, &catalog).await;
            check_elsewhere(&case, &reply);
        }
        assert_eq!(
            snapshot(&owner).await,
            everything,
            "a foreign call changed the owner's catalog"
        );
    }
}

fn check_elsewhere(case: &Case, reply: &Reply) {
    match case.elsewhere {
        Elsewhere::NotFound(code) => drop(reply.refused(404, code)),
        Elsewhere::OwnList => {
            let text = reply.data().to_string();
            assert!(
                !text.contains("Secret"),
                "{} shows a foreign scope: {text}",
                case.operation
            );
        }
        Elsewhere::Creates | Elsewhere::Public => drop(reply.data()),
    }
}

#[tokio::test]
async fn every_case_succeeds_for_the_owner() {
    for case in cases() {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let catalog = fill_for(&owner, &case).await;
        call(&owner, &case, &catalog).await.data();
    }
}
