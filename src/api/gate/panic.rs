//! Panics: a request that panics gets the response of any failure, and the panic is logged once.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, PanicHookInfo, set_hook};
use std::pin::pin;

use futures_util::FutureExt;

thread_local! {
    /// Whether this thread is polling a request, whose panics are caught.
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
    /// The message and location of the last caught panic.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Logs panics instead of printing them. A panic in a request is kept for [`catch`], which knows
/// the request.
pub fn log_panics() {
    set_hook(Box::new(|info| {
        let text = describe(info);
        if IS_CAUGHT.get() {
            LAST.set(Some(text));
        } else {
            tracing::error!(error = text, "panic");
        }
    }));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let message = message_of(info.payload());
    match info.location() {
        Some(location) => format!("panic: {message}, at {location}"),
        None => format!("panic: {message}"),
    }
}

fn message_of(payload: &(dyn Any + Send)) -> &str {
    let owned = || payload.downcast_ref::<String>().map(String::as_str);
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(owned)
        .unwrap_or("no message")
}

/// Runs a request; a panic becomes an error with its message.
pub async fn catch<F: Future>(work: F) -> Result<F::Output, String> {
    let mut work = pin!(AssertUnwindSafe(work).catch_unwind());
    let done = poll_fn(|context| {
        IS_CAUGHT.set(true);
        let polled = work.as_mut().poll(context);
        IS_CAUGHT.set(false);
        polled
    })
    .await;
    done.map_err(|payload| {
        LAST.take()
            .unwrap_or_else(|| format!("panic: {}", message_of(&*payload)))
    })
}
