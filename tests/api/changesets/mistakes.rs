//! Mistakes in documents, each told with its place.

use super::*;

/// The places and fields of all mistakes.
fn places(reply: &Reply) -> Vec<String> {
    reply.refused(400, "document_invalid");
    let details = reply.body["error"]["details"].as_array().expect("details");
    let place = |detail: &Value| {
        let field = detail["field"].as_str().expect("a field");
        format!("{}:{} {field}", detail["line"], detail["column"])
    };
    details.iter().map(place).collect()
}

#[tokio::test]
async fn all_mistakes_are_told_at_once() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let text = "pricebook: 1\nfeatures:\n  calls: {name: Calls, type: usages}\nplans:\n  pro:\n    name: Pro\n    colour: red\n    prices:\n      monthly: {price: 49.00}\n      sometimes: {price: \"1.00\"}\n";
    assert_eq!(
        places(&plan(&owner, text).await),
        [
            "3:30 features.calls.type",
            "7:5 plans.pro.colour",
            "9:24 plans.pro.prices.monthly.price",
            "10:7 plans.pro.prices.sometimes",
        ]
    );
}

#[tokio::test]
async fn a_broken_rule_is_told_with_its_place() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for (part, wanted) in [
        (
            "prices: {monthly: {price: \"49.00\", includedCredits: 5}}",
            "5:57 plans.pro.prices.monthly.includedCredits",
        ),
        (
            "prices: {monthly: {price: \"4.00\", introOffer: {amount: \"5.00\", cycles: 1}}}",
            "5:60 plans.pro.prices.monthly.introOffer.amount",
        ),
        (
            "features: {nothing: true}",
            "5:16 plans.pro.features.nothing",
        ),
        (
            "blockOnExhaustion: true",
            "5:24 plans.pro.blockOnExhaustion",
        ),
        (
            "regional: {eur: {prices: {monthly: \"1.00\"}}}",
            "5:40 plans.pro.regional.eur.prices.monthly",
        ),
    ] {
        let text = format!("pricebook: 1\nplans:\n  pro:\n    name: Pro\n    {part}\n");
        let found = places(&plan(&owner, text.as_str()).await);
        assert_eq!(
            found[0].split(' ').next_back(),
            wanted.split(' ').next_back()
        );
        assert_eq!(found[0].split(':').next(), Some("5"), "{found:?}");
    }
}

#[tokio::test]
async fn a_document_as_an_object_has_places_in_the_body() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let body = "{\"source\": {\n  \"document\": {\"pricebook\": 1,\n    \"plans\": {\"pro\": {\"name\": \"Pro\", \"free\": \"yes\"}}}}}";
    let reply = owner.raw(Method::POST, "/changesets", body).await;
    let found = places(&reply);
    assert!(
        found[0].starts_with("3:") && found[0].ends_with(" plans.pro.free"),
        "{found:?}"
    );
}

#[tokio::test]
async fn foreign_documents_are_refused_in_one_sentence() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let stripe = json!({"object": "list", "has_more": false, "url": "/v1/prices", "data": [
        {"id": "price_1", "object": "price", "unit_amount": 4900, "currency": "usd"},
    ]});
    let kill_bill =
        "<?xml version=\"1.0\"?>\n<catalog><effectiveDate>2013-02-08</effectiveDate></catalog>\n";
    for document in [
        stripe.clone(),
        stripe.to_string().into(),
        kill_bill.into(),
        "".into(),
        "hello".into(),
        "- a\n- b\n".into(),
    ] {
        let reply = plan(&owner, document.clone()).await;
        assert_eq!(places(&reply).len(), 1, "{document}");
    }
    for wrong in [json!(1), json!(null), json!([1]), json!(true)] {
        plan(&owner, wrong).await.invalid(&["source.document"]);
    }
}

#[tokio::test]
async fn hostile_texts_are_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let deep = format!(
        "pricebook: 1\nplans: {}{}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let bomb = "pricebook: 1\na: &a [x, x]\nb: &b [*a, *a]\nplans: *b\n";
    for text in [
        deep.as_str(),
        bomb,
        "pricebook: 1\npricebook: 1\n",
        "pricebook: 1\nplans: !!map {}\n",
        "pricebook: 1\nplans: {<<: {}}\n",
        "pricebook: 1\n---\npricebook: 1\n",
        "pricebook: \"1\"\n",
        "pricebook: 2\n",
        "{\"pricebook\": 1",
        "pricebook: 1\n\tplans: {}\n",
    ] {
        let reply = plan(&owner, text).await;
        reply.refused(400, "document_invalid");
    }
    let large = format!("pricebook: 1\n# {}\n", "x".repeat(33 << 20));
    plan(&owner, large).await.refused(413, "body_too_large");
}

#[tokio::test]
async fn scalars_are_read_as_the_grammar_wants() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let text = "pricebook: 1\nfeatures:\n  yes: {name: no, type: boolean}\n  null: {name: 2026, type: boolean, description: \"\"}\n  1e3: {name: ~x, type: boolean}\nplans:\n  on: {name: off, metadata: {a: 1.50, b: 1e3, c: yes, d: null, e: \"1\", f: 0x1F}}\n";
    set(&owner, text).await;
    let features = owner.get("/features").await.data().clone();
    let codes = crate::support::making::each(&features, "code");
    assert_eq!(codes, json!(["yes", "null", "1e3"]));
    assert_eq!(features[1]["name"], "2026");
    assert_eq!(features[1]["description"], "");
    let plan_text = owner.get("/plans/on").await.text;
    assert!(
        plan_text
            .contains(r#""metadata":{"a":1.50,"b":1e+3,"c":"yes","d":null,"e":"1","f":"0x1F"}"#),
        "{plan_text}"
    );
    let exported = yaml(&owner).await;
    let changeset = plan(&owner, exported.as_str()).await.data().clone();
    assert_eq!(changeset["objects"], json!([]), "{exported}");
}
