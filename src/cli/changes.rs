//! Changes of objects as lines for people.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::page::{Look, Page};
use super::readable::{discount, readable, type_of_discount};

/// A change of the catalog, as the server tells it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
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

/// What happened to one object.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChange {
    object_type: String,
    /// The code, which groups do not have.
    pub code: Option<String>,
    name: String,
    action: String,
    fields: Vec<FieldChange>,
    /// What is known of the types of discounts that stay as they are, by path.
    #[serde(skip)]
    pub types: HashMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct FieldChange {
    path: String,
    from: Value,
    to: Value,
    cause: String,
}

/// A part of an answer as a type.
///
/// # Errors
/// A message for the operator, if the answer is another.
pub fn understood<'a, T: Deserialize<'a>>(data: &'a Value) -> Result<T, String> {
    T::deserialize(data)
        .map_err(|error| format!("the answer of the server is not understood: {error}"))
}

/// Adds a change: who made it and when, its note, and what it did to which objects.
pub fn add_change(page: &mut Page, change: &Change) {
    page.line(Look::Bold, &head(change));
    if let Some(note) = &change.note {
        page.line(Look::Plain, &format!("    {note}"));
    }
    for object in &change.objects {
        add_object(page, object);
    }
}

/// Adds the first line of a change alone.
pub fn add_head(page: &mut Page, change: &Change) {
    page.line(Look::Plain, &format!("  {}", head(change)));
}

fn head(change: &Change) -> String {
    let Change {
        revision,
        at,
        actor: Actor { name, prefix },
        operation,
        reverts,
        ..
    } = change;
    let prefix = prefix.as_ref();
    let prefix = prefix.map_or_else(String::new, |prefix| format!(" ({prefix}…)"));
    let reverts = reverts.map_or_else(String::new, |one| format!(" of #{one}"));
    format!("#{revision}  {at}  {name}{prefix}  {operation}{reverts}")
}

/// Adds an object with all its fields.
pub fn add_object(page: &mut Page, object: &ObjectChange) {
    add_name(page, object);
    add_fields(page, object, &object.fields.iter().collect::<Vec<_>>());
}

/// Adds an object; of a new or a deleted one only fields that say something about it, and how many
/// values are derived.
pub fn add_object_in_short(page: &mut Page, object: &ObjectChange) {
    if object.action == "updated" {
        return add_object(page, object);
    }
    add_name(page, object);
    let telling = object.fields.iter().filter(|field| field.is_telling());
    let (derived, own): (Vec<_>, Vec<_>) = telling.partition(|field| field.is_derived());
    add_fields(page, object, &own);
    if !derived.is_empty() {
        let values = if derived.len() == 1 {
            "value"
        } else {
            "values"
        };
        let line = format!("      and {} derived {values}", derived.len());
        page.line(Look::Dim, &line);
    }
}

fn add_name(page: &mut Page, object: &ObjectChange) {
    let (sign, look) = match object.action.as_str() {
        "created" => ('+', Look::Green),
        "deleted" => ('-', Look::Red),
        _ => ('~', Look::Yellow),
    };
    let kind = object.object_type.replace('_', " ");
    let name = object.code.as_ref().unwrap_or(&object.name);
    page.line(look, &format!("  {sign} {kind} {name}"));
}

fn add_fields(page: &mut Page, object: &ObjectChange, fields: &[&FieldChange]) {
    let paths = fields.iter().map(|field| field.path.chars().count());
    let width = paths.max().unwrap_or_default();
    for field in fields {
        field.add(page, object, width);
    }
}

/// A side of a change.
#[derive(Debug, Clone, Copy)]
enum Side {
    From,
    To,
}

impl ObjectChange {
    /// Whether a discount changes whose type is not known.
    pub fn needs_types(&self) -> bool {
        let mut types = self
            .fields
            .iter()
            .filter_map(|field| type_of_discount(&field.path));
        types.any(|path| self.discount_type(&path, Side::To).is_none())
    }

    /// Number of prices that go from an object that stays.
    pub fn prices_deleted(&self) -> usize {
        let is_price = |field: &&FieldChange| field.path.starts_with("prices[") && field.is_part();
        let prices = self.fields.iter().filter(is_price);
        match self.action.as_str() {
            "updated" => prices.filter(|field| field.to.is_null()).count(),
            _ => 0,
        }
    }

    fn discount_type(&self, path: &str, side: Side) -> Option<&str> {
        match self.fields.iter().find(|field| field.path == path) {
            Some(field) => field.at(side).as_str(),
            None => self.types.get(path).map(String::as_str),
        }
    }

    fn shown(&self, field: &FieldChange, side: Side) -> String {
        let FieldChange { path, .. } = field;
        match type_of_discount(path) {
            Some(of) => discount(path, field.at(side), self.discount_type(&of, side)),
            None => readable(path, field.at(side)),
        }
    }
}

