//! Large catalogs.

use std::time::{Duration, Instant};

use super::shop::{catalog, change_all, lint_all, monthly};
use crate::domain::money::Currency;
use crate::domain::plan_price::BillingInterval;

/// The bound is generous, since tests are built without optimization and run side by side; what
/// grows with the square of the number of plans exceeds it anyway.
#[test]
fn large_catalogs_take_little_time() {
    let plans = (1..=5000).map(|number| {
        let plan = monthly(number, 1000).price(BillingInterval::Yearly, 10_000);
        let plan = plan.rate(Currency::Eur, "0.92").rate(Currency::Jpy, "150");
        plan.manual(BillingInterval::Monthly, Currency::Eur, 5000)
    });
    let before = catalog(plans);
    let mut after = before.clone();
    for plan in &mut after.plans {
        plan.sort_order += 1;
    }
    let start = Instant::now();
    assert_eq!(lint_all(&before).len(), 5000);
    assert_eq!(change_all(&before, &after).len(), 0);
    assert!(start.elapsed() < Duration::from_secs(20));
}
