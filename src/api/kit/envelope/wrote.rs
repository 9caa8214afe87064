//! Responses to writes.

use std::marker::PhantomData;

use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaResponses, Registry};

use super::kinds::Envelope;
use super::meta::{register, success_meta};
use crate::api::protocol::{DRY_RUN_HEADER, REPLAYED_HEADER};
use crate::catalog::write::{Fate, Written};

/// The response to a write.
#[derive(Debug)]
pub struct Wrote<E> {
    written: Written,
    envelope: PhantomData<E>,
}

impl<E> From<Written> for Wrote<E> {
    fn from(written: Written) -> Self {
        Self {
            written,
            envelope: PhantomData,
        }
    }
}

impl<E: Send> IntoResponse for Wrote<E> {
    fn into_response(self) -> Response {
        let Written { body, fate } = self.written;
        let response = Response::builder().content_type("application/json");
        match fate {
            Fate::Made => response,
            Fate::Replayed => response.header(REPLAYED_HEADER, "true"),
            Fate::Tried => response.header(DRY_RUN_HEADER, "true"),
        }
        .body(body)
    }
}

impl<E: Envelope + Send> ApiResponse for Wrote<E> {
    fn meta() -> MetaResponses {
        MetaResponses {
            responses: vec![success_meta::<E>(Vec::new())],
        }
    }

    fn register(registry: &mut Registry) {
        register::<E>(registry);
    }
}
