//! Applying a changeset.

use serde::Deserialize;
use serde_json::{Value, json};

use super::lines;
use super::wire::Changeset;
use crate::cli::changes::{Change, add_head, understood};
use crate::cli::client::{Client, ClientError};
use crate::cli::exit::Exit;
use crate::cli::offers::learn_types;
use crate::cli::page::{Look, Page};
use crate::cli::settings::ApplyOptions;
use crate::cli::{output, terminal};

/// A changeset to apply, and how.
pub struct Application<'a> {
    /// The server.
    pub client: &'a Client,
    /// The changeset, as the server tells it.
    pub data: &'a Value,
    /// How it is applied.
    pub options: &'a ApplyOptions,
    /// Whether it was made for this alone, so that nobody needs it unless it is applied.
    pub is_new: bool,
    /// Whether the answer is printed as JSON.
    pub is_json: bool,
}

impl Application<'_> {
    /// Shows the changeset, asks, and applies it.
    ///
    /// # Errors
    /// A message for the operator.
    pub async fn run(self) -> Result<Exit, String> {
        let mut changeset: Changeset = understood(self.data)?;
        learn_types(self.client, &mut changeset.objects).await;
        self.show(&changeset)?;
        let open = changeset.errors_beyond(&self.options.acknowledge);
        if !open.is_empty() {
            output::tell(lines::why_blocked(&open).trim_end());
            self.print_json(self.data)?;
            return Ok(Exit::Blocked);
        }
        if changeset.is_empty() {
            return self.settle(&changeset).await;
        }
        if !self.options.yes && !terminal::is_agreed("Apply?").await? {
            return self.leave(&changeset).await;
        }
        let confirm = self.options.confirm.as_deref();
        match self.send(&changeset, confirm).await {
            Err(error) if error.is("confirmation_required") && terminal::can_ask() => {
                self.confirmed(&changeset).await
            }
            result => self.tell(result),
        }
    }

    /// Shows the changeset to people, unless nobody but a program reads along.
    fn show(&self, changeset: &Changeset) -> Result<(), String> {
        if !self.is_json {
            return output::print(&lines::of(changeset, output::is_colored()));
        }
        if !self.options.yes {
            output::tell(lines::of(changeset, false).trim_end());
        }
        Ok(())
    }

    async fn confirmed(&self, changeset: &Changeset) -> Result<Exit, String> {
        let question = "This deletes objects or prices of the live catalog. Type `live` to go on: ";
        if terminal::ask(question).await? != "live" {
            return self.leave(changeset).await;
        }
        self.tell(self.send(changeset, Some("live")).await)
    }

    /// Ends with one that does nothing. Programs get the answer that they always get.
    async fn settle(&self, changeset: &Changeset) -> Result<Exit, String> {
        if self.is_json {
            return self.tell(self.send(changeset, None).await);
        }
        self.forget(changeset).await;
        Ok(Exit::Done)
    }

    /// Does not apply it.
    async fn leave(&self, changeset: &Changeset) -> Result<Exit, String> {
        self.forget(changeset).await;
        output::tell("pricebook: not applied");
        Ok(Exit::Failed)
    }

    /// Discards it if nobody needs it.
    async fn forget(&self, changeset: &Changeset) {
        if self.is_new {
            // One that stays is forgotten by itself.
            let _ = self.client.delete(&["changesets", &changeset.id]).await;
        }
    }

    async fn send(
        &self,
        changeset: &Changeset,
        confirm: Option<&str>,
    ) -> Result<Value, ClientError> {
        let mut body = json!({
            "digest": changeset.digest,
            "acknowledge": self.options.acknowledge,
        });
        if let Some(confirm) = confirm {
            body["confirm"] = confirm.into();
        }
        let path = ["changesets", &changeset.id, "apply"];
        let note = self.options.note.as_deref();
        let mut answer = self.client.post(&path, &[], &body, note).await?;
        Ok(answer["data"].take())
    }

    fn tell(&self, result: Result<Value, ClientError>) -> Result<Exit, String> {
        match result {
            Ok(applied) if self.is_json => {
                self.print_json(&applied)?;
                Ok(Exit::Done)
            }
            Ok(applied) => {
                output::print(&done(&understood(&applied)?))?;
                Ok(Exit::Done)
            }
            Err(error) if error.is("changeset_stale") => {
                output::tell(stale(&error).trim_end());
                Ok(Exit::Stale)
            }
            Err(error) if error.is("findings_not_acknowledged") => {
                output::tell(&format!("pricebook: {}", error.sentence));
                Ok(Exit::Blocked)
            }
            Err(error) if error.is("confirmation_required") => {
                Err(format!("{} Use --confirm live.", error.sentence))
            }
            Err(error) => Err(error.sentence),
        }
    }

    fn print_json(&self, data: &Value) -> Result<(), String> {
        match self.is_json {
            true => output::print(&output::to_json(data)?),
            false => Ok(()),
        }
    }
}

/// The answer to applying a changeset.
#[derive(Debug, Deserialize)]
struct Applied {
    revision: u64,
    changes: u64,
}

fn done(applied: &Applied) -> String {
    let Applied { revision, changes } = applied;
    let objects = if *changes == 1 { "object" } else { "objects" };
    format!("Applied as revision {revision}: {changes} {objects}.\n")
}

/// That the catalog has moved, and who moved it.
fn stale(error: &ClientError) -> String {
    let mut page = Page::new(false);
    page.line(Look::Plain, &format!("pricebook: {}", error.sentence));
    let changes: Vec<Change> = understood(&error.details).unwrap_or_default();
    for change in &changes {
        add_head(&mut page, change);
    }
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_changeset_names_who_moved_the_catalog() {
        let change = json!({
            "revision": 5, "at": "2026-07-12T18:04:11.000Z",
            "actor": {"name": "Back office", "prefix": "ck_live_4f9a1c"},
            "operation": "update-plan", "note": null, "reverts": null, "objects": [],
        });
        let error = ClientError {
            details: json!([change]),
            ..ClientError::from("It has moved.".to_owned())
        };
        let lines = [
            "pricebook: It has moved.",
            "  #5  2026-07-12T18:04:11.000Z  Back office (ck_live_4f9a1c…)  update-plan",
            "",
        ];
        assert_eq!(stale(&error), lines.join("\n"));
    }

    #[test]
    fn objects_are_counted() {
        let told = |changes| {
            done(&Applied {
                revision: 7,
                changes,
            })
        };
        assert_eq!(told(1), "Applied as revision 7: 1 object.\n");
        assert_eq!(told(2), "Applied as revision 7: 2 objects.\n");
    }
}
