//! The median of the rates that the other plans have for a currency.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::domain::catalog::Catalog;
use crate::domain::money::{Currency, ExchangeRate};

/// The middle rates of every currency that two or more plans have a rate for.
pub(super) struct Medians<'a>(HashMap<Currency, Middle<'a>>);

/// The two rates of which one is the median of the others.
struct Middle<'a> {
    /// The median without a rate above it.
    lower: &'a ExchangeRate,
    /// The median without that rate or one below it.
    upper: &'a ExchangeRate,
}

impl<'a> Medians<'a> {
    /// The medians of a catalog.
    pub fn of(catalog: &'a Catalog) -> Self {
        let mut rates: HashMap<_, Vec<_>> = HashMap::new();
        for rate in catalog.plans.iter().flat_map(|plan| &plan.exchange_rates) {
            let of_currency = rates.entry(rate.currency).or_default();
            of_currency.push(&rate.exchange_rate);
        }
        let middles = rates.into_iter();
        let middles = middles.filter_map(|(currency, rates)| Some((currency, middle(rates)?)));
        Self(middles.collect())
    }

    /// The median of the rates of all plans but one, which has `own`. Where the others have two in the
    /// middle, it is the median of all: one wrong rate must not make right ones look wrong. `None` if
    /// no other plan has one.
    pub fn of_others(&self, currency: Currency, own: &ExchangeRate) -> Option<&'a ExchangeRate> {
        let middle = self.0.get(&currency)?;
        Some(match by_value(own, middle.lower) {
            Ordering::Less | Ordering::Equal => middle.upper,
            Ordering::Greater => middle.lower,
        })
    }
}

/// In an order of `n` rates, the median of `n - 1` has the index `(n - 2) / 2` if the one that is
/// left out comes later, and the next index if it is that one or comes earlier.
fn middle(mut rates: Vec<&ExchangeRate>) -> Option<Middle<'_>> {
    let is_odd = rates.len() % 2 == 1;
    let index = rates.len().checked_sub(2)? / 2;
    let (_, lower, above) = rates.select_nth_unstable_by(index, |a, b| by_value(a, b));
    let upper = above.iter().min_by(|a, b| by_value(a, b))?;
    let lower = if is_odd { upper } else { lower };
    Some(Middle { lower, upper })
}

/// By value, and by text among the same values, so that the result does not depend on chance.
fn by_value(one: &ExchangeRate, other: &ExchangeRate) -> Ordering {
    let by_text = || one.as_str().cmp(other.as_str());
    one.cmp_times(1, other, 1).then_with(by_text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn medians_leave_one_out(numbers in prop::collection::vec(1..20_u32, 2..12), own in 0..12_usize) {
            let mut rates: Vec<_> = numbers.iter().map(u32::to_string).collect();
            let own = own % rates.len();
            let parsed: Vec<_> = rates.iter().map(|text| ExchangeRate::parse(text).unwrap()).collect();
            let medians = Medians(HashMap::from([(Currency::Eur, middle(parsed.iter().collect()).unwrap())]));
            let found = medians.of_others(Currency::Eur, &parsed[own]).unwrap();
            if rates.len() % 2 == 0 {
                rates.remove(own);
            }
            rates.sort_by_key(|text| text.parse::<u32>().unwrap());
            prop_assert_eq!(found.as_str(), &rates[(rates.len() - 1) / 2]);
        }
    }

    #[test]
    fn one_rate_has_no_others() {
        assert!(middle(Vec::new()).is_none());
        let rate = ExchangeRate::parse("1").unwrap();
        assert!(middle(vec![&rate]).is_none());
    }
}
