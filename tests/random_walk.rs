//! Random walks: the server and a model written from the rules alone get the same calls.

use crate::support::TestServer;
use crate::walk::{Api, walk};

async fn api(server: &TestServer) -> Api {
    let owner = server.owner().await;
    Api {
        http: reqwest::Client::new(),
        base: owner.address(""),
        key: owner.key().to_owned(),
    }
}

#[tokio::test]
async fn the_model_agrees_along_random_walks() {
    for seed in 1..=40 {
        let server = TestServer::start().await;
        let api = api(&server).await;
        if let Err(report) = walk(&api, seed, 400).await {
            panic!("{report}");
        }
    }
}
