//! Pages outside the API.

use super::*;

#[tokio::test]
async fn pages_answer_with_their_types() {
    let server = TestServer::start().await;
    for (path, expected) in PAGES {
        let (status, kind, text) = fetch(&format!("{}{path}", server.base)).await;
        assert_eq!(status, 200, "{path}");
        assert!(kind.starts_with(expected), "{path}: {kind}");
        assert!(!text.is_empty(), "{path} is empty");
    }
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let root = client
        .build()
        .expect("a client")
        .get(&server.base)
        .send()
        .await
        .expect("an answer");
    assert!(root.status().is_redirection());
    assert_eq!(root.headers()["location"], "/docs");
}

#[tokio::test]
async fn docs_page_loads_nothing_from_elsewhere() {
    let server = TestServer::start().await;
    for path in ["/docs", "/docs/errors/duplicate"] {
        let (_, _, html) = fetch(&format!("{}{path}", server.base)).await;
        let mut links = 0;
        for attribute in ["src=\"", "href=\""] {
            for rest in html.split(attribute).skip(1) {
                let target = rest.split('"').next().expect("a target");
                // Links to this server, to this page, or with embedded data.
                let stays = ["/", "#/", "data:"]
                    .iter()
                    .any(|start| target.starts_with(start));
                assert!(stays, "{target}");
                links += 1;
            }
        }
        assert!(links > 0, "{path} has no links that could be checked");
    }
    let (_, _, style) = fetch(&format!("{}/docs/swagger-ui.css", server.base)).await;
    assert!(!style.contains("@import") && !style.contains("url(http"));
}
