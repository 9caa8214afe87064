//! What one writer owns and nobody else writes: slots, each with a value that a number names.
//!
//! A slot shows in several rows, or in several fields of one. They are written by one call, so they
//! have the same number at any time.

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
    /// A price, and what is derived from it.
    Price,
    /// What a plan is called, in several fields.
    Words,
    /// The thing of this number, which is there or not.
    Plan(u64),
    Feature(u64),
    Group(u64),
}

impl Slot {
    /// Whether it is a thing that can be made and deleted.
    pub fn is_thing(self) -> bool {
        matches!(self, Self::Plan(_) | Self::Feature(_) | Self::Group(_))
    }
}

/// The slots of every writer's plan.
pub const OF_THE_PLAN: [Slot; 4] = [Slot::Rate, Slot::Overrides, Slot::Price, Slot::Words];

const OVERRIDDEN: [&str; 3] = ["gbp", "mxn", "brl"];

/// A request, to be sent as often as it takes.
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

/// Whose slots they are.
#[derive(Debug, Clone)]
pub struct Owner {
    /// A start of codes and names that no other owner has.
    pub name: String,
    /// The prices of the owner's plan: monthly, quarterly, yearly.
    pub prices: Vec<String>,
}

impl Owner {
    pub fn plan(&self) -> String {
        format!("{}_plan", self.name)
    }

    /// The code or name of a thing.
    pub fn thing(&self, slot: Slot) -> String {
        match slot {
            Slot::Plan(number) => format!("{}_p{number}", self.name),
            Slot::Feature(number) => format!("{}_f{number}", self.name),
            Slot::Group(number) => format!("{}_g{number}", self.name),
            _ => self.plan(),
        }
    }

    /// The call that gives a slot a value, or makes a thing.
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

    /// The call that takes a thing away; a group is known by its id alone.
    pub fn delete(&self, slot: Slot, id: &str) -> Call {
        let thing = self.thing(slot);
        match slot {
            Slot::Plan(_) => Call::delete(format!("/plans/{thing}/manage")),
            Slot::Feature(_) => Call::delete(format!("/features/{thing}/manage")),
            Slot::Group(_) => Call::delete(format!("/plan-groups/{id}")),
            _ => unreachable!("a writer keeps its plan"),
        }
    }

    /// The value of a slot in a catalog; none, where there is no such thing.
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
                "{slot:?} of {} is half done: {shown:?} in {found}",
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
