//! Regional pricing: what a plan costs in every other currency.
//!
//! A value is *derived* from its base in US dollars at the plan's rate, or *manual*, set by the
//! client. Derived values follow their base in the same change; manual ones never move.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

pub(super) use self::derive::{Blame, Deriver};
use self::overrides::Overrides;
use self::resync::Resynced;
use super::error::{Error, Result, Violations};
use super::feature::FeatureRef;
use super::id::PriceId;
use super::money::{Amount, Currency, ExchangeRate, Positive, UnitPrice};
use super::patch::Patch;
use super::plan::{Plan, PlanExchangeRate};
use super::plan_check::{Part, PlanCheck, Rule};
use super::plan_price::{DiscountType, PlanPrice};

/// What is kept of a price in a currency. What is manual stays whatever the base does; see
/// [`PlanPrice::visible_offer`] for when an offer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionalPrice {
    /// In minor units of the currency.
    pub price: Amount,
    /// Whether the price is derived.
    pub auto_synced: bool,
    /// Balance included, in minor units of the currency.
    pub included_balance: Option<Amount>,
    /// Whether the balance is derived; it can be where the price is manual.
    pub balance_auto_synced: bool,
    /// The intro offer in this currency, derived or not, whatever the price beside it is.
    pub intro_offer: RegionalOffer,
}

/// The intro offer of a price in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionalOffer {
    /// It follows the base: none while the base makes no offer, or there is no rate to derive with.
    Derived(Option<OfferTerms>),
    /// It was set by the client.
    Manual(OfferTerms),
    /// It was deleted with the other values: only the currency's rate, when it is set again, brings
    /// it back.
    Deleted,
}

/// What an intro offer in a currency says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferTerms {
    /// What the value counts.
    pub discount_type: DiscountType,
    /// Basis points, or minor units of the currency.
    pub discount_value: Positive,
    /// How many billing cycles it lasts.
    pub duration_cycles: Positive,
}

/// A manual value of one price in one currency.
#[derive(Debug, Clone)]
pub struct RegionalOverride {
    /// The currency's code in either case, as the client wrote it.
    pub currency: String,
    /// In minor units of the currency.
    pub price: Amount,
    /// In minor units of the currency. Left out, a manual one stays and any other is derived; null
    /// derives it.
    pub included_balance: Patch<Amount>,
}

/// A request to price a plan in one currency.
#[derive(Debug, Clone)]
pub struct RegionalPricing {
    /// The currency.
    pub currency: Currency,
    /// Units of it per US dollar: the JSON number that the client sent.
    pub exchange_rate: String,
    /// Manual prices.
    pub prices: Vec<PriceOverride>,
    /// Manual prices of overage.
    pub features: Vec<FeatureOverride>,
    /// Manual intro offers.
    pub intro_offers: Vec<IntroOfferOverride>,
}

/// A manual price in the currency of the request.
#[derive(Debug, Clone)]
pub struct PriceOverride {
    /// The price it is for; `None` where the text can be no id.
    pub price_id: Option<PriceId>,
    /// In minor units of the currency.
    pub price: Amount,
    /// As [`RegionalOverride::included_balance`].
    pub included_balance: Patch<Amount>,
}

/// A manual price of overage in the currency of the request.
#[derive(Debug, Clone)]
pub struct FeatureOverride {
    /// The feature it is for; `None` where the text can name none.
    pub feature: Option<FeatureRef>,
    /// On the rate scale (1/10000 of a major unit).
    pub overage_unit_price: UnitPrice,
}

/// A manual intro offer in the currency of the request.
#[derive(Debug, Clone)]
pub struct IntroOfferOverride {
    /// The price it is for; `None` where the text can be no id.
    pub price_id: Option<PriceId>,
    /// What the value counts.
    pub discount_type: DiscountType,
    /// Basis points, or minor units of the currency.
    pub discount_value: Positive,
    /// How many billing cycles it lasts.
    pub duration_cycles: Positive,
}

/// How much of a plan has a value in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configured {
    /// Prices.
    pub prices: usize,
    /// Features.
    pub features: usize,
}

