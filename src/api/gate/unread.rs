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

/// Maximum number of bytes of a body that are read and thrown away.
const MAX_DISCARDED_BYTES: u64 = 16 * 1024 * 1024;

/// A body that can be read to its end after its request was answered: a client that is still sending
/// when the connection closes never sees the answer.
#[derive(Clone)]
pub struct Rest(Arc<Mutex<Unread>>);

struct Unread {
    body: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
    /// Whether the client sends without being asked to, or was.
    is_coming: bool,
    is_over: bool,
}

impl Rest {
    /// Takes the body of a request, and has the request carry this in its place.
    pub fn of(request: &mut Request) -> Self {
        let rest = Self(Arc::new(Mutex::new(Unread {
            body: Box::pin(request.take_body().into_bytes_stream()),
            is_coming: !request.headers().contains_key(header::EXPECT),
            is_over: false,
        })));
        request.set_body(Body::from_bytes_stream(rest.clone()));
        rest
    }

    /// Whether anything is left that the client sends.
    pub fn is_coming(&self) -> bool {
        let unread = self.unread();
        unread.is_coming && !unread.is_over
    }

    /// Reads what is left, within reason, and throws it away.
    pub async fn discard(mut self, patience: Duration) {
        let discarding = async {
            let mut left = MAX_DISCARDED_BYTES;
            while let Some(Ok(bytes)) = self.next().await
                && left > 0
            {
                left = left.saturating_sub(bytes.len() as u64);
            }
        };
        // Whether the rest arrives is of no matter any more.
        let _ = tokio::time::timeout(patience, discarding).await;
    }

    fn unread(&self) -> MutexGuard<'_, Unread> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for Rest {
    type Item = io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut unread = self.unread();
        unread.is_coming = true;
        let next = unread.body.as_mut().poll_next(cx);
        if let Poll::Ready(None | Some(Err(_))) = next {
            unread.is_over = true;
        }
        next
    }
}
