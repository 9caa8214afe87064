//! Writes: a caller with the right to write makes a change.

use serde::Serialize;

use super::auth::Authorized;
use super::envelope::{One, Wrote, body_of};
use super::error::Rejection;
use super::needs::WriteNeed;
use super::write_headers::Call;
use crate::catalog::write::{Answer, Command};
use crate::domain::Error;
use crate::domain::scope::Scope;

impl<N: WriteNeed> Authorized<N> {
    /// Makes a change; `answer` turns its outcome into the data of the response.
    ///
    /// # Errors
    /// A refusal of the command, or a failure.
    pub async fn write<C, T>(
        &self,
        call: Call,
        command: C,
        answer: impl Fn(&C::Outcome, &Scope) -> T + Clone + Send + Sync + 'static,
    ) -> Result<Wrote<One<T>>, Rejection>
    where
        C: Command,
        T: Serialize,
    {
        let body = move |outcome: &C::Outcome, scope: &Scope| {
            body_of(&answer(outcome, scope)).map(Answer::from)
        };
        self.write_with(call, command, body).await
    }

    /// Makes a change whose stored response differs from the one that is sent.
    ///
    /// # Errors
    /// A refusal of the command, or a failure.
    pub async fn write_with<C: Command, E>(
        &self,
        call: Call,
        command: C,
        answer: impl Fn(&C::Outcome, &Scope) -> Result<Answer, Error> + Clone + Send + Sync + 'static,
    ) -> Result<Wrote<E>, Rejection> {
        let context = call.into_context(self.caller());
        let written = self.app.write(self.scope(), context, command, answer);
        let written = tokio::time::timeout(self.write_deadline(), written).await;
        // It may still commit.
        let written = written.map_err(|_| Error::unavailable("the write takes too long"))?;
        Ok(written?.into())
    }
}
