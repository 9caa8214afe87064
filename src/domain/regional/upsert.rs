//! Setting manual prices in several currencies.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::derive::{Deriver, ErrorField};
use super::request::RegionalOverride;
use super::value::{RegionalOffer, RegionalPrice};
use crate::domain::error::{Result, Violations};
use crate::domain::id::PriceId;
use crate::domain::money::Currency;
use crate::domain::plan::Plan;
use crate::domain::plan_check::{Part, PlanCheck, Rule};
use crate::domain::plan_price::PlanPrice;

impl Plan {
    /// Sets manual values of one price; other currencies stay as they are. On error the plan is
    /// left partly changed; drop it.
    ///
    /// # Errors
    /// `PriceNotFound`; validation of the overrides.
    pub fn upsert_regional_prices(
        &mut self,
        price: Option<&PriceId>,
        overrides: &[RegionalOverride],
    ) -> Result<&PlanPrice> {
        let index = self.price_index(price)?;
        let check = PlanCheck::before(self);
        let mut violations = Violations::default();
        let mut underivable = Violations::default();
        let mut paths = BTreeMap::new();
        for (item, wanted) in overrides.iter().enumerate() {
            let path = format!("overrides[{item}]");
            let Some(currency) = Currency::parse(&wanted.currency) else {
                let message = "Is not a supported currency.";
                violations.add(format!("{path}.currency"), message);
                continue;
            };
            if let Entry::Vacant(entry) = paths.entry(currency) {
                entry.insert(path.clone());
                self.set_override(index, currency, wanted, path, &mut underivable);
            } else {
                violations.add(format!("{path}.currency"), "Names a currency twice.");
            }
        }
        check.after(self, &mut violations, |broken| {
            let path = match &broken.part {
                Part::Regional(_, currency) => paths.get(currency),
                Part::Price(_) | Part::Feature(_) => None,
            };
            let path = path.map_or("overrides", String::as_str);
            match broken.rule {
                Rule::Balance => format!("{path}.includedBalance"),
                _ => format!("{path}.price"),
            }
        });
        violations.append(underivable);
        violations.into_result()?;
        Ok(&self.prices[index])
    }

    fn set_override(
        &mut self,
        index: usize,
        currency: Currency,
        wanted: &RegionalOverride,
        path: String,
        violations: &mut Violations,
    ) {
        let rate = self.rate_of(currency).cloned();
        let price = &mut self.prices[index];
        let new = RegionalPrice {
            // If there is a rate, a missing value has been deleted.
            intro_offer: match rate {
                Some(_) => RegionalOffer::Deleted,
                None => RegionalOffer::Derived(None),
            },
            ..RegionalPrice::UNDERIVED
        };
        let regional = price.regional.entry(currency).or_insert(new);
        regional.set_manually(wanted.price, wanted.included_balance);
        if let Some(rate) = rate {
            if price.terms.enabled_offer().is_some() {
                regional.intro_offer = regional.intro_offer.missing_is_deleted();
            }
            let error_field = ErrorField::Item(path);
            let deriver = Deriver::at(&rate, currency, &error_field, violations);
            regional.follow(&price.terms, deriver);
        }
    }
}
