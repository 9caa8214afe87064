//! Draining request bodies: a call that is refused early leaves its body unread.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use poem::http::header;
use poem::{Body, Request};

/// Maximum number of bytes of a body that are drained.
const MAX_DRAINED_BYTES: u64 = 16 * 1024 * 1024;

/// A body that can be drained after the response was sent: a client that is still sending when the
/// connection closes never sees the response.
#[derive(Clone)]
pub struct UnreadBody(Arc<Mutex<State>>);

struct State {
    body: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
    /// Whether the client sends the body without waiting for `100 Continue`, or was told to
    /// continue.
    is_sending: bool,
    is_over: bool,
}

impl UnreadBody {
    /// Replaces the body of a request with a handle to it.
    pub fn of(request: &mut Request) -> Self {
        let body = Self(Arc::new(Mutex::new(State {
            body: Box::pin(request.take_body().into_bytes_stream()),
            is_sending: !request.headers().contains_key(header::EXPECT),
            is_over: false,
        })));
        request.set_body(Body::from_bytes_stream(body.clone()));
        body
    }

    /// Whether the client is still sending.
    pub fn is_sending(&self) -> bool {
        let state = self.state();
        state.is_sending && !state.is_over
    }

    /// Drains the rest of the body, up to a maximum size and for a maximum time.
    pub async fn drain(mut self, timeout: Duration) {
        let draining = async {
            let mut left = MAX_DRAINED_BYTES;
            while let Some(Ok(bytes)) = self.next().await
                && left > 0
            {
                left = left.saturating_sub(bytes.len() as u64);
            }
        };
        // It does not matter whether the rest arrives.
        let _ = tokio::time::timeout(timeout, draining).await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for UnreadBody {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut state = self.state();
        state.is_sending = true;
        let next = state.body.as_mut().poll_next(cx);
        if let Poll::Ready(None | Some(Err(_))) = next {
            state.is_over = true;
        }
        next
    }
}
