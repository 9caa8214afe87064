//! Resync: deriving manual values again.

use super::configured::Configured;
use super::derive::{Deriver, ErrorField};
use super::named::{FeaturesByName, NamedParts, find_all};
use super::request::{CURRENCY, Resync};
use super::value::RegionalOffer;
use crate::domain::error::{Error, Result, Violations};
use crate::domain::feature::FeatureRef;
use crate::domain::id::PriceId;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_check::{BrokenRule, Part, PlanCheck};

impl Plan {
    /// Derives manual values again at the stored rate. Deleted values stay deleted. On error the
    /// plan is left partly changed; drop it.
    ///
    /// # Errors
    /// `RegionalPricingNotFound` if `currency` is `None`; `PriceNotFound` or `FeatureNotInPlan` for
    /// parts that the request names; validation if there is no rate, a part is named twice, or a
    /// value cannot be derived.
    pub fn resync_regional_pricing(
        &mut self,
        currency: Option<Currency>,
        wanted: &Resync,
    ) -> Result<(PlanExchangeRate, Configured)> {
        let currency = currency.ok_or(Error::RegionalPricingNotFound)?;
        let resynced = Resynced::resolve(self, wanted)?;
        let Some(rate) = self.rate_of(currency).cloned() else {
            let message = format!("The plan has no exchange rate for {currency}.");
            return Err(Error::invalid(CURRENCY, message));
        };
        let check = PlanCheck::before(self);
        let mut violations = Violations::default();
        resynced.check_once(&mut violations);
        let mut underivable = Violations::default();
        resynced.derive(self, &rate, currency, &mut underivable);
        check.after(self, &mut violations, |broken| resynced.field(self, broken));
        violations.append(underivable);
        violations.into_result()?;
        let rate = PlanExchangeRate {
            currency,
            exchange_rate: rate,
        };
        Ok((rate, Configured::of(self, currency)))
    }
}

/// The parts of the plan whose manual values are derived again.
struct Resynced {
    is_everything: bool,
    named: NamedParts,
}

impl Resynced {
    /// Finds the parts that the request names.
    ///
    /// # Errors
    /// `PriceNotFound` or `FeatureNotInPlan`, in the item that names the part.
    fn resolve(plan: &Plan, wanted: &Resync) -> Result<Self> {
        let Resync::Named {
            prices,
            features,
            intro_offers,
        } = wanted
        else {
            return Ok(Self {
                is_everything: true,
                named: NamedParts {
                    prices: (0..plan.prices.len()).collect(),
                    features: (0..plan.features.len()).collect(),
                    intro_offers: (0..plan.prices.len()).collect(),
                },
            });
        };
        let by_name = FeaturesByName::of(plan);
        let price = |id: &Option<PriceId>| plan.price_index(id.as_ref());
        let feature = |name: &Option<FeatureRef>| by_name.index(name.as_ref());
        Ok(Self {
            is_everything: false,
            named: NamedParts {
                prices: find_all(prices.iter(), "prices", "", price)?,
                features: find_all(features.iter(), "features", "", feature)?,
                intro_offers: find_all(intro_offers.iter(), "introOffers", "", price)?,
            },
        })
    }

    /// Refuses a part that is named twice in one list.
    fn check_once(&self, violations: &mut Violations) {
        self.named.check_once(violations, "", "");
    }

    /// Derives the values again, and records those that cannot be derived.
    fn derive(
        &self,
        plan: &mut Plan,
        rate: &ExchangeRate,
        currency: Currency,
        violations: &mut Violations,
    ) {
        for (item, index) in self.named.prices.iter().enumerate() {
            let error_field = self.error_field("prices", item);
            let price = &mut plan.prices[*index];
            let Some(regional) = price.regional.get_mut(&currency) else {
                continue;
            };
            if price.terms.enabled_offer().is_some() {
                regional.intro_offer = regional.intro_offer.missing_is_deleted();
            }
            regional.auto_synced = true;
            regional.balance_auto_synced = true;
            let deriver = Deriver::at(rate, currency, &error_field, violations);
            regional.follow(&price.terms, deriver);
        }
        for (item, index) in self.named.intro_offers.iter().enumerate() {
            let error_field = self.error_field("introOffers", item);
            let price = &mut plan.prices[*index];
            let Some(regional) = price.regional.get_mut(&currency) else {
                continue;
            };
            if let RegionalOffer::Manual(_) = regional.intro_offer {
                let mut deriver = Deriver::at(rate, currency, &error_field, violations);
                regional.intro_offer = RegionalOffer::Derived(deriver.offer(&price.terms));
            }
        }
        for (item, index) in self.named.features.iter().enumerate() {
            let error_field = self.error_field("features", item);
            let feature = &mut plan.features[*index];
            feature.regional.remove(&currency);
            feature.sync(Deriver::at(rate, currency, &error_field, violations));
        }
    }

    fn error_field(&self, list: &str, item: usize) -> ErrorField {
        ErrorField::Field(if self.is_everything {
            CURRENCY.to_owned()
        } else {
            format!("{list}[{item}]")
        })
    }

    /// The field at fault for a rule that the plan breaks after the change.
    fn field(&self, plan: &Plan, broken: &BrokenRule) -> String {
        let id = match &broken.part {
            Part::Regional(id, _) if !self.is_everything => id,
            _ => return CURRENCY.to_owned(),
        };
        if let Some(item) = self.named.offer_position(plan, id) {
            return format!("introOffers[{item}]");
        }
        let price = self.named.price_position(plan, id);
        price.map_or(CURRENCY.to_owned(), |item| format!("prices[{item}]"))
    }
}
