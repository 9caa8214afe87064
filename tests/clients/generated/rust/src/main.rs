//! Creates and reads a catalog with a client that consists only of generated code.

mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

use std::env;
use std::time::{SystemTime, UNIX_EPOCH};

use client::prelude::*;
use client::types::{
    AddPlanFeatureOverage, AddPlanFeatureRequest, AddPlanPriceRequest, BillingInterval,
    CreateFeatureRequest, CreatePlanRequest, CurrencyCode, ErrorResponse, FeatureType,
    IntroOfferRequest, IntroOfferRequestInner, SetPlanRegionalPricingRequest,
};
use client::{Error, ResponseValue};
use reqwest::header::{HeaderMap, HeaderValue};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn connect() -> Outcome<Client> {
    let mut headers = HeaderMap::new();
    headers.insert(
        "x-api-key",
        HeaderValue::from_str(&env::var("PRICEBOOK_KEY")?)?,
    );
    let http = reqwest::Client::builder()
        .default_headers(headers)
        .no_proxy()
        .build()?;
    let base = format!("{}/api/v1", env::var("PRICEBOOK_URL")?);
    Ok(Client::new_with_client(&base, http))
}

/// The error of a call that must be refused, in the type that the document declares.
#[track_caller]
fn refusal<T: std::fmt::Debug>(
    answer: Result<ResponseValue<T>, Error<ErrorResponse>>,
    status: u16,
) -> client::types::ApiError {
    match answer {
        Err(Error::ErrorResponse(refused)) => {
            assert_eq!(refused.status().as_u16(), status);
            let body = refused.into_inner();
            assert!(!body.success);
            body.error
        }
        other => panic!("not a refusal with {status}: {other:?}"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome {
    let client = connect()?;
    let run = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let feature_code = format!("rust_calls_{run}");
    let plan_code = format!("rust_pro_{run}");

    let new_feature = CreateFeatureRequest::builder()
        .name("API calls")
        .code(feature_code.as_str())
        .type_(FeatureType::Usage)
        .unit_name(Some("call".parse()?));
    let feature = client
        .create_feature()
        .body(new_feature.clone())
        .send()
        .await?;
    let feature = feature.into_inner().data;
    assert_eq!(*feature.code, feature_code);
    assert_eq!(feature.type_, FeatureType::Usage);

    let new_plan = CreatePlanRequest::builder()
        .name("Pro")
        .code(plan_code.as_str())
        .description(Some("For teams".parse()?))
        .metadata(
            [("badge".to_owned(), "popular".into())]
                .into_iter()
                .collect::<serde_json::Map<_, _>>(),
        );
    let plan = client.create_plan().body(new_plan.clone()).send().await?;
    let plan = plan.into_inner().data;
    assert_eq!(*plan.code, plan_code);
    assert!(plan.features.is_empty() && plan.prices.is_empty());

    let overage: AddPlanFeatureOverage = AddPlanFeatureOverage::builder()
        .enabled(true)
        .unit_price(20)
        .try_into()?;
    let included = AddPlanFeatureRequest::builder()
        .feature_id(feature_code.as_str())
        .included_amount(10_000)
        .overage(overage);
    let added = client
        .add_plan_feature()
        .id(&plan.id)
        .body(included)
        .send()
        .await?;
    assert_eq!(added.data.feature_id, feature.id);

    let offer: IntroOfferRequestInner = IntroOfferRequestInner::builder()
        .enabled(true)
        .discount_type(Some("percentage".parse()?))
        .discount_value(Some(2500_u64.try_into()?))
        .duration_cycles(Some(3_u64.try_into()?))
        .try_into()?;
    let new_price = AddPlanPriceRequest::builder()
        .billing_interval(BillingInterval::Monthly)
        .price(4900)
        .trial_days(14)
        .intro_offer(IntroOfferRequest(Some(offer)));
    let add_price = || client.add_plan_price().id(&plan.id).body(new_price.clone());
    let price = add_price().send().await?.into_inner().data;
    assert!(price.is_default);

    let pricing = SetPlanRegionalPricingRequest::builder()
        .currency(CurrencyCode::Jpy)
        .exchange_rate(150.0);
    let set = client
        .set_plan_regional_pricing()
        .id(&plan_code)
        .body(pricing)
        .send()
        .await?;
    assert_eq!(
        (set.data.prices_configured, set.data.features_configured),
        (1, 1)
    );

    // The plan as read back, with every part in its type.
    let read = client.get_plan().id(&plan_code).send().await?;
    let read = read.into_inner().data;
    assert_eq!(*read.name, "Pro");
    assert_eq!(
        read.metadata.map(|data| data["badge"] == "popular"),
        Some(true)
    );
    let [rate] = &read.exchange_rates[..] else {
        panic!("not one rate: {:?}", read.exchange_rates);
    };
    assert_eq!(
        (rate.currency, rate.exchange_rate),
        (CurrencyCode::Jpy, 150.0)
    );

    let [monthly] = &read.prices[..] else {
        panic!("not one price: {:?}", read.prices);
    };
    assert_eq!(monthly.id, price.id);
    assert_eq!(monthly.billing_interval, BillingInterval::Monthly);
    assert_eq!((monthly.price, monthly.trial_days), (4900, 14));
    let [yen] = &monthly.regional_prices[..] else {
        panic!("not one regional price: {:?}", monthly.regional_prices);
    };
    assert_eq!(
        (yen.currency, yen.price, yen.auto_synced),
        (CurrencyCode::Jpy, 7350, true)
    );
    let offer = yen.intro_offer.as_ref().ok_or("no offer in yen")?;
    assert_eq!(offer.discount_value.get(), 2500);

    let [calls] = &read.features[..] else {
        panic!("not one feature: {:?}", read.features);
    };
    assert_eq!(*calls.code, feature_code);
    assert_eq!(calls.included_amount, Some(10_000));
    let overage = calls.overage.as_ref().ok_or("no overage")?;
    assert_eq!((overage.enabled, overage.unit_price), (true, Some(20)));
    let [yen] = &calls.regional_prices[..] else {
        panic!("not one regional overage: {:?}", calls.regional_prices);
    };
    assert_eq!(
        (yen.currency, yen.overage_unit_price, yen.auto_synced),
        (CurrencyCode::Jpy, Some(3000), true)
    );

    // Duplicates are refused, and the refusal has a type too.
    let error = refusal(
        client.create_plan().body(new_plan.clone()).send().await,
        409,
    );
    assert_eq!(error.type_.to_string(), "conflict_error");
    assert_eq!(error.code.to_string(), "duplicate");
    assert_eq!(error.param.as_deref(), Some("code"));
    assert!(error.doc_url.ends_with("/docs/errors/duplicate"));
    let error = refusal(
        client
            .create_feature()
            .body(new_feature.clone())
            .send()
            .await,
        409,
    );
    assert_eq!(error.code.to_string(), "feature_already_exists");
    let error = refusal(add_price().send().await, 409);
    assert_eq!(error.code.to_string(), "duplicate");
    Ok(())
}
