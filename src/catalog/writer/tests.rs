//! Writes that panic.

use super::*;
use crate::catalog::app::App;
use crate::catalog::write::{Answer, Changed, Command, WriteContext};
use crate::domain::change::{Actor, Origin};
use crate::domain::permission::Rights;
use crate::domain::scope::Mode;
use crate::domain::text::Name;
use crate::domain::timestamp::Timestamp;
use crate::store::connection::db::DatabaseUrl;

/// A command that panics, or does nothing.
#[derive(Debug, Clone)]
struct Perhaps {
    panics: bool,
}

impl Command for Perhaps {
    type Outcome = ();

    async fn execute(self, _tx: &Transaction, _now: Timestamp) -> Result<Changed<()>> {
        assert!(!self.panics, "as it should");
        Ok(Changed::nothing(()))
    }
}

async fn app() -> (tempfile::TempDir, App, Scope) {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
    let database = Database::connect(&url).await.unwrap();
    database.migrate().await.unwrap();
    let app = App::new(database, 1024 * 1024);
    let organization = Name::from_row("acme".to_owned());
    let wish = crate::catalog::api_key::KeyWish {
        name: Name::from_row("test".to_owned()),
        expires_in_days: None,
        rights: crate::domain::permission::Rights::Full,
    };
    let made = app.create_key_for(&organization, Mode::Sandbox, wish).await;
    let secret = made.unwrap().secret;
    let key = app.authenticate(secret.expose()).await.unwrap().unwrap();
    let scope = key.caller().scope.clone();
    (folder, app, scope)
}

async fn write(app: &App, scope: &Scope, panics: bool) -> Result<Written> {
    let answer = |(): &(), _: &Scope| Ok(Answer::from("{}".to_owned()));
    let context = WriteContext {
        origin: Origin {
            actor: Actor::command_line(),
            operation: "create-plan",
            request_id: "req_1".to_owned(),
            note: None,
        },
        rights: Rights::Full,
        idempotent: None,
        precondition: None,
        dry_run: None,
    };
    app.write(scope, context, Perhaps { panics }, answer).await
}

#[tokio::test]
async fn a_panic_loses_one_write() {
    let (_folder, app, scope) = app().await;
    for panics in [false, true, true, false] {
        let written = write(&app, &scope, panics).await;
        assert_eq!(written.is_ok(), !panics, "{written:?}");
    }
}
