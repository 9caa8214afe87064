//! Generates random calls. The pools are small, so that calls interact: the same codes, prices,
//! currencies and plans recur, and deleted objects are requested by their old ids. The model
//! decides whether a call is valid.

use serde_json::{Map, Number, Value, json};

use super::calls::{Call, Op, Payload};
use super::catalog::{FORGED_CURSOR, Model, Plan};
use super::dice::Dice;
use super::schema::{Field, Kind, NAME_LENGTH};

mod names;
mod values;

use values::*;

/// The operations that a walk makes.
pub fn walked() -> impl Iterator<Item = Op> {
    WEIGHTS.iter().map(|(_, op)| *op)
}

/// The next call of the walk.
pub fn next_call(dice: &mut Dice, model: &Model) -> Call {
    let op = dice.weighted(&WEIGHTS);
    Inventor {
        dice,
        model,
        plan: None,
        spoils: false,
    }
    .call(op)
}

struct Inventor<'a> {
    dice: &'a mut Dice,
    model: &'a Model,
    /// The plan that the call is about, if it exists.
    plan: Option<&'a Plan>,
    /// Whether the body of this call is deliberately wrong.
    spoils: bool,
}

impl<'a> Inventor<'a> {
    fn call(mut self, op: Op) -> Call {
        let path = self.path(op);
        let query = match op {
            Op::ExplainPlan => self.currency_query(),
            op if op.is_list() => self.query(op),
            _ => Vec::new(),
        };
        self.spoils = self.dice.chance(12);
        let payload = op
            .body()
            .map_or(Payload::Nothing, |fields| self.payload(op, fields, &path));
        Call {
            op,
            path,
            query,
            payload,
        }
    }

    fn payload(&mut self, op: Op, fields: &[Field], path: &[String]) -> Payload {
        if self.spoils && self.dice.chance(6) {
            return Payload::Broken(self.dice.one(&["{", "{\"name\":}", "nul"]));
        }
        if self.spoils && self.dice.chance(6) {
            return Payload::Json(self.dice.one(&[0, 1, 2]).into());
        }
        let mut body = self.object(op, fields);
        if op == Op::ReorderGroup && !self.spoils {
            let group = path.first().map_or("", String::as_str);
            body.insert("planIds".to_owned(), self.order(group));
        }
        Payload::Json(Value::Object(body))
    }

    fn object(&mut self, op: Op, fields: &[Field]) -> Map<String, Value> {
        let mut object = Map::new();
        for field in fields {
            if self.spoils && self.dice.chance(20) {
                self.spoil(op, field, &mut object);
            } else if field.required || self.dice.chance(self.likelihood(op, field.name)) {
                object.insert(field.name.to_owned(), self.sent(op, field));
            }
        }
        if self.spoils && self.dice.chance(15) {
            object.insert("colour".to_owned(), json!("red"));
        }
        object
    }

    /// How often an optional field is sent: less often where it is most likely refused.
    fn likelihood(&self, op: Op, field: &str) -> usize {
        let is = |consumption: &str| {
            self.plan
                .is_some_and(|plan| plan.consumption == consumption)
        };
        let is_free = self.plan.is_some_and(|plan| plan.is_free);
        match field {
            "isFree" => 15,
            "planGroupId" => 25,
            "metadata" => 20,
            "includedBalance" if is("balance") => 60,
            "includedBalance" => 4,
            "includedCredits" | "creditsPerUnit" if is("credits") => 50,
            "includedCredits" | "creditsPerUnit" => 4,
            "pricingMode" | "margin" if is("balance") => 40,
            "pricingMode" | "margin" => 4,
            "unlimited" => 15,
            "introOffer" if is_free => 10,
            "blockOnExhaustion" | "includedAmount" => 30,
            "prices" | "features" | "introOffers" if op == Op::SetRegional => 30,
            "prices" | "features" | "introOffers" => 35,
            _ => 45,
        }
    }

    fn sent(&mut self, op: Op, field: &Field) -> Value {
        if field.nullable && self.dice.chance(20) {
            Value::Null
        } else {
            self.value(op, field)
        }
    }

    /// Omits the field or sends an unsuitable value, which is sometimes valid after all.
    fn spoil(&mut self, op: Op, field: &Field, object: &mut Map<String, Value>) {
        let beyond = [
            "9007199254740992",
            "-1",
            "1.5",
            "99999999999999999999999",
            "-9007199254740991",
            "0",
        ];
        let value = match self.dice.below(7) {
            0 => return,
            1 => Value::Null,
            2 => number(self.dice.one(&beyond)),
            3 => json!(self.dice.one(&["", "5", "true", "MONTHLY", "Metered"])),
            4 => json!(self.dice.chance(50)),
            5 => {
                if self.dice.chance(50) {
                    json!([])
                } else {
                    json!({})
                }
            }
            _ => self.too_long(op, field),
        };
        object.insert(field.name.to_owned(), value);
    }

    fn too_long(&mut self, op: Op, field: &Field) -> Value {
        match field.kind {
            Kind::Text { max, .. } if max < usize::MAX => json!("ñ".repeat(max + 1)),
            Kind::Name => json!("ñ".repeat(NAME_LENGTH + 1)),
            Kind::Code => json!("a".repeat(101)),
            Kind::Rows { max, .. } if max <= 200 => {
                (0..=max).map(|_| self.value(op, field)).collect()
            }
            _ => json!({}),
        }
    }

