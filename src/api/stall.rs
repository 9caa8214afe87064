//! Streams whose other end stops taking what is sent.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::connections::Activity;

/// A stream that fails when the other end takes nothing for a while.
#[derive(Debug)]
pub struct Stalling<S> {
    stream: S,
    patience: Duration,
    activity: Arc<Activity>,
    /// Runs while the other end is waited for. Kept once it was made, so that a slow client costs
    /// one of them.
    clock: Option<Pin<Box<Sleep>>>,
}

impl<S> Stalling<S> {
    /// Gives up after `patience`; tells `activity` when it waits.
    pub fn new(stream: S, patience: Duration, activity: Arc<Activity>) -> Self {
        Self {
            stream,
            patience,
            activity,
            clock: None,
        }
    }

    /// Passes on what came of sending; where that is waiting, only for so long.
    fn watch<T>(&mut self, cx: &mut Context<'_>, sent: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if sent.is_ready() {
            if self.activity.is_sending() {
                self.activity.set_sending(false);
            }
            return sent;
        }
        let clock = match &mut self.clock {
            Some(clock) => {
                if !self.activity.is_sending() {
                    clock.as_mut().reset(Instant::now() + self.patience);
                }
                clock
            }
            None => self
                .clock
                .insert(Box::pin(tokio::time::sleep(self.patience))),
        };
        self.activity.set_sending(true);
        match clock.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stalling<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stalling<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(cx, sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.watch(cx, sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch(cx, sent)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let sent = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch(cx, sent)
    }
}