impl FieldChange {
    fn add(&self, page: &mut Page, object: &ObjectChange, width: usize) {
        let Self { path, from, to, .. } = self;
        let shown = |side| object.shown(self, side);
        let values = match (from, to) {
            (Value::Null, Value::Null) => "none".to_owned(),
            // The value is an id, which says nothing to people.
            (Value::Null, _) if self.is_part() => "new".to_owned(),
            (_, Value::Null) if self.is_part() => "deleted".to_owned(),
            (Value::Null, _) => shown(Side::To),
            (_, Value::Null) => format!("{} → gone", shown(Side::From)),
            _ => format!("{} → {}", shown(Side::From), shown(Side::To)),
        };
        let (derived, look) = match self.is_derived() {
            true => ("  (derived)", Look::Dim),
            false => ("", Look::Plain),
        };
        page.line(look, &format!("      {path:width$}  {values}{derived}"));
    }

    fn at(&self, side: Side) -> &Value {
        match side {
            Side::From => &self.from,
            Side::To => &self.to,
        }
    }

    fn is_derived(&self) -> bool {
        self.cause == "derived"
    }

    /// Whether it says that a part of an object is new or gone.
    fn is_part(&self) -> bool {
        self.path.ends_with(']')
    }

    /// Whether a field of a whole object says more than that something is not so, follows from
    /// another value, or belongs to another object.
    fn is_telling(&self) -> bool {
        let value = match &self.to {
            Value::Null => &self.from,
            to => to,
        };
        let is_default = match value {
            Value::Bool(is_so) => !is_so,
            Value::Number(number) => number.as_str() == "0" && !self.path.ends_with(".price"),
            Value::String(text) => self.path.ends_with(".pricingMode") && text == "fixed",
            _ => false,
        };
        let is_id = self.is_part() || self.path == "planGroupId";
        let is_mark = self.path.ends_with(".autoSynced") || self.path == "sortOrder";
        !is_default && !is_id && !is_mark && self.path != "code"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_new_object_is_told_in_short() {
        let field = |path: &str, to: Value, cause: &str| json!({"path": path, "from": null, "to": to, "cause": cause});
        let object = json!({
            "objectType": "plan", "code": "pro", "name": "Pro", "action": "created",
            "fields": [
                field("name", json!("Pro"), "request"),
                field("code", json!("pro"), "request"),
                field("isFree", json!(false), "request"),
                field("sortOrder", json!(2), "request"),
                field("planGroupId", json!("grp_1"), "request"),
                field("features[a]", json!("feat_1"), "request"),
                field("features[a].pricingMode", json!("fixed"), "request"),
                field("prices[monthly].price", json!(0), "request"),
                field("prices[monthly].trialDays", json!(0), "request"),
                field("prices[monthly].regionalPrices[jpy].price", json!(7350), "derived"),
                field("prices[monthly].regionalPrices[jpy].autoSynced", json!(true), "derived"),
            ],
        });
        let object: ObjectChange = understood(&object).unwrap();
        let mut page = Page::new(false);
        add_object_in_short(&mut page, &object);
        let lines = [
            "  + plan pro",
            "      name                   \"Pro\"",
            "      prices[monthly].price  0.00 USD",
            "      and 1 derived value",
            "",
        ];
        assert_eq!(page.into_text(), lines.join("\n"));
    }

    #[test]
    fn parts_and_discounts_say_what_happens() {
        let field = |path: &str, from: Value, to: Value| json!({"path": path, "from": from, "to": to, "cause": "request"});
        let object = json!({
            "objectType": "plan", "code": "pro", "name": "Pro", "action": "updated",
            "fields": [
                field("prices[weekly]", Value::Null, json!("prc_1")),
                field("prices[yearly]", json!("prc_2"), Value::Null),
                field("prices[monthly].introOffer.discountType", json!("percentage"), json!("amount")),
                field("prices[monthly].introOffer.discountValue", json!(2500), json!(1000)),
                field("prices[quarterly].introOffer.discountValue", json!(2500), json!(1000)),
            ],
        });
        let mut object: ObjectChange = understood(&object).unwrap();
        assert!(object.needs_types());
        assert_eq!(object.prices_deleted(), 1);
        let path = "prices[quarterly].introOffer.discountType";
        object
            .types
            .insert(path.to_owned(), "percentage".to_owned());
        assert!(!object.needs_types());
        let mut page = Page::new(false);
        add_object_in_short(&mut page, &object);
        let lines = [
            "  ~ plan pro",
            "      prices[weekly]                              new",
            "      prices[yearly]                              deleted",
            "      prices[monthly].introOffer.discountType     \"percentage\" → \"amount\"",
            "      prices[monthly].introOffer.discountValue    25 % → 10.00 USD",
            "      prices[quarterly].introOffer.discountValue  25 % → 10 %",
            "",
        ];
        assert_eq!(page.into_text(), lines.join("\n"));
    }
}