    /// A value of the field's kind, from the pool for its name.
    fn value(&mut self, op: Op, field: &Field) -> Value {
        match field.kind {
            Kind::Text { max, .. } => self.text(op, field.name, max),
            Kind::Name => self.text(op, field.name, NAME_LENGTH),
            Kind::Code => self.code(op),
            Kind::Int { .. } => number(self.integer(field.name)),
            Kind::Flag => json!(self.dice.chance(50)),
            Kind::Currency if self.dice.chance(15) => json!(self.dice.one(&ODD_CURRENCIES)),
            Kind::Currency => json!(self.dice.one(&CURRENCIES)),
            Kind::OneOf(words) => json!(self.dice.one(words)),
            Kind::Rate => number(self.dice.one(&RATES)),
            Kind::Bag => self.metadata(),
            Kind::Shape(fields) => Value::Object(self.part(op, fields)),
            Kind::Rows { min, row, .. } => {
                let rows = self.dice.below(3).max(min);
                (0..rows)
                    .map(|_| Value::Object(self.object(op, row)))
                    .collect()
            }
            Kind::Texts { .. } => (0..self.dice.below(3).max(1))
                .map(|_| self.part_name(op, field.name))
                .collect(),
        }
    }

    /// A name for a list of names.
    fn part_name(&mut self, op: Op, field: &str) -> Value {
        json!(match field {
            "features" => self.feature_on_plan(),
            _ if op == Op::ResyncCurrency => self.price_id(),
            _ => self.plan_id(),
        })
    }

    /// Mostly a complete offer, so that many can be enabled.
    fn part(&mut self, op: Op, fields: &[Field]) -> Map<String, Value> {
        if !self.dice.chance(60) {
            return self.object(op, fields);
        }
        fields
            .iter()
            .map(|field| (field.name.to_owned(), self.value(op, field)))
            .collect()
    }

    fn integer(&mut self, name: &str) -> &'static str {
        let is_free = self.plan.is_some_and(|plan| plan.is_free);
        match name {
            "price" | "trialDays" if is_free && self.dice.chance(80) => "0",
            "trialDays" => self.dice.one(&["0", "1", "14", "14.0", "730", "731"]),
            "price" | "includedBalance" | "unitPrice" | "overageUnitPrice" => self.dice.one(&MONEY),
            "discountValue" => self.dice.one(&DISCOUNTS),
            "durationCycles" => self.dice.one(&["1", "3", "12"]),
            "sortOrder" if self.dice.chance(3) => BOUND,
            "sortOrder" => self.dice.one(&["0", "1", "2", "2", "7"]),
            _ => self.dice.one(&COUNTS),
        }
    }

    fn text(&mut self, op: Op, name: &str, max: usize) -> Value {
        let text = match name {
            "featureId" if op == Op::AddPlanFeature => self.feature_name(),
            "featureId" => self.feature_on_plan(),
            "priceId" => self.price_id(),
            "planId" => self.plan_id(),
            "planGroupId" => self.group_id(),
            "currency" if self.dice.chance(20) => self.dice.one(&ODD_CURRENCIES).to_owned(),
            "currency" => self.dice.one(&CURRENCIES).to_owned(),
            "unitName" => self.dice.one(&["", "seat", "Sitz"]).to_owned(),
            _ if max < usize::MAX && self.dice.chance(4) => "☕".repeat(max),
            "description" => self
                .dice
                .one(&["", "For all.", "One\nand \"two\""])
                .to_owned(),
            _ => self.dice.one(&NAMES).to_owned(),
        };
        json!(text)
    }

    fn code(&mut self, op: Op) -> Value {
        let pool: &[&str] = if op == Op::CreatePlan {
            &PLAN_CODES
        } else {
            &FEATURE_CODES
        };
        let code = match self.dice.below(100) {
            0..5 => self.dice.one(&RESERVED_CODES),
            5..7 => self.dice.one(&NO_CODES),
            _ => self.dice.one(pool),
        };
        json!(code)
    }

    /// Metadata of many kinds, at the limits and just beyond them.
    fn metadata(&mut self) -> Value {
        let many = |count: usize| {
            (0..count)
                .map(|index| (format!("k{index}"), json!(index)))
                .collect::<Map<_, _>>()
        };
        match self.dice.below(10) {
            9 => json!({"list": [1, number(self.dice.one(&["1e308", "1e309", "-1e400"]))]}),
            0 => json!({}),
            1 => Value::Object(many(50)),
            2 => Value::Object(many(51)),
            3 => json!({"é".repeat(40): 1}),
            4 => json!({"é".repeat(41): 1}),
            5 => json!({"a": "x".repeat(16 * 1024 - 8)}),
            6 => json!({"a": "x".repeat(16 * 1024 - 7)}),
            _ => {
                json!({"tier": 3, "tags": ["a", null, {"deep": true}], "": "no name", "note": "☕ \"q\""})
            }
        }
    }

    /// The plans of a group in some order, or almost those.
    fn order(&mut self, group: &str) -> Value {
        let mut ids: Vec<String> = self
            .model
            .members(group)
            .iter()
            .map(|plan| plan.id.clone())
            .collect();
        self.dice.shuffle(&mut ids);
        match self.dice.below(10) {
            0 => drop(ids.pop()),
            1 => ids.extend(ids.first().cloned()),
            2 => ids.push(self.plan_id()),
            _ => {}
        }
        json!(ids)
    }
}

/// A number with exactly these digits.
fn number(digits: &str) -> Value {
    digits
        .parse::<Number>()
        .map(Value::Number)
        .expect("a number of a pool")
}