/// Which manual values are to be derived again.
#[derive(Debug, Clone)]
pub enum Resync {
    /// All there are.
    Everything,
    /// Those of these parts of the plan; `None` where a text can name none.
    Named {
        /// Prices whose price and balance are derived again.
        prices: Vec<Option<PriceId>>,
        /// Features whose price of overage is derived again.
        features: Vec<Option<FeatureRef>>,
        /// Prices whose intro offer is derived again.
        intro_offers: Vec<Option<PriceId>>,
    },
}

/// The field of a call that sets a rate.
const EXCHANGE_RATE: &str = "exchangeRate";

/// The parameter of a call about one currency of a plan.
const CURRENCY: &str = "currency";

impl PlanPrice {
    fn regional_mut(&mut self, currency: Currency) -> &mut RegionalPrice {
        let regional = self.regional.entry(currency);
        regional.or_insert(RegionalPrice::TO_DERIVE)
    }
}

impl RegionalPrice {
    /// What a price starts from in a currency, before its values are derived.
    const TO_DERIVE: Self = Self {
        price: Amount::LARGEST,
        auto_synced: true,
        included_balance: None,
        balance_auto_synced: true,
        intro_offer: RegionalOffer::Derived(None),
    };

    /// Sets the price manually, and updates the balance as the request says.
    fn set_by_hand(&mut self, price: Amount, included_balance: Patch<Amount>) {
        self.price = price;
        self.auto_synced = false;
        match included_balance {
            Patch::Keep => {}
            Patch::Clear => {
                self.included_balance = None;
                self.balance_auto_synced = true;
            }
            Patch::Set(balance) => {
                self.included_balance = Some(balance);
                self.balance_auto_synced = false;
            }
        }
    }
}

impl Plan {
    /// Prices the plan in one currency: stores the rate, takes the manual values of the request,
    /// and derives every other value that is not manual already. A plan that refuses is left half
    /// changed, for the caller to drop.
    ///
    /// # Errors
    /// `PriceNotFound` or `FeatureNotInPlan` for what the request names; validation of manual
    /// values, or of `exchangeRate` where a derived value would be refused.
    pub fn set_regional_pricing(&mut self, request: &RegionalPricing) -> Result<Configured> {
        let overrides = Overrides::resolve(self, request)?;
        let check = PlanCheck::before(self);
        let mut violations = Violations::default();
        overrides.check(&mut violations, self);
        overrides.apply(self, request);
        let mut underivable = Violations::default();
        self.derive_at(request, &mut underivable);
        check.after(self, &mut violations, |breach| {
            overrides.field(self, breach)
        });
        overrides.check_offers(&mut violations, self, request);
        violations.append(underivable);
        violations.into_result()?;
        Ok(self.configured(request.currency))
    }

    /// Stores the rate of the request and derives what is not manual. If the rate is invalid,
    /// derived values are unknown, so they are reset and checked against nothing.
    fn derive_at(&mut self, request: &RegionalPricing, violations: &mut Violations) {
        let currency = request.currency;
        match ExchangeRate::parse(&request.exchange_rate) {
            Ok(rate) => {
                self.set_rate(currency, &rate);
                let blame = Blame::Field(EXCHANGE_RATE.to_owned());
                for price in &mut self.prices {
                    price.sync(Deriver::at(&rate, currency, &blame, violations));
                }
                for item in &mut self.features {
                    item.sync(Deriver::at(&rate, currency, &blame, violations));
                }
            }
            Err(why) => {
                for price in &mut self.prices {
                    price.forget_derived(currency);
                }
                violations.add(EXCHANGE_RATE, why.message());
            }
        }
    }

    /// How much of the plan has a visible value in a currency.
    fn configured(&self, currency: Currency) -> Configured {
        let prices = self.prices.iter();
        let features = self.features.iter();
        Configured {
            prices: prices
                .filter(|price| price.regional.contains_key(&currency))
                .count(),
            features: features
                .filter(|item| item.visible_regional().contains_key(&currency))
                .count(),
        }
    }

