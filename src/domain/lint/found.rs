//! What a rule finds, before it is known whose it is.

use super::finding::{Finding, LintRule};
use crate::domain::change::{Object, Value};
use crate::domain::money::{Currency, ExchangeRate};

/// What a rule finds in an object.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub rule: LintRule,
    pub path: String,
    pub message: String,
    pub value: Value,
    pub expected: Value,
}

impl Found {
    /// The finding about an object.
    pub fn in_object(self, object: &Object) -> Finding {
        let Self {
            rule,
            path,
            message,
            value,
            expected,
        } = self;
        Finding {
            rule,
            severity: rule.severity(),
            object_type: object.object_type,
            id: Some(object.id.clone()),
            code: object.code.clone(),
            path,
            message,
            value,
            expected,
        }
    }

    /// Whether the values are those of another finding of the same rule at the same path.
    pub fn has_values_of(&self, other: &Self) -> bool {
        is_same(&self.value, &other.value) && is_same(&self.expected, &other.expected)
    }
}

/// The value of a rate.
pub(super) fn rate_value(rate: &ExchangeRate) -> Value {
    Value::Decimal(rate.as_str().to_owned())
}

/// Whether two values are the same. Rates may be written in different ways.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Decimal(one), Value::Decimal(other)) if one != other => {
            let rates = ExchangeRate::parse(one)
                .ok()
                .zip(ExchangeRate::parse(other).ok());
            rates.is_some_and(|(one, other)| one.has_value_of(&other))
        }
        _ => one == other,
    }
}

/// The path of the rate of a currency.
pub(super) fn rate_path(currency: Currency) -> String {
    format!("exchangeRates[{currency}].exchangeRate")
}
