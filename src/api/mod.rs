//! The wire: the only room that knows poem.
//!
//! Every request passes the [`gate`]. What operations are made of is in [`kit`]: a caller is
//! recognized by [`kit::auth`], a request is parsed by [`kit::body`] and [`kit::parameter`], and leaves
//! in an [`kit::envelope`] or as an [`kit::error`]. Their shapes are in [`schema`], one file a resource.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, Response, get};
use poem_openapi::OpenApiService;

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

/// Everything that the server answers, the gate included. With `shows_metrics` what the observer
/// counts is a page like any other.
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
        .data(observer.clone());
    let fast_path = move |head: &Head<'_>| gate::fast_path(&app, head);
    Gate::new(routes, fast_path, settings).observed_by(observer)
}
