//! The limits of intro offers.

use crate::domain::money::{Amount, Currency, Positive};
use crate::domain::plan_price::{BillingInterval, DiscountType};

/// 100 % in basis points: the largest discount of type `percentage`.
const MAX_PERCENTAGE: i64 = 10_000;

/// The message for an offer of several cycles on a one-time price.
pub(in crate::domain) const ONE_CYCLE: &str = "An intro offer on a one-time price lasts 1 cycle.";

/// The maximum discount on a price in the same currency, in basis points or minor units.
pub(in crate::domain) fn max_discount(discount_type: DiscountType, price: Amount) -> i64 {
    match discount_type {
        DiscountType::Percentage => MAX_PERCENTAGE,
        DiscountType::Amount => price.get(),
    }
}

/// The message for a discount above the maximum.
pub(in crate::domain) fn discount_message(
    discount_type: DiscountType,
    price: Amount,
    currency: Currency,
) -> String {
    match discount_type {
        DiscountType::Percentage => {
            format!("A percentage must be 1 to {MAX_PERCENTAGE} basis points.")
        }
        DiscountType::Amount => {
            format!("An amount must not exceed the price, which is {price} in {currency}.")
        }
    }
}

/// The maximum number of cycles of an offer.
pub(in crate::domain) fn max_cycles(interval: BillingInterval) -> i64 {
    match interval {
        BillingInterval::OneTime => 1,
        BillingInterval::Weekly
        | BillingInterval::Monthly
        | BillingInterval::Quarterly
        | BillingInterval::Yearly => Positive::MAX,
    }
}
