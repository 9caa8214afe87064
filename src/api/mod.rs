//! The wire: the only room that knows poem.
//!
//! One file of operations a resource; their shapes are in [`schema`]. A call comes through
//! [`edge`], is recognized by [`auth`], is parsed by [`body`] and [`parameter`], and leaves in an
//! [`envelope`] or as an [`error`].

use std::sync::Arc;

use poem::{EndpointExt, get};
use poem_openapi::{OpenApi, OpenApiService};

use crate::catalog::app::App;
use crate::observe::Observer;

mod asset;
mod auth;
mod body;
mod busy;
mod coding;
mod connections;
pub mod document;
mod edge;
mod envelope;
mod error;
mod examples;
#[cfg(test)]
mod fuzz;
pub mod guard;
mod head;
mod if_match;
mod json;
pub mod metrics;
mod needs;
mod pages;
pub mod panic;
mod parameter;
mod path;
mod places;
mod probes;
mod protocol;
pub mod routes;
mod schema;
pub mod server;
pub mod settings;
mod shape;
mod shortcut;
mod stall;
mod starting;
mod stream;
mod tag;
pub mod tls;
mod unparsed;
mod unread;
mod write_headers;

mod api_keys;
mod currencies;
mod features;
mod plan_answers;
mod plan_features;
mod plan_groups;
mod plan_prices;
mod plans;
mod regional_pricing;

use api_keys::ApiKeysApi;
use currencies::CurrenciesApi;
use features::FeaturesApi;
use plan_features::PlanFeaturesApi;
use plan_groups::PlanGroupsApi;
use plan_prices::PlanPricesApi;
use plans::PlansApi;
use regional_pricing::RegionalPricingApi;
use server::Answering;
use settings::Settings;
pub use starting::{Starting, starting};

/// The operations, resource by resource.
fn operations() -> impl OpenApi {
    (
        PlansApi,
        PlanFeaturesApi,
        PlanPricesApi,
        RegionalPricingApi,
        FeaturesApi,
        PlanGroupsApi,
        CurrenciesApi,
        ApiKeysApi,
    )
}

/// Everything that the server answers, edge included. With `shows_metrics` what the observer counts
/// is a page like any other.
pub fn endpoint(
    app: Arc<App>,
    settings: &Settings,
    observer: Arc<Observer>,
    shows_metrics: bool,
) -> impl Answering {
    let service = OpenApiService::new(operations(), "Pricebook", env!("CARGO_PKG_VERSION"));
    let mut routes = probes::beside(pages::routes(settings)).nest(document::BASE_PATH, service);
    if shows_metrics {
        routes = routes.at(metrics::PATH, get(metrics::metrics));
    }
    let routes = routes
        .data(app.health().clone())
        .data(app.clone())
        .data(observer.clone());
    let at_once = move |head: &head::Head<'_>| {
        shortcut::take(&app, head).or_else(|| busy::turn_away(&app, head))
    };
    edge::Edge::new(routes, at_once, settings).observed_by(observer)
}
