//! What is answered while the catalog is being opened: that the process runs, its documentation, and
//! that the API cannot be used yet.

use std::sync::{Arc, OnceLock};

use poem::endpoint::make;
use poem::{Endpoint, EndpointExt, Request, Response, Result};

use super::document::BASE_PATH;
use super::edge::Edge;
use super::error::{Code, Rejection};
use super::head::Head;
use super::server::Answering;
use super::settings::Settings;
use super::shortcut::Shortcut;
use super::{pages, probes};
use crate::catalog::health::Health;
use crate::observe::Observer;

const STARTING: &str = "The server is starting: its catalog is not open yet.";

/// An endpoint that gives way to another one once that is there.
#[derive(Debug)]
pub struct Starting<B, E> {
    before: B,
    opened: Arc<OnceLock<E>>,
}

/// The endpoint until the catalog is open, and where the one behind it is to be put.
pub fn starting<E: Answering>(
    settings: &Settings,
    observer: Arc<Observer>,
) -> (Starting<impl Answering, E>, Arc<OnceLock<E>>) {
    let refused = || make(|_| async { Err::<Response, poem::Error>(unavailable().into()) });
    let routes = probes::beside(pages::routes(settings))
        .at(BASE_PATH, refused())
        .at(format!("{BASE_PATH}/*path"), refused())
        .data(Arc::new(Health::default()));
    let no_shortcut = |_: &Head<'_>| None::<Shortcut>;
    let before = Edge::new(routes, no_shortcut, settings).observed_by(observer);
    let opened = Arc::new(OnceLock::new());
    let starting = Starting {
        before,
        opened: opened.clone(),
    };
    (starting, opened)
}

/// Not a failure to log: the log already says why the catalog is not open.
fn unavailable() -> Rejection {
    Rejection::Wire(Code::Unavailable, Some(STARTING.to_owned()))
}

impl<B: Answering, E: Answering> Endpoint for Starting<B, E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match self.opened.get() {
            Some(endpoint) => endpoint.call(request).await,
            None => self.before.call(request).await,
        }
    }
}

impl<B: Answering, E: Answering> Answering for Starting<B, E> {
    fn at_once(&self, head: &Head<'_>) -> Option<Response> {
        self.opened.get()?.at_once(head)
    }
}
