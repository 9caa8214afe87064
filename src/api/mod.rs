//! The API over HTTP: the only room that knows poem.
//!
//! Every request passes the [`gate`]. Operations are made of the parts in [`kit`]: [`kit::auth`]
//! authorizes the caller, [`kit::body`] and [`kit::parameter`] parse the request, and the response
//! is an [`kit::envelope`] or a [`kit::error`]. The JSON objects are in [`schema`], one file a
//! resource.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, Response, get};
use poem_openapi::OpenApiService;

use self::document::routes::ROUTES;
use self::gate::head::Head;
use self::gate::{AtOnce, Gate};
use self::kit::settings::Settings;
use self::pages::{metrics, probes};
use self::protocol::BASE_PATH;
use crate::catalog::app::App;
use crate::observe::Observer;

pub mod document;
#[cfg(test)]
mod fuzz;
pub mod gate;
pub mod kit;
mod operations;
pub mod pages;
pub mod protocol;
mod schema;
#[cfg(test)]
mod tests;

/// Every error code with its status, in the order of their pages.
pub fn error_codes() -> impl Iterator<Item = (&'static str, u16)> {
    let codes = kit::error::Code::ALL.iter();
    codes.map(|code| (code.as_str(), code.status().as_u16()))
}

/// The endpoint of the whole server, the gate included. `shows_metrics` adds a page with the
/// metrics of the observer.
pub fn endpoint(
    app: Arc<App>,
    settings: &Settings,
    observer: Arc<Observer>,
    shows_metrics: bool,
) -> impl Endpoint<Output = Response> + AtOnce + use<> {
    let service = OpenApiService::new(operations::all(), "Pricebook", env!("CARGO_PKG_VERSION"));
    let mut routes = probes::beside(pages::routes(settings)).nest(BASE_PATH, service);
    if shows_metrics {
        routes = routes.at(metrics::PATH, get(metrics::metrics));
    }
    let routes = routes
        .data(app.health().clone())
        .data(app.clone())
        .data(&*ROUTES)
        .data(observer.clone());
    let fast_path = move |head: &Head<'_>| gate::fast_path(&app, head);
    Gate::new(routes, fast_path, settings).observed_by(observer)
}
