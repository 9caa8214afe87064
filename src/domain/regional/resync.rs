//! Deriving manual values again.

use super::derive::{Blame, Deriver};
use super::named::{FeaturesByName, NamedParts, found};
use super::{CURRENCY, RegionalOffer, Resync};
use crate::domain::error::{Result, Violations};
use crate::domain::feature::FeatureRef;
use crate::domain::id::PriceId;
use crate::domain::money::{Currency, ExchangeRate};
use crate::domain::plan::Plan;
use crate::domain::plan_check::{Breach, Part};

/// The parts of the plan whose manual values are derived again.
pub(super) struct Resynced {
    is_everything: bool,
    named: NamedParts,
}

impl Resynced {
    /// Finds what is named.
    ///
    /// # Errors
    /// `PriceNotFound` or `FeatureNotInPlan`, in the item that names it.
    pub fn resolve(plan: &Plan, wanted: &Resync) -> Result<Self> {
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
                prices: found(prices.iter(), "prices", "", price)?,
                features: found(features.iter(), "features", "", feature)?,
                intro_offers: found(intro_offers.iter(), "introOffers", "", price)?,
            },
        })
    }

    /// Refuses a part that is named twice in one list.
    pub fn check_once(&self, violations: &mut Violations) {
        self.named.check_once(violations, "", "");
    }

    /// Derives the values again, and notes what cannot be derived.
    pub fn derive(
        &self,
        plan: &mut Plan,
        rate: &ExchangeRate,
        currency: Currency,
        violations: &mut Violations,
    ) {
        for (at, index) in self.named.prices.iter().enumerate() {
            let blame = self.blame("prices", at);
            let price = &mut plan.prices[*index];
            let Some(regional) = price.regional.get_mut(&currency) else {
                continue;
            };
            if price.terms.enabled_offer().is_some() {
                regional.intro_offer = regional.intro_offer.told_from_deleted();
            }
            regional.auto_synced = true;
            regional.balance_auto_synced = true;
            let deriver = Deriver::at(rate, currency, &blame, violations);
            regional.follow(&price.terms, deriver);
        }
        for (at, index) in self.named.intro_offers.iter().enumerate() {
            let blame = self.blame("introOffers", at);
            let price = &mut plan.prices[*index];
            let Some(regional) = price.regional.get_mut(&currency) else {
                continue;
            };
            if let RegionalOffer::Manual(_) = regional.intro_offer {
                let mut deriver = Deriver::at(rate, currency, &blame, violations);
                regional.intro_offer = RegionalOffer::Derived(deriver.offer(&price.terms));
            }
        }
        for (at, index) in self.named.features.iter().enumerate() {
            let blame = self.blame("features", at);
            let item = &mut plan.features[*index];
            item.regional.remove(&currency);
            item.sync(Deriver::at(rate, currency, &blame, violations));
        }
    }

    fn blame(&self, list: &str, at: usize) -> Blame {
        Blame::Field(if self.is_everything {
            CURRENCY.to_owned()
        } else {
            format!("{list}[{at}]")
        })
    }

    /// The field to blame for a rule that the plan breaks now.
    pub fn field(&self, plan: &Plan, breach: &Breach) -> String {
        let id = match &breach.part {
            Part::Regional(id, _) if !self.is_everything => id,
            _ => return CURRENCY.to_owned(),
        };
        if let Some(at) = self.named.offer_place(plan, id) {
            return format!("introOffers[{at}]");
        }
        let price = self.named.price_place(plan, id);
        price.map_or(CURRENCY.to_owned(), |at| format!("prices[{at}]"))
    }
}
