//! Explanations of prices on the wire.

use serde::Serialize;

use super::change::Actor;
use super::object::object;
use super::scalar::{Nullable, Rate, SafeInteger, kind};
use crate::catalog::explain::ExplainedPlan;
use crate::domain::change::Revision;
use crate::domain::explain::{Explained, Money, Since, Source};
use crate::domain::money::{Currency, Product};
use crate::domain::timestamp::Timestamp;

object! {
    /// A plan with the explanation of each of its money values.
    #[derive(Debug, Serialize)]
    pub struct PlanPricingExplanation {
        /// The id of the plan.
        plan_id: String { example: "pln_01960b2e8f3a7c41a5d2e9b07c6f1d34" },
        /// The code of the plan.
        code: String { example: "example_plan" },
        /// The values: prices and then features in the order of the plan, each in US dollars first and then in the other currencies by their codes.
        values: Vec<ExplainedValue>,
    }
}

object! {
    /// A money value of a plan, and how it came about.
    #[derive(Debug, Serialize)]
    pub struct ExplainedValue {
        /// Where the plan shows the value, with billing intervals, codes of features and currencies instead of positions.
        path: String { example: "prices[monthly].regionalPrices[jpy].price" },
        /// The currency of the value.
        currency: Currency { example: "jpy" },
        /// The value as the plan shows it: minor units of the currency, or 1/10000 of a major unit for a price of overage.
        value: SafeInteger { example: 7350 },
        /// The value in major units: with the digits of the currency, or with four for a price of overage.
        decimal: String { example: "7350" },
        /// Where the value comes from.
        source: Source { example: "derived" },
        /// The value in US dollars, in the unit of the base, that it is derived from, or would be if it were not set by hand. Null on a base value, and where there is no such amount.
        base: Nullable<SafeInteger> { example: 4900 },
        /// The exchange rate that the plan has for the currency, as it was set; null on a base value, and where there is none.
        exchange_rate: Nullable<Rate> { example: 150 },
        /// The exact product of the base and the rate, in the unit of the value, before it was rounded; null unless the value is derived.
        exact: Nullable<String> { example: "7350" },
        /// How the product was rounded to the value, always `half_away_from_zero`; null unless the value is derived.
        rounding: Nullable<kind::HalfAwayFromZero> { example: "half_away_from_zero" },
        /// What the value would be if it were derived, in its unit; null unless it is set by hand and can be derived at a rate of the plan.
        derived_would_be: Nullable<SafeInteger> { example: 7350 },
        /// How far the value is from `derivedWouldBe`, as a fraction of it with four decimal places: -0.0816 is 8.16 % below. Null where that is null or 0.
        deviation: Nullable<String> { example: "-0.0816" },
        since: Nullable<ValueSince>,
    }
}

object! {
    /// The change that last wrote a value; null where it is not in the history any more, and for keys without the permission `history`.
    #[derive(Debug, Serialize)]
    pub struct ValueSince {
        /// The revision that the change made.
        revision: Revision { example: 42 },
        /// When it was made.
        at: Timestamp { example: "2026-07-11T09:30:00.000Z" },
        /// Who made it.
        actor: Actor,
        /// Why it was made, in the words of whoever made it.
        note: Nullable<String> { example: "Summer prices" },
    }
}

impl PlanPricingExplanation {
    /// The explanation of a plan.
    pub fn new(explained: ExplainedPlan) -> Self {
        let ExplainedPlan {
            plan_id,
            code,
            values,
        } = explained;
        Self {
            plan_id: plan_id.to_string(),
            code: code.as_str().to_owned(),
            values: values.into_iter().map(ExplainedValue::new).collect(),
        }
    }
}

impl ExplainedValue {
    fn new(explained: Explained) -> Self {
        let deviation = explained.deviation();
        let Explained {
            path,
            currency,
            value,
            source,
            base,
            exchange_rate,
            exact,
            derived_would_be,
            since,
        } = explained;
        let number = |money: Money| SafeInteger(money.get());
        Self {
            path,
            currency,
            value: number(value),
            decimal: value.to_major_units(currency),
            source,
            base: base.map(number).into(),
            exchange_rate: exchange_rate.as_ref().map(Rate::from).into(),
            exact: exact.as_ref().map(Product::to_string).into(),
            rounding: exact.map(|_| kind::HalfAwayFromZero).into(),
            derived_would_be: derived_would_be.map(number).into(),
            deviation: deviation.into(),
            since: since.map(ValueSince::new).into(),
        }
    }
}

impl ValueSince {
    fn new(since: Since) -> Self {
        let Since {
            revision,
            at,
            actor,
            note,
        } = since;
        Self {
            revision: Revision::new(revision),
            at,
            actor: actor.into(),
            note: note.into(),
        }
    }
}
