//! The floor for reads: poem alone, returning the same bytes.
//!
//! `floor ADDRESS PLAN LIST TAG` serves the file PLAN at `/plan` and the file LIST at `/list`; a
//! request whose `If-None-Match` has the tag is answered with 304.
#![allow(missing_docs)]

use std::error::Error;

use bytes::Bytes;
use poem::http::{HeaderMap, HeaderValue, StatusCode, header};
use poem::listener::TcpListener;
use poem::web::Data;
use poem::{EndpointExt, Response, Route, Server, get, handler};

#[derive(Clone)]
struct Body {
    bytes: Bytes,
    tag: HeaderValue,
}

#[handler]
fn hand_out(body: Data<&Body>, headers: &HeaderMap) -> Response {
    let Body { bytes, tag } = body.0;
    let response = Response::builder().header(header::ETAG, tag.clone());
    if headers.get(header::IF_NONE_MATCH) == Some(tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response
        .content_type("application/json")
        .body(bytes.clone())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: floor ADDRESS PLAN LIST TAG");
    let (address, plan, list, tag) = (next()?, next()?, next()?, next()?);
    let tag = HeaderValue::from_str(&tag)?;
    let body = |path: &str| {
        std::fs::read(path).map(|bytes| Body {
            bytes: bytes.into(),
            tag: tag.clone(),
        })
    };
    let routes = Route::new()
        .at("/plan", get(hand_out).data(body(&plan)?))
        .at("/list", get(hand_out).data(body(&list)?));
    Server::new(TcpListener::bind(address)).run(routes).await?;
    Ok(())
}
