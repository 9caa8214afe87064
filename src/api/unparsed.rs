//! Answers to what is not HTTP.
//!
//! When hyper cannot read a request it answers by itself, with a status and an empty body, and
//! closes the connection. Every answer of this server is an envelope, whoever produced it, so the
//! stream of a connection looks out for such answers and puts ours in their place.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::edge::REQUEST_ID_HEADER;
use poem::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The stream of a connection.
#[derive(Debug)]
pub struct Watched<S> {
    stream: S,
    answer: fn(StatusCode) -> Vec<u8>,
    /// What is left to write of an answer of ours.
    ours: Vec<u8>,
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    /// Watches a stream; `answer` makes the whole answer, head included, to a request that could
    /// not be read.
    pub fn new(stream: S, answer: fn(StatusCode) -> Vec<u8>) -> Self {
        Self {
            stream,
            answer,
            ours: Vec::new(),
        }
    }

    fn poll_ours(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.ours.is_empty() {
            match Pin::new(&mut self.stream).poll_write(cx, &self.ours) {
                Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(written)) => drop(self.ours.drain(..written)),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The status of an answer that hyper gives by itself: a head without a body and without the
/// request id that every answer of ours has. No body looks like one, since JSON has no bare line
/// ends.
fn status_of_refusal(bytes: &[u8]) -> Option<StatusCode> {
    let status = StatusCode::from_bytes(bytes.strip_prefix(b"HTTP/1.1 ")?.get(..3)?).ok()?;
    if !status.is_client_error() {
        return None;
    }
    let head = std::str::from_utf8(bytes).ok()?.strip_suffix("\r\n\r\n")?;
    let is_ours = head.contains(REQUEST_ID_HEADER);
    (head.contains("\r\n") && !is_ours).then_some(status)
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.poll_ours(cx)?.is_pending() {
            return Poll::Pending;
        }
        if let Some(status) = status_of_refusal(bytes) {
            self.ours = (self.answer)(status);
            // hyper believes that its own answer is on its way.
            return match self.poll_ours(cx)? {
                Poll::Ready(()) | Poll::Pending => Poll::Ready(Ok(bytes.len())),
            };
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    /// Answers with a body come as their head and their body, which is then not copied.
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match parts {
            // hyper's own answers have no body.
            [only] => self.poll_write(cx, only),
            _ if self.poll_ours(cx)?.is_pending() => Poll::Pending,
            _ => Pin::new(&mut self.stream).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_ours(cx)? {
            Poll::Ready(()) => Pin::new(&mut self.stream).poll_flush(cx),
            Poll::Pending => Poll::Pending,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_ours(cx)? {
            Poll::Ready(()) => Pin::new(&mut self.stream).poll_shutdown(cx),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_of_hyper_itself_are_replaced() {
        let head = |text: &str| status_of_refusal(text.as_bytes()).map(|status| status.as_u16());
        assert_eq!(
            head("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"),
            Some(400)
        );
        assert_eq!(
            head("HTTP/1.1 400 Bad Request\r\nx-request-id: 1\r\n\r\n"),
            None
        );
        assert_eq!(head("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), None);
        assert_eq!(head("HTTP/1.1 400 of a body"), None);
    }
}
