//! Slots: values that a single writer owns, each named by a number.
//!
//! A slot shows in several rows, or in several fields of one. One call writes all of them, so they
//! always have the same number.

use reqwest::Method;
use serde_json::{Value, json};

use super::catalog::Catalog;
use crate::support::making::item;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The rate of a currency, and every price in it.
    Rate,
    /// One price in several currencies.
    Overrides,
    /// A price, and the values derived from it.
    Price,
    /// The texts of a plan.
    Words,
    /// An object with this number, which may exist or not.
    Plan(u64),
    Feature(u64),
    Group(u64),
}

impl Slot {
    /// Whether the slot is an object that can be created and deleted.
    pub fn is_thing(self) -> bool {
        matches!(self, Self::Plan(_) | Self::Feature(_) | Self::Group(_))
    }
}

/// The slots of every writer's plan.
pub const OF_THE_PLAN: [Slot; 4] = [Slot::Rate, Slot::Overrides, Slot::Price, Slot::Words];

const OVERRIDDEN: [&str; 3] = ["gbp", "mxn", "brl"];

/// A request that can be sent repeatedly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
}

impl Call {
    pub fn new(method: Method, path: impl Into<String>, body: Value) -> Self {
        Self {
            method,
            path: path.into(),
            body: Some(body),
        }
    }

    pub fn delete(path: impl Into<String>) -> Self {
        Self {
            method: Method::DELETE,
            path: path.into(),
            body: None,
        }
    }
}

/// The owner of slots.
#[derive(Debug, Clone)]
pub struct Owner {
    /// A prefix of codes and names that no other owner has.
    pub name: String,
    /// The prices of the owner's plan: monthly, quarterly, yearly.
    pub prices: Vec<String>,
}

impl Owner {
    pub fn plan(&self) -> String {
        format!("{}_plan", self.name)
    }

    /// The code or name of an object.
    pub fn thing(&self, slot: Slot) -> String {
        match slot {
            Slot::Plan(number) => format!("{}_p{number}", self.name),
            Slot::Feature(number) => format!("{}_f{number}", self.name),
            Slot::Group(number) => format!("{}_g{number}", self.name),
            _ => self.plan(),
        }
    }

    /// The call that sets the value of a slot, or creates an object.
    pub fn write(&self, slot: Slot, n: u64) -> Call {
        let (plan, thing) = (self.plan(), self.thing(slot));
        match slot {
            Slot::Rate => Call::new(
                Method::PUT,
                format!("/plans/{plan}/regional"),
                json!({"currency": "eur", "exchangeRate": n, "prices": self.prices.iter()
                    .map(|id| json!({"priceId": id, "price": n})).collect::<Value>()}),
            ),
            Slot::Overrides => Call::new(
                Method::PUT,
                format!("/plans/{plan}/prices/{}/regional", self.prices[0]),
                json!({"overrides": OVERRIDDEN.map(|currency| json!({"currency": currency, "price": n}))}),
            ),
            Slot::Price => Call::new(
                Method::PUT,
                format!("/plans/{plan}/prices/{}", self.prices[1]),
                json!({"price": n}),
            ),
            Slot::Words => Call::new(
                Method::PUT,
                format!("/plans/{plan}/manage"),
                json!({"name": words(n), "description": words(n), "metadata": {"n": n}}),
            ),
            Slot::Plan(_) => Call::new(
                Method::POST,
                "/plans/manage",
                json!({"name": words(n), "code": thing, "description": words(n), "metadata": {"n": n}}),
            ),
            Slot::Feature(_) => Call::new(
                Method::POST,
                "/features/manage",
                json!({"name": words(n), "code": thing, "type": "usage", "description": words(n)}),
            ),
            Slot::Group(_) => Call::new(
                Method::POST,
                "/plan-groups",
                json!({"name": thing, "description": words(n)}),
            ),
        }
    }

    /// The call that deletes an object; groups are known only by their ids.
    pub fn delete(&self, slot: Slot, id: &str) -> Call {
        let thing = self.thing(slot);
        match slot {
            Slot::Plan(_) => Call::delete(format!("/plans/{thing}/manage")),
            Slot::Feature(_) => Call::delete(format!("/features/{thing}/manage")),
            Slot::Group(_) => Call::delete(format!("/plan-groups/{id}")),
            _ => unreachable!("a writer does not delete its plan"),
        }
    }

    /// The value of a slot in a catalog; `None` if the object does not exist.
    pub fn read(&self, slot: Slot, catalog: &Catalog) -> Result<Option<u64>, String> {
        let Some(found) = catalog.thing(slot, &self.thing(slot)) else {
            return Ok(None);
        };
        let shown = match slot {
            Slot::Rate => self.shown_by_rate(found),
            Slot::Overrides => {
                let regional = &self.price(found, 0)["regionalPrices"];
                OVERRIDDEN
                    .iter()
                    .map(|currency| in_currency(regional, currency))
                    .collect()
            }
            Slot::Price => {
                let price = self.price(found, 1);
                let regional = &price["regionalPrices"];
                let (cad, jpy) = (in_currency(regional, "cad"), in_currency(regional, "jpy"));
                vec![price["price"].as_u64(), cad, jpy]
            }
            Slot::Words | Slot::Plan(_) => vec![
                number(&found["name"]),
                number(&found["description"]),
                found["metadata"]["n"].as_u64(),
            ],
            Slot::Feature(_) => vec![number(&found["name"]), number(&found["description"])],
            Slot::Group(_) => vec![number(&found["description"])],
        };
        match shown.first() {
            Some(Some(n)) if shown.iter().all(|other| *other == Some(*n)) => Ok(Some(*n)),
            _ => Err(format!(
                "{slot:?} of {} is incomplete: {shown:?} in {found}",
                self.name
            )),
        }
    }

    fn shown_by_rate(&self, plan: &Value) -> Vec<Option<u64>> {
        let rate = item(&plan["exchangeRates"], "currency", "eur")["exchangeRate"].as_u64();
        let prices = (0..self.prices.len())
            .map(|place| in_currency(&self.price(plan, place)["regionalPrices"], "eur"));
        std::iter::once(rate).chain(prices).collect()
    }

    fn price<'a>(&self, plan: &'a Value, place: usize) -> &'a Value {
        item(&plan["prices"], "id", &self.prices[place])
    }
}

fn words(n: u64) -> String {
    format!("Number {n}")
}

fn number(text: &Value) -> Option<u64> {
    text.as_str()?.strip_prefix("Number ")?.parse().ok()
}

fn in_currency(regional: &Value, currency: &str) -> Option<u64> {
    item(regional, "currency", currency)["price"].as_u64()
}
