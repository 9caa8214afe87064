//! Panics: a request that panics is answered like any failure, and the log hears of it once.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, PanicHookInfo, set_hook};
use std::pin::pin;

use futures_util::FutureExt;

thread_local! {
    /// Whether this thread is working on a request, whose panic will be caught.
    static IS_CAUGHT: Cell<bool> = const { Cell::new(false) };
    /// What the last caught panic said, and where.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Sends panics to the log instead of writing them beside it. One in a request is kept for
/// [`catch`], which knows whose request it was.
pub fn log_panics() {
    set_hook(Box::new(|info| {
        let told = told_by(info);
        if IS_CAUGHT.get() {
            LAST.set(Some(told));
        } else {
            tracing::error!(error = told, "panic");
        }
    }));
}

fn told_by(info: &PanicHookInfo<'_>) -> String {
    let words = words_of(info.payload());
    match info.location() {
        Some(place) => format!("panic: {words}, at {place}"),
        None => format!("panic: {words}"),
    }
}

fn words_of(payload: &(dyn Any + Send)) -> &str {
    let owned = || payload.downcast_ref::<String>().map(String::as_str);
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(owned)
        .unwrap_or("without words")
}

/// Works on a request; answers what a panic said instead of passing it on.
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
            .unwrap_or_else(|| format!("panic: {}", words_of(&*payload)))
    })
}
