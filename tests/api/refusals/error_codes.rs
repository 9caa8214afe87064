//! Error codes, in the document and on their pages.

use super::*;

/// Every code of the contract, with its status.
const CODES: &[(&str, u16)] = &[
    ("validation_error", 400),
    ("invalid_json", 400),
    ("document_invalid", 400),
    ("digest_mismatch", 400),
    ("findings_not_acknowledged", 400),
    ("confirmation_required", 400),
    ("unauthorized", 401),
    ("forbidden", 403),
    ("plan_not_found", 404),
    ("price_not_found", 404),
    ("regional_pricing_not_found", 404),
    ("feature_not_found", 404),
    ("feature_not_in_plan", 404),
    ("plan_group_not_found", 404),
    ("api_key_not_found", 404),
    ("change_not_found", 404),
    ("changeset_not_found", 404),
    ("not_found", 404),
    ("method_not_allowed", 405),
    ("history_pruned", 410),
    ("body_too_large", 413),
    ("unsupported_media_type", 415),
    ("precondition_failed", 412),
    ("duplicate", 409),
    ("feature_already_exists", 409),
    ("feature_in_use", 409),
    ("default_price_required", 409),
    ("revert_conflict", 409),
    ("changeset_stale", 409),
    ("already_applied", 409),
    ("api_key_in_use", 409),
    ("idempotency_key_mismatch", 409),
    ("idempotency_in_progress", 409),
    ("rate_limited", 429),
    ("internal_error", 500),
    ("unavailable", 503),
];

#[test]
fn every_error_code_is_known() {
    let wanted: BTreeSet<_> = pricebook::api::error_codes().collect();
    let known: BTreeSet<_> = CODES.iter().copied().collect();
    assert_eq!(
        known, wanted,
        "`CODES` in tests/api/refusals/error_codes.rs is the contract: add a new code there with its \
         status, and a test that gets it; a code that clients know never goes or changes its status"
    );
}

#[tokio::test]
async fn every_error_code_has_a_page() {
    let server = TestServer::start().await;
    for (code, status) in CODES {
        let (found, kind, html) = fetch(&format!("{}/docs/errors/{code}", server.base)).await;
        assert_eq!(
            (found, kind.as_str()),
            (200, "text/html; charset=utf-8"),
            "{code}"
        );
        assert!(
            html.contains(code) && html.contains(&status.to_string()),
            "{html}"
        );
        assert!(
            !html.contains('{'),
            "a placeholder was not filled in: {html}"
        );
    }
}

/// The codes and statuses that the document lists for refusals.
fn documented_codes() -> BTreeSet<(String, u16)> {
    let mut codes = BTreeSet::new();
    for operation in OPERATIONS.iter() {
        for (status, response) in operation.object["responses"]
            .as_object()
            .expect("responses")
        {
            let words = response["description"].as_str().expect("a description");
            let named = words.split('`').skip(1).step_by(2);
            let status: u16 = status.parse().expect("a status");
            codes.extend(
                named
                    .filter(|_| status >= 400)
                    .map(|code| (code.to_owned(), status)),
            );
        }
    }
    codes
}

#[test]
fn operations_refuse_only_with_known_codes() {
    let known: BTreeSet<_> = CODES
        .iter()
        .map(|(code, status)| ((*code).to_owned(), *status))
        .collect();
    let documented = documented_codes();
    assert!(documented.len() > 15, "{documented:?}");
    let unknown: Vec<_> = documented.difference(&known).collect();
    assert!(
        unknown.is_empty(),
        "the document names codes that `CODES` in tests/api/refusals/error_codes.rs does not have: {unknown:?}"
    );
}

#[tokio::test]
async fn the_link_of_a_refusal_leads_to_its_page() {
    let server = TestServer::start().await;
    for reply in one_of_each(&server).await {
        if reply.status >= 400 {
            let error = &reply.body["error"];
            let code = error["code"].as_str().expect("a code");
            let link = error["doc_url"].as_str().expect("a link");
            let (status, _, html) = fetch(link).await;
            assert!(status == 200 && html.contains(code), "{link}");
        }
    }
}
