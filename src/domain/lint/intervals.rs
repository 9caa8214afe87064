//! The rule that a longer interval is not dearer than a shorter one for the same time.

use super::finding::LintRule;
use super::found::Found;
use crate::domain::change::price_path;
use crate::domain::money::{Amount, Currency};
use crate::domain::plan::Plan;
use crate::domain::plan_price::{BillingInterval, PlanPrice};

/// The months of an interval; `None` for those that are not a number of months.
const fn months(interval: BillingInterval) -> Option<i128> {
    match interval {
        BillingInterval::Monthly => Some(1),
        BillingInterval::Quarterly => Some(3),
        BillingInterval::Yearly => Some(12),
        BillingInterval::Weekly | BillingInterval::OneTime => None,
    }
}

const WEEKS_OF_A_YEAR: i128 = 52;
const MONTHS_OF_A_YEAR: i128 = 12;

/// The intervals whose prices one is compared with: the first that has a price.
const fn references(interval: BillingInterval) -> &'static [BillingInterval] {
    match interval {
        BillingInterval::Monthly => &[BillingInterval::Weekly],
        BillingInterval::Quarterly => &[BillingInterval::Monthly, BillingInterval::Weekly],
        _ => &[
            BillingInterval::Monthly,
            BillingInterval::Weekly,
            BillingInterval::Quarterly,
        ],
    }
}

/// A price in one currency.
#[derive(Clone, Copy)]
struct Charge {
    amount: Amount,
    is_manual: bool,
}

impl Charge {
    fn base(price: &PlanPrice) -> Self {
        Self {
            amount: price.terms.price,
            is_manual: true,
        }
    }

    fn regional(price: &PlanPrice, currency: Currency) -> Option<Self> {
        let regional = price.regional.get(&currency)?;
        Some(Self {
            amount: regional.price,
            is_manual: !regional.auto_synced,
        })
    }
}

/// Compares the prices of a plan for longer intervals with those for shorter ones, in US dollars
/// and in every currency.
pub(super) fn check(plan: &Plan, found: &mut Vec<Found>) {
    for longer in &plan.prices {
        let base = dearer(plan, longer, |price| Some(Charge::base(price)));
        found.extend(base.map(|dearer| {
            let name = format!("The {} price", longer.billing_interval);
            dearer.found(
                &name,
                format!("{}.price", price_path(longer)),
                Currency::Usd,
            )
        }));
        for currency in longer.regional.keys().copied() {
            let regional = dearer(plan, longer, |price| Charge::regional(price, currency));
            found.extend(regional.map(|dearer| {
                let name = format!("The {} price in {currency}", longer.billing_interval);
                let path = format!("{}.regionalPrices[{currency}].price", price_path(longer));
                dearer.found(&name, path, currency)
            }));
        }
    }
}

/// A price that is above another for the same time.
struct Dearer {
    amount: Amount,
    reference: BillingInterval,
    /// What the other is for the time of this one, rounded down.
    expected: Amount,
}

/// Compares the price for an interval with its reference. What is derived on both sides is as in US
/// dollars.
fn dearer(
    plan: &Plan,
    longer: &PlanPrice,
    charge: impl Fn(&PlanPrice) -> Option<Charge>,
) -> Option<Dearer> {
    let own_months = months(longer.billing_interval)?;
    let own = charge(longer)?;
    let mut references = references(longer.billing_interval).iter();
    let (reference, shorter) = references.find_map(|interval| {
        let mut prices = plan.prices.iter();
        let price = prices.find(|price| price.billing_interval == *interval)?;
        Some((*interval, charge(price)?))
    })?;
    let (times, parts) = match months(reference) {
        Some(months) => (own_months, months),
        None => (WEEKS_OF_A_YEAR * own_months, MONTHS_OF_A_YEAR),
    };
    let total = i128::from(shorter.amount.get()) * times;
    let is_dearer = i128::from(own.amount.get()) * parts > total;
    (is_dearer && (own.is_manual || shorter.is_manual)).then(|| Dearer {
        amount: own.amount,
        reference,
        // Not above the own amount, which is within the limits.
        expected: i64::try_from(total / parts).map_or(own.amount, Amount::from_row),
    })
}

impl Dearer {
    fn found(&self, name: &str, path: String, currency: Currency) -> Found {
        let message = format!(
            "{name}, {}, is above the {} price for the same time, {}.",
            self.amount.to_major_units(currency),
            self.reference,
            self.expected.to_major_units(currency)
        );
        Found {
            rule: LintRule::YearlyDearer,
            path,
            message,
            value: self.amount.get().into(),
            expected: self.expected.get().into(),
        }
    }
}
