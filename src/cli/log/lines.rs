//! Changes as lines for people.

use serde_json::Value;

use crate::cli::changes::{Change, add_change, understood};
use crate::cli::page::Page;

/// Lays out changes: a line for each with who made it and when, its note, and a line for each object and
/// each field.
///
/// # Errors
/// A message for the operator, if the answer is not a list of changes.
pub(super) fn of(data: &Value, is_colored: bool) -> Result<String, String> {
    let changes: Vec<Change> = understood(data)?;
    if changes.is_empty() {
        return Ok("There are no changes.\n".to_owned());
    }
    let mut page = Page::new(is_colored);
    for (index, change) in changes.iter().enumerate() {
        if index > 0 {
            page.gap();
        }
        add_change(&mut page, change);
    }
    Ok(page.into_text())
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
                    field("prices[monthly].price", json!(4900), json!(5900), "request"),
                    field("description", json!("a"), Value::Null, "derived"),
                    field("isPublic", Value::Null, json!(true), "request"),
                ],
            }],
        }]);
        let lines = [
            "#5  2026-07-12T18:04:11.000Z  Back office (ck_live_4f9a1c…)  revert-change of #4",
            "    Q3 ends",
            "  ~ plan pro",
            "      prices[monthly].price  49.00 USD → 59.00 USD",
            "      description            \"a\" → gone  (derived)",
            "      isPublic               true",
            "",
        ];
        assert_eq!(of(&data, false).unwrap(), lines.join("\n"));
        let colored = of(&data, true).unwrap();
        assert!(
            ["\u{1b}[1m", "\u{1b}[33m", "\u{1b}[2m"].map(|look| colored.contains(look))
                == [true; 3]
        );
        assert_eq!(of(&json!([]), true).unwrap(), "There are no changes.\n");
        assert!(of(&json!({}), true).is_err());
    }
}
