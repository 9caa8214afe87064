//! Changes as lines for people.

use std::fmt::Write;

use serde::Deserialize;
use serde_json::Value;

/// A change, as the server tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    revision: i64,
    at: String,
    actor: Actor,
    operation: String,
    note: Option<String>,
    reverts: Option<i64>,
    objects: Vec<ObjectChange>,
}

#[derive(Debug, Deserialize)]
struct Actor {
    name: String,
    prefix: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ObjectChange {
    object_type: String,
    code: Option<String>,
    name: String,
    action: String,
    fields: Vec<FieldChange>,
}

#[derive(Debug, Deserialize)]
struct FieldChange {
    path: String,
    from: Value,
    to: Value,
    cause: String,
}

const BOLD: &str = "\u{1b}[1m";
const DIM: &str = "\u{1b}[2m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

/// Lays out changes: a line for each with who made it and when, its note, and a line for each object and
/// each field.
///
/// # Errors
/// A message for the operator, if the answer is not a list of changes.
pub(super) fn of(data: &Value, is_colored: bool) -> Result<String, String> {
    let changes = Vec::<Change>::deserialize(data)
        .map_err(|error| format!("the answer of the server is not understood: {error}"))?;
    if changes.is_empty() {
        return Ok("There are no changes.\n".to_owned());
    }
    let mut page = Page {
        text: String::new(),
        is_colored,
    };
    for (index, change) in changes.iter().enumerate() {
        if index > 0 {
            page.line("", "");
        }
        page.change(change);
    }
    Ok(page.text)
}

/// Lines that are written one after another.
struct Page {
    text: String,
    is_colored: bool,
}

impl Page {
    fn line(&mut self, color: &str, line: &str) {
        // Writing to a string cannot fail.
        let _ = match self.is_colored && !color.is_empty() {
            true => writeln!(self.text, "{color}{line}{RESET}"),
            false => writeln!(self.text, "{line}"),
        };
    }

    fn change(&mut self, change: &Change) {
        let Change {
            revision,
            at,
            actor,
            operation,
            note,
            reverts,
            objects,
        } = change;
        let prefix = actor.prefix.as_ref();
        let prefix = prefix.map_or_else(String::new, |prefix| format!(" ({prefix}…)"));
        let reverts = reverts.map_or_else(String::new, |one| format!(" of #{one}"));
        let head = format!(
            "#{revision}  {at}  {}{prefix}  {operation}{reverts}",
            actor.name
        );
        self.line(BOLD, &head);
        if let Some(note) = note {
            self.line("", &format!("    {note}"));
        }
        for object in objects {
            self.object(object);
        }
    }

    fn object(&mut self, object: &ObjectChange) {
        let (sign, color) = match object.action.as_str() {
            "created" => ('+', GREEN),
            "deleted" => ('-', RED),
            _ => ('~', YELLOW),
        };
        let kind = object.object_type.replace('_', " ");
        let name = object.code.as_ref().unwrap_or(&object.name);
        self.line(color, &format!("  {sign} {kind} {name}"));
        let paths = object.fields.iter().map(|field| field.path.chars().count());
        let width = paths.max().unwrap_or_default();
        for field in &object.fields {
            self.field(field, width);
        }
    }

    fn field(&mut self, field: &FieldChange, width: usize) {
        let FieldChange {
            path,
            from,
            to,
            cause,
        } = field;
        let values = match (from, to) {
            (Value::Null, to) => format!("{to}"),
            (from, Value::Null) => format!("{from} → gone"),
            (from, to) => format!("{from} → {to}"),
        };
        let is_derived = cause == "derived";
        let derived = if is_derived { "  (derived)" } else { "" };
        let color = if is_derived { DIM } else { "" };
        self.line(color, &format!("      {path:width$}  {values}{derived}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_is_told_in_lines() {
        let field = |path: &str, from: Value, to: Value, cause: &str| json!({"path": path, "from": from, "to": to, "cause": cause});
        let data = json!([{
            "revision": 5, "at": "2026-07-12T18:04:11.000Z",
            "actor": {"type": "api_key", "id": "key_1", "name": "Back office", "prefix": "ck_live_4f9a1c"},
            "operation": "revert-change", "requestId": "req_1", "note": "Q3 ends", "reverts": 4,
            "objects": [{
                "objectType": "plan", "id": "pln_1", "code": "pro", "name": "Pro", "action": "updated",
                "fields": [
                    field("price", json!(4900), json!(5900), "request"),
                    field("description", json!("a"), Value::Null, "derived"),
                    field("isPublic", Value::Null, json!(true), "request"),
                ],
            }],
        }]);
        let lines = [
            "#5  2026-07-12T18:04:11.000Z  Back office (ck_live_4f9a1c…)  revert-change of #4",
            "    Q3 ends",
            "  ~ plan pro",
            "      price        4900 → 5900",
            "      description  \"a\" → gone  (derived)",
            "      isPublic     true",
            "",
        ];
        assert_eq!(of(&data, false).unwrap(), lines.join("\n"));
        let colored = of(&data, true).unwrap();
        assert!(colored.starts_with(BOLD) && colored.contains(YELLOW) && colored.contains(DIM));
        assert_eq!(of(&json!([]), true).unwrap(), "There are no changes.\n");
        assert!(of(&json!({}), true).is_err());
    }
}