    fn set_rate(&mut self, currency: Currency, rate: &ExchangeRate) {
        let rates = &mut self.exchange_rates;
        match rates.binary_search_by_key(&currency, |known| known.currency) {
            Ok(at) => rates[at].exchange_rate = rate.clone(),
            Err(at) => rates.insert(
                at,
                PlanExchangeRate {
                    currency,
                    exchange_rate: rate.clone(),
                },
            ),
        }
    }

    /// Writes manual values of one price; other currencies stay as they are. A plan that refuses is
    /// left half changed, for the caller to drop.
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
        let mut places = BTreeMap::new();
        for (at, wanted) in overrides.iter().enumerate() {
            let path = format!("overrides[{at}]");
            let Some(currency) = Currency::parse(&wanted.currency) else {
                let message = "Is not a currency that the server knows.";
                violations.add(format!("{path}.currency"), message);
                continue;
            };
            if let Entry::Vacant(place) = places.entry(currency) {
                place.insert(path.clone());
                self.set_by_hand(index, currency, wanted, path, &mut underivable);
            } else {
                violations.add(format!("{path}.currency"), "Names a currency twice.");
            }
        }
        check.after(self, &mut violations, |breach| {
            let path = match &breach.part {
                Part::Regional(_, currency) => places.get(currency),
                Part::Price(_) | Part::Feature(_) => None,
            };
            let path = path.map_or("overrides", String::as_str);
            match breach.rule {
                Rule::Balance => format!("{path}.includedBalance"),
                _ => format!("{path}.price"),
            }
        });
        violations.append(underivable);
        violations.into_result()?;
        Ok(&self.prices[index])
    }

    fn set_by_hand(
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
            // With a rate there is a value, unless it was deleted.
            intro_offer: match rate {
                Some(_) => RegionalOffer::Deleted,
                None => RegionalOffer::Derived(None),
            },
            ..RegionalPrice::TO_DERIVE
        };
        let regional = price.regional.entry(currency).or_insert(new);
        regional.set_by_hand(wanted.price, wanted.included_balance);
        if let Some(rate) = rate {
            if price.terms.enabled_offer().is_some() {
                regional.intro_offer = regional.intro_offer.told_from_deleted();
            }
            let blame = Blame::Item(path);
            let deriver = Deriver::at(&rate, currency, &blame, violations);
            regional.follow(&price.terms, deriver);
        }
    }

    /// Takes every regional value of a price away; the plan's rates stay.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn delete_regional_prices(&mut self, price: Option<&PriceId>) -> Result<()> {
        let index = self.price_index(price)?;
        self.prices[index].regional.clear();
        Ok(())
    }

    /// Withdraws a currency: its rate and every value in it go, manual ones and those that are not
    /// visible, too.
    ///
    /// # Errors
    /// `RegionalPricingNotFound` if the plan has neither a rate nor a value in the currency, or if
    /// `currency` is `None`.
    pub fn delete_regional_pricing(&mut self, currency: Option<Currency>) -> Result<Currency> {
        let currency = currency.ok_or(Error::RegionalPricingNotFound)?;
        let rates = self.exchange_rates.len();
        self.exchange_rates.retain(|rate| rate.currency != currency);
        let mut is_there = self.exchange_rates.len() < rates;
        for price in &mut self.prices {
            is_there |= price.regional.remove(&currency).is_some();
        }
        for item in &mut self.features {
            is_there |= item.regional.remove(&currency).is_some();
        }
        is_there
            .then_some(currency)
            .ok_or(Error::RegionalPricingNotFound)
    }

    /// Derives manual values again, at the stored rate. What was deleted stays away. A plan that
    /// refuses is left half changed, for the caller to drop.
    ///
    /// # Errors
    /// `RegionalPricingNotFound` if `currency` is `None`; `PriceNotFound` or `FeatureNotInPlan` for
    /// what the request names; validation where there is no rate, of a part that is named twice, and
    /// of a value that cannot be derived.
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
        check.after(self, &mut violations, |breach| resynced.field(self, breach));
        violations.append(underivable);
        violations.into_result()?;
        let rate = PlanExchangeRate {
            currency,
            exchange_rate: rate,
        };
        Ok((rate, self.configured(currency)))
    }
}

mod derive;
mod named;
mod overrides;
mod resync;

#[cfg(test)]
mod properties;
