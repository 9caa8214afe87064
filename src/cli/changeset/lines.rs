//! Changesets as lines for people.

use super::wire::{Changeset, ManualValue, Summary};
use crate::cli::changes::add_object_in_short;
use crate::cli::findings;
use crate::cli::page::{Look, Page};
use crate::cli::readable::{distance, readable};

/// Lays out what a changeset does, the manual values that stay behind, what looks wrong, and how much
/// it is in all.
pub fn of(changeset: &Changeset, is_colored: bool) -> String {
    let mut page = Page::new(is_colored);
    for object in &changeset.objects {
        add_object_in_short(&mut page, object);
    }
    add_manual_values(&mut page, &changeset.manual_values);
    if !changeset.findings.is_empty() {
        heading(&mut page, "What looks wrong:");
        findings::add(&mut page, &changeset.findings);
    }
    page.line(Look::Bold, &summary(changeset));
    page.into_text()
}

fn heading(page: &mut Page, text: &str) {
    page.line(Look::Bold, text);
}

fn add_manual_values(page: &mut Page, values: &[ManualValue]) {
    if values.is_empty() {
        return;
    }
    heading(page, "Set by hand, and staying as they are:");
    for value in values {
        let ManualValue {
            code,
            path,
            value,
            derived_would_be,
            deviation,
        } = value;
        let shown = readable(path, value);
        let beside = match derived_would_be.is_null() {
            true => String::new(),
            false => beside(&readable(path, derived_would_be), deviation.as_deref()),
        };
        page.line(
            Look::Yellow,
            &format!("    plan {code}  {path}  {shown}{beside}"),
        );
    }
}

/// How a value compares with what would be derived.
fn beside(derived: &str, deviation: Option<&str>) -> String {
    match deviation.and_then(distance) {
        Some(distance) => format!(", {distance} {derived}, which would be derived"),
        None => format!("; {derived} would be derived"),
    }
}

/// How much a changeset does.
fn summary(changeset: &Changeset) -> String {
    let scope = if changeset.livemode {
        "live"
    } else {
        "sandbox"
    };
    let found = findings::counted(&changeset.findings);
    let found = match found.is_empty() {
        true => String::new(),
        false => format!("; {found}"),
    };
    if changeset.is_empty() {
        return format!("Nothing to do in {scope}{found}.");
    }
    let Summary {
        created,
        updated,
        deleted,
    } = changeset.summary;
    let prices = match changeset.prices_deleted() {
        0 => String::new(),
        1 => "; 1 price is deleted".to_owned(),
        many => format!("; {many} prices are deleted"),
    };
    format!(
        "In {scope}: {created} to create, {updated} to change, {deleted} to delete{prices}{found}."
    )
}

/// How to apply a changeset later.
pub fn how_to_apply(changeset: &Changeset) -> String {
    let Changeset { id, expires_at, .. } = changeset;
    let rules = changeset.errors().into_iter();
    let acknowledge: String = rules.map(|rule| format!(" --acknowledge {rule}")).collect();
    let confirm = match changeset.needs_confirmation() {
        true => " --confirm live",
        false => "",
    };
    format!("Apply it until {expires_at}: pricebook apply --changeset {id}{acknowledge}{confirm}\n")
}

/// Why findings block a changeset.
pub fn why_blocked(rules: &[&str]) -> String {
    let flags: Vec<_> = rules
        .iter()
        .map(|rule| format!("--acknowledge {rule}"))
        .collect();
    format!(
        "pricebook: not applied, since errors were found; if it is meant, use {}\n",
        flags.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    fn changeset(objects: Value, findings: Value, updated: u64) -> Changeset {
        let manual = json!([{
            "code": "pro", "path": "prices[monthly].regionalPrices[eur].price", "value": 4500,
            "derivedWouldBe": 5782, "deviation": "-0.2217",
        }]);
        let data = json!({
            "id": "chs_1", "digest": "d", "objects": objects, "findings": findings,
            "manualValues": if updated > 0 { manual } else { json!([]) },
            "summary": {"created": 0, "updated": updated, "deleted": 0},
            "expiresAt": "2026-07-19T18:04:11.000Z", "livemode": false,
        });
        Changeset::deserialize(data).unwrap()
    }

    #[test]
    fn a_changeset_is_told_in_lines() {
        let field = |path: &str, from: i64, to: i64, cause: &str| json!({"path": path, "from": from, "to": to, "cause": cause});
        let objects = json!([{
            "objectType": "plan", "code": "pro", "name": "Pro", "action": "updated", "fields": [
                field("prices[monthly].price", 4900, 5900, "request"),
                field("prices[monthly].regionalPrices[jpy].price", 7350, 8850, "derived"),
            ],
        }]);
        let finding = json!({
            "rule": "price-scale", "severity": "error", "objectType": "plan", "id": null,
            "code": "pro", "path": "prices[monthly].price", "message": "It is odd.",
        });
        let changeset = changeset(objects, json!([finding]), 1);
        let lines = [
            "  ~ plan pro",
            "      prices[monthly].price                      49.00 USD → 59.00 USD",
            "      prices[monthly].regionalPrices[jpy].price  7350 JPY → 8850 JPY  (derived)",
            "Set by hand, and staying as they are:",
            "    plan pro  prices[monthly].regionalPrices[eur].price  45.00 EUR, 22.17 % below 57.82 EUR, which would be derived",
            "What looks wrong:",
            "  error    price-scale       plan pro prices[monthly].price: It is odd.",
            "In sandbox: 0 to create, 1 to change, 0 to delete; 1 error.",
            "",
        ];
        assert_eq!(of(&changeset, false), lines.join("\n"));
        let colored = of(&changeset, true);
        assert!(
            ["\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[33m"]
                .iter()
                .all(|look| colored.contains(look))
        );
        assert_eq!(
            how_to_apply(&changeset),
            "Apply it until 2026-07-19T18:04:11.000Z: pricebook apply --changeset chs_1 \
             --acknowledge price-scale\n"
        );
        assert_eq!(changeset.errors_beyond(&[]), ["price-scale"]);
        assert!(
            changeset
                .errors_beyond(&["price-scale".to_owned()])
                .is_empty()
        );
    }

    #[test]
    fn an_empty_changeset_is_a_sentence() {
        let changeset = changeset(json!([]), json!([]), 0);
        assert_eq!(of(&changeset, false), "Nothing to do in sandbox.\n");
    }
}
