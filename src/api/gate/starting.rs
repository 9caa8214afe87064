//! Serves probes, documentation and 503 until the catalog is open.

use std::sync::{Arc, OnceLock};

use poem::endpoint::make;
use poem::{Endpoint, EndpointExt, Request, Response, Result};

use super::Gate;
use super::fast_path::FastResponse;
use super::served::AtOnce;
use crate::api::gate::head::Head;
use crate::api::kit::error::{Code, Rejection};
use crate::api::kit::settings::Settings;
use crate::api::pages::{self, probes};
use crate::api::protocol::BASE_PATH;
use crate::catalog::health::Health;
use crate::observe::Observer;

const STARTING: &str = "The server is starting: its catalog is not open yet.";

/// An endpoint that is replaced by another one as soon as that is there.
#[derive(Debug)]
pub struct Starting<B, E> {
    before: B,
    opened: Arc<OnceLock<E>>,
}

/// The endpoint that serves until the catalog is open, and the cell for the endpoint that replaces
/// it.
pub fn starting<E: Endpoint<Output = Response> + AtOnce>(
    settings: &Settings,
    observer: Arc<Observer>,
) -> (
    Starting<impl Endpoint<Output = Response> + AtOnce + use<E>, E>,
    Arc<OnceLock<E>>,
) {
    let refused = || make(|_| async { Err::<Response, poem::Error>(unavailable().into()) });
    let routes = probes::beside(pages::routes(settings))
        .at(BASE_PATH, refused())
        .at(format!("{BASE_PATH}/*path"), refused())
        .data(Arc::new(Health::default()));
    let nothing_ready = |_: &Head<'_>| None::<FastResponse>;
    let before = Gate::new(routes, nothing_ready, settings).observed_by(observer);
    let opened = Arc::new(OnceLock::new());
    let starting = Starting {
        before,
        opened: opened.clone(),
    };
    (starting, opened)
}

/// This is not logged as a failure: the log already says why the catalog is not open.
fn unavailable() -> Rejection {
    Rejection::Wire(Code::Unavailable, Some(STARTING.to_owned()))
}

impl<B, E> Endpoint for Starting<B, E>
where
    B: Endpoint<Output = Response>,
    E: Endpoint<Output = Response>,
{
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match self.opened.get() {
            Some(endpoint) => endpoint.call(request).await,
            None => self.before.call(request).await,
        }
    }
}

impl<B: Send + Sync, E: AtOnce> AtOnce for Starting<B, E> {
    fn at_once(&self, head: &Head<'_>) -> Option<Response> {
        self.opened.get()?.at_once(head)
    }
}
