//! The floor that reads are measured against: poem alone, handing out the same bytes.
//!
//! `floor ADDRESS PLAN LIST` serves the file PLAN at `/plan` and the file LIST at `/list`, and
//! answers 304 at `/known`.
#![allow(missing_docs)]

use std::error::Error;

use bytes::Bytes;
use poem::http::StatusCode;
use poem::listener::TcpListener;
use poem::web::Data;
use poem::{EndpointExt, Response, Route, Server, get, handler};

#[derive(Clone)]
struct Body(Bytes);

#[handler]
fn hand_out(body: Data<&Body>) -> Response {
    Response::builder()
        .content_type("application/json")
        .body(body.0.0.clone())
}

#[handler]
fn known() -> StatusCode {
    StatusCode::NOT_MODIFIED
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || {
        arguments
            .next()
            .ok_or("usage: floor ADDRESS PLAN LIST, the last two being files")
    };
    let (address, plan, list) = (next()?, next()?, next()?);
    let body = |path: &str| std::fs::read(path).map(|bytes| Body(bytes.into()));
    let routes = Route::new()
        .at("/plan", get(hand_out).data(body(&plan)?))
        .at("/list", get(hand_out).data(body(&list)?))
        .at("/known", get(known));
    Server::new(TcpListener::bind(address)).run(routes).await?;
    Ok(())
}
