//! Random walks that compare the API with an independent model of its rules.
//!
//! Each step generates a call, makes it on the server and on the model, and compares the two
//! answers; after a write it also compares reads. The model is written from the rules alone and
//! shares no code with the server. `choices` settles what the rules leave open.

mod calls;
mod catalog;
mod choices;
mod compare;
mod complete;
pub mod dice;
mod explain;
mod features;
mod groups;
mod invent;
mod money;
mod plan_features;
mod plans;
mod prices;
mod refusal;
mod regional;
mod schema;
pub mod walk;

use pricebook::domain::scope::Mode;

use crate::support::{Actor, TestServer};
use walk::back::{walk_and_take_back_any, walk_back_and_forth};
use walk::document::{walk_and_edit, walk_and_export};
use walk::{Api, walk, walk_over};

/// The server and key of an actor, for a walk.
pub fn api(owner: &Actor) -> Api {
    Api {
        http: reqwest::Client::new(),
        base: owner.address(""),
        key: owner.key().to_owned(),
    }
}

#[tokio::test]
async fn the_model_agrees_along_random_walks() {
    for seed in 1..=6 {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        if let Err(report) = walk(&api(&owner), seed, 300).await {
            panic!("{report}");
        }
    }
}

#[tokio::test]
async fn model_agrees_over_two_servers() {
    let one = TestServer::start().await;
    let other = TestServer::on(one.database.clone()).await;
    let owner = one.owner().await;
    let apis = [api(&owner), api(&owner.at(&other.base))];
    if let Err(report) = walk_over(&apis, 77, 200).await {
        panic!("{report}");
    }
}

#[tokio::test]
async fn changes_are_taken_back_along_random_walks() {
    let mut taken_back = 0;
    for seed in 1..=8 {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        match walk_back_and_forth(&api(&owner), seed, 150).await {
            Ok(changes) => taken_back += changes,
            Err(report) => panic!("{report}"),
        }
    }
    assert!(taken_back > 200, "{taken_back}");
}

#[tokio::test]
async fn any_change_taken_back_leaves_a_whole_catalog() {
    let mut taken_back = 0;
    for seed in 1..=4 {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        match walk_and_take_back_any(&api(&owner), seed, 120).await {
            Ok(changes) => taken_back += changes,
            Err(report) => panic!("{report}"),
        }
    }
    assert!(taken_back > 40, "{taken_back}");
}

#[tokio::test]
async fn exports_of_walks_are_no_change_and_make_the_same() {
    for seed in 1..=3 {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        let counter = std::sync::atomic::AtomicUsize::new(0);
        let empty = async || {
            let number = counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            api(&server
                .actor(&format!("empty {number}"), Mode::Sandbox)
                .await)
        };
        if let Err(report) = walk_and_export(&api(&owner), empty, seed, 150).await {
            panic!("{report}");
        }
    }
}

#[tokio::test]
async fn documents_edited_at_random_give_what_they_say() {
    let mut applied = 0;
    for seed in 1..=4 {
        let server = TestServer::start().await;
        let owner = server.owner().await;
        match walk_and_edit(&api(&owner), seed, 80).await {
            Ok(documents) => applied += documents,
            Err(report) => panic!("{report}"),
        }
    }
    assert!(applied > 90, "{applied}");
}
