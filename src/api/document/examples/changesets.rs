//! Examples of changesets, and of the catalog as a whole: a document with one feature, in a catalog
//! that has nothing yet.

use serde_json::{Value, json};

use super::example::{Entry, Example};
use super::story::{CREATED, actor, kind};

/// Every operation with its example.
pub const ALL: &[Entry] = &[
    ("export-catalog", export_catalog),
    ("lint-catalog", lint_catalog),
    ("create-changeset", create_changeset),
    ("list-changesets", list_changesets),
    ("get-changeset", get_changeset),
    ("discard-changeset", discard_changeset),
    ("apply-changeset", apply_changeset),
];

const CHANGESET: &str = "chs_01960b2e8f3a7c41a5d2e9b07c6f1d34";

/// The digest of the changeset. It has no ids and no times, so it is the same everywhere.
const DIGEST: &str = "3ec7292402751a8398a8e08b6beade975c757a5010fa89a5a2e473c52d083eb6";

/// When the changeset expires.
const EXPIRES: &str = "2026-07-18T09:30:00.000Z";

fn export_catalog() -> Example {
    Example::new(document()).mistake("format", "Must be `json` or `yaml`.")
}

fn lint_catalog() -> Example {
    let finding = json!({
        "rule": "plan-unpriced",
        "severity": "warning",
        "objectType": "plan",
        "id": super::story::PLAN,
        "code": "example_plan",
        "path": "prices",
        "message": "The plan is public and not free, but has no price.",
        "value": null,
        "expected": null,
    });
    let mut example = Example::new(json!([finding]));
    example.response["counts"] = json!({"error": 0, "warning": 1, "info": 0});
    example.mistake("severity", "Must be one of `error`, `warning`, `info`.")
}

fn create_changeset() -> Example {
    with_objects(Example::new(with_change()))
        .named_request("A document", json!({"source": {"document": document()}}))
        .mistake(
            "source",
            "Has one of `document`, `scope`, `revision` and `rates`.",
        )
}

fn list_changesets() -> Example {
    Example::page(changeset(), "Y2hhbmdlc2V0cyA0")
}

fn get_changeset() -> Example {
    let example = with_objects(Example::new(with_change()));
    example.mistake("limit", "Must be an integer from 1 to 1000.")
}

fn discard_changeset() -> Example {
    Example::new(kind("changeset", json!({"id": CHANGESET, "deleted": true})))
}

fn apply_changeset() -> Example {
    let applied = json!({"changesetId": CHANGESET, "revision": 2, "changes": 1});
    Example::new(kind("changeset", applied))
        .request(json!({"digest": DIGEST}))
        .missing("digest")
}

fn document() -> Value {
    let feature = json!({"name": "API calls", "type": "usage", "unitName": "call"});
    json!({"pricebook": 1, "features": {"example_calls": feature}})
}

/// A page of objects that is not the last, since some tools trip over null beside `data`.
fn with_objects(mut example: Example) -> Example {
    example.response["hasMore"] = true.into();
    example.response["nextCursor"] = "b2JqZWN0cyAx".into();
    example
}

fn with_change() -> Value {
    let mut changeset = changeset();
    let field =
        |path: &str, to: &str| json!({"path": path, "from": null, "to": to, "cause": "request"});
    changeset["objects"] = json!([{
        "objectType": "feature",
        "id": null,
        "code": "example_calls",
        "name": "API calls",
        "action": "created",
        "fields": [
            field("name", "API calls"),
            field("code", "example_calls"),
            field("type", "usage"),
            field("unitName", "call"),
        ],
    }]);
    changeset
}

fn changeset() -> Value {
    kind(
        "changeset",
        json!({
            "id": CHANGESET,
            "status": "open",
            "digest": DIGEST,
            "baseRevision": 1,
            "source": {
                "type": "document",
                "scope": null,
                "revision": null,
                "rates": null,
                "only": null,
            },
            "note": null,
            "prune": "none",
            "include": null,
            "findings": [],
            "manualValues": [],
            "summary": {"created": 1, "updated": 0, "deleted": 0},
            "createdAt": CREATED,
            "createdBy": actor(),
            "appliedRevision": null,
            "expiresAt": EXPIRES,
        }),
    )
}
