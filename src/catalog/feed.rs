//! The feed: clients that wait for the next change.

use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::app::App;
use super::history::{ChangeFilter, EntryPage, LogPage};
use crate::cache::view::View;
use crate::domain::{Error, Result};

/// How often a waiting client shows that it needs to know of changes.
const SHOW_INTEREST_EVERY: Duration = Duration::from_secs(1);

impl App {
    /// The first changes after a revision that fit, at most `limit`. If there are none, waits for them
    /// up to a time.
    ///
    /// # Errors
    /// `HistoryPruned`; `Unavailable`, also if too many clients wait; `Internal`.
    pub async fn follow_changes(
        &self,
        view: &View,
        filter: &ChangeFilter,
        after: i64,
        limit: u64,
        wait: Duration,
    ) -> Result<EntryPage> {
        let until = Instant::now() + wait;
        let list = || self.list_changes(view.scope(), filter, LogPage::After(after), limit);
        let mut news = view.news();
        let mut found = list().await?;
        if !found.entries.is_empty() || wait.is_zero() {
            return Ok(found);
        }
        let place = self.waiting.places.try_acquire();
        let _place = place.map_err(|_| Error::unavailable("too many clients wait for changes"))?;
        while found.entries.is_empty() {
            // It keeps the view in use, so that the server looks for changes by others.
            self.views.make_current(view).await?;
            tokio::select! {
                () = self.waiting.is_over.cancelled() => break,
                () = sleep_until(until) => break,
                heard = timeout(SHOW_INTEREST_EVERY, news.changed()) => {
                    if heard.is_ok() {
                        found = list().await?;
                    }
                }
            }
        }
        Ok(found)
    }

    /// Answers the clients that wait for changes, and lets no more wait: the server stops.
    pub fn let_waiting_go(&self) {
        self.waiting.is_over.cancel();
    }
}
