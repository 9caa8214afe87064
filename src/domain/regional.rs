//! Regional pricing: what a plan costs in every other currency.
//!
//! A value is *derived* from its base in US dollars at the plan's rate, or *manual*, set by the
//! client. Derived values follow their base in the same change; manual ones never move.

use super::error::{Result, Violations};
use super::feature::{FeatureRef, FeatureType};
use super::id::PriceId;
use super::money::{Amount, Currency, ExchangeRate, Positive, Unconvertible, UnitPrice};
use super::plan::{ConsumptionModel, Plan, PlanExchangeRate};
use super::plan_feature::RegionalOverage;
use super::plan_price::{DiscountType, PlanPrice, PriceTerms, check_discount};

/// A price in a currency.
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
    /// The intro offer in this currency.
    pub intro_offer: Option<RegionalIntroOffer>,
}

/// An intro offer in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegionalIntroOffer {
    /// What the value counts.
    pub discount_type: DiscountType,
    /// Basis points, or minor units of the currency.
    pub discount_value: Positive,
    /// How many billing cycles it lasts.
    pub duration_cycles: Positive,
    /// Whether it is derived, whatever the price beside it is.
    pub auto_synced: bool,
}

/// A manual value of one price in one currency.
#[derive(Debug, Clone)]
pub struct RegionalOverride {
    /// The currency's code in either case, as the client wrote it.
    pub currency: String,
    /// In minor units of the currency.
    pub price: Amount,
    /// In minor units of the currency; where it is left out, it is derived.
    pub included_balance: Option<Amount>,
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
    /// In minor units of the currency; where it is left out, it is derived.
    pub included_balance: Option<Amount>,
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

/// What the caller is told to mend when a value cannot be derived.
#[derive(Debug, Clone)]
pub(super) enum Blame {
    /// The base that was changed: each value has its own field.
    Base,
    /// The rate that was set.
    Rate,
    /// The item of a request at this path, which left a value out.
    Item(String),
}

/// Derives values in one currency, and notes what cannot be derived: nothing may become too large,
/// or free by rounding. What it then answers is of no matter, since the change is refused.
pub(super) struct Deriver<'a> {
    rate: &'a ExchangeRate,
    currency: Currency,
    blame: &'a Blame,
    violations: &'a mut Violations,
}

impl<'a> Deriver<'a> {
    /// Derives at a rate.
    pub(super) fn at(
        rate: &'a ExchangeRate,
        currency: Currency,
        blame: &'a Blame,
        violations: &'a mut Violations,
    ) -> Self {
        Self {
            rate,
            currency,
            blame,
            violations,
        }
    }

    /// The currency that values are derived in.
    pub(super) fn currency(&self) -> Currency {
        self.currency
    }

    fn noted<T>(&mut self, field: &str, derived: Result<T, Unconvertible>, otherwise: T) -> T {
        derived.unwrap_or_else(|why| {
            let field = match self.blame {
                Blame::Base => field.to_owned(),
                Blame::Rate => "exchangeRate".to_owned(),
                Blame::Item(path) => format!("{path}.{field}"),
            };
            self.violations.add_once(field, why.message(self.currency));
            otherwise
        })
    }

    fn price(&mut self, terms: &PriceTerms) -> Amount {
        let derived = self.rate.convert_amount(terms.price, self.currency);
        // A discount beside a price that is refused is held to no limit.
        self.noted("price", derived, Amount::LARGEST)
    }

    fn balance(&mut self, terms: &PriceTerms) -> Option<Amount> {
        let base = terms.included_balance?;
        let derived = self.rate.convert_amount(base, self.currency);
        Some(self.noted("includedBalance", derived, Amount::ZERO))
    }

    /// An amount is derived like a price; all else of an offer is copied.
    fn offer(&mut self, terms: &PriceTerms) -> Option<RegionalIntroOffer> {
        let offer = terms.enabled_offer()?;
        let duration_cycles = offer.duration_cycles?;
        let (discount_type, base) = (offer.discount_type?, offer.discount_value?);
        let discount_value = match discount_type {
            DiscountType::Percentage => base,
            DiscountType::Amount => {
                let derived = self.rate.convert_discount(base, self.currency);
                self.noted("introOffer.discountValue", derived, base)
            }
        };
        Some(RegionalIntroOffer {
            discount_type,
            discount_value,
            duration_cycles,
            auto_synced: true,
        })
    }

    /// The price of one unit of overage.
    pub(super) fn overage(&mut self, base: UnitPrice) -> RegionalOverage {
        let derived = self.rate.convert_unit_price(base);
        let unit_price = self.noted("overage.unitPrice", derived, UnitPrice::ZERO);
        RegionalOverage {
            unit_price,
            auto_synced: true,
        }
    }
}

impl PlanPrice {
    /// Gives a new price its values in every currency that the plan has a rate for.
    pub(super) fn derive_all(&mut self, rates: &[PlanExchangeRate], violations: &mut Violations) {
        for PlanExchangeRate {
            currency,
            exchange_rate,
        } in rates
        {
            self.sync(Deriver::at(
                exchange_rate,
                *currency,
                &Blame::Base,
                violations,
            ));
        }
    }

    /// Derives again what is derived, after the base changed. Values that were deleted stay away;
    /// an intro offer that itself changed gets values where the price has some.
    pub(super) fn follow_base(
        &mut self,
        rates: &[PlanExchangeRate],
        offer_changed: bool,
        violations: &mut Violations,
    ) {
        let terms = self.terms;
        for (currency, regional) in &mut self.regional {
            let rate = rates.iter().find(|rate| rate.currency == *currency);
            let deriver = rate
                .map(|rate| Deriver::at(&rate.exchange_rate, *currency, &Blame::Base, violations));
            regional.follow(&terms, deriver, offer_changed);
        }
    }

    /// Derives every value in a currency that is not manual, those that are missing included.
    fn sync(&mut self, deriver: Deriver<'_>) {
        let terms = self.terms;
        let regional = self
            .regional
            .entry(deriver.currency)
            .or_insert(RegionalPrice::TO_DERIVE);
        regional.follow(&terms, Some(deriver), true);
    }
}

impl RegionalPrice {
    /// What a price starts from in a currency, before its values are derived.
    const TO_DERIVE: Self = Self {
        price: Amount::ZERO,
        auto_synced: true,
        included_balance: None,
        balance_auto_synced: true,
        intro_offer: None,
    };

    fn manual(price: Amount, included_balance: Option<Amount>, before: Option<&Self>) -> Self {
        Self {
            price,
            auto_synced: false,
            included_balance,
            balance_auto_synced: included_balance.is_none(),
            intro_offer: before.and_then(|regional| regional.intro_offer),
        }
    }

    /// Derives what is not manual; without a rate there is nothing to derive with. An intro offer
    /// that is missing here was deleted, or there was none to derive: it is derived only if
    /// `offer_changed`.
    fn follow(&mut self, terms: &PriceTerms, deriver: Option<Deriver<'_>>, offer_changed: bool) {
        let Some(mut deriver) = deriver else {
            if self.balance_auto_synced {
                self.included_balance = None;
            }
            return;
        };
        if self.auto_synced {
            self.price = deriver.price(terms);
        }
        if self.balance_auto_synced {
            self.included_balance = deriver.balance(terms);
        }
        if self
            .intro_offer
            .map_or(offer_changed, |offer| offer.auto_synced)
        {
            self.intro_offer = deriver.offer(terms);
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
        let mut violations = Violations::default();
        overrides.check_manual_values(&mut violations, self, request);
        overrides.apply(self, request);
        let derived = self.derive_at(request, &mut violations);
        overrides.check_amounts(&mut violations, self, request, derived);
        violations.into_result()?;
        Ok(Configured {
            prices: self.prices.len(),
            features: self
                .features
                .iter()
                .filter(|item| item.regional.contains_key(&request.currency))
                .count(),
        })
    }

    /// Stores the rate of the request and derives what is not manual. Answers whether there was a
    /// rate to derive with.
    fn derive_at(&mut self, request: &RegionalPricing, violations: &mut Violations) -> bool {
        match ExchangeRate::parse(&request.exchange_rate) {
            Ok(rate) => {
                self.set_rate(request.currency, &rate);
                self.sync_currency(request.currency, &rate, violations);
                true
            }
            Err(why) => {
                violations.add("exchangeRate", why.message());
                false
            }
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

    fn sync_currency(
        &mut self,
        currency: Currency,
        rate: &ExchangeRate,
        violations: &mut Violations,
    ) {
        for price in &mut self.prices {
            price.sync(Deriver::at(rate, currency, &Blame::Rate, violations));
        }
        for item in &mut self.features {
            item.sync(Deriver::at(rate, currency, &Blame::Rate, violations));
        }
    }

    /// Writes manual values of one price; other currencies stay as they are.
    ///
    /// # Errors
    /// `PriceNotFound`; validation of the overrides.
    pub fn upsert_regional_prices(
        &mut self,
        price: Option<&PriceId>,
        overrides: &[RegionalOverride],
    ) -> Result<&PlanPrice> {
        let index = self.price_index(price)?;
        let mut violations = Violations::default();
        let mut seen = Vec::with_capacity(overrides.len());
        for (at, wanted) in overrides.iter().enumerate() {
            let path = format!("overrides[{at}]");
            self.check_manual_price(
                &mut violations,
                &path,
                wanted.price,
                wanted.included_balance,
            );
            match Currency::parse(&wanted.currency) {
                None => violations.add(
                    format!("{path}.currency"),
                    "Is no currency that the server knows.",
                ),
                Some(currency) if seen.contains(&currency) => {
                    violations.add(format!("{path}.currency"), "Names a currency twice.");
                }
                Some(currency) => {
                    seen.push(currency);
                    self.set_by_hand(index, currency, wanted, path, &mut violations);
                }
            }
        }
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
        let terms = self.prices[index].terms;
        let blame = Blame::Item(path);
        let deriver = self
            .rate_of(currency)
            .map(|rate| Deriver::at(rate, currency, &blame, violations));
        let before = self.prices[index].regional.get(&currency);
        let mut manual = RegionalPrice::manual(wanted.price, wanted.included_balance, before);
        manual.follow(&terms, deriver, false);
        self.prices[index].regional.insert(currency, manual);
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

    /// A manual price keeps the plan's kind: a free plan is free everywhere, and only a balance
    /// plan includes a balance.
    fn check_manual_price(
        &self,
        violations: &mut Violations,
        field: &str,
        price: Amount,
        included_balance: Option<Amount>,
    ) {
        violations.require(
            !self.is_free || price == Amount::ZERO,
            format!("{field}.price"),
            "A free plan costs 0.",
        );
        violations.require(
            included_balance.is_none() || self.consumption_model == ConsumptionModel::Balance,
            format!("{field}.includedBalance"),
            "Belongs to balance plans.",
        );
    }
}

/// The parts of the plan that a request has manual values for, in the order of the request.
struct Overrides {
    prices: Vec<usize>,
    features: Vec<usize>,
    intro_offers: Vec<usize>,
}

impl Overrides {
    fn resolve(plan: &Plan, request: &RegionalPricing) -> Result<Self> {
        let price = |list: &str, at: usize, id: &Option<PriceId>| {
            let found = plan.price_index(id.as_ref());
            found.map_err(|error| error.in_field(format!("{list}[{at}].priceId")))
        };
        let feature = |(at, name): (usize, &Option<FeatureRef>)| {
            let found = plan.feature_index(name.as_ref());
            found.map_err(|error| error.in_field(format!("features[{at}].featureId")))
        };
        Ok(Self {
            prices: request
                .prices
                .iter()
                .enumerate()
                .map(|(at, item)| price("prices", at, &item.price_id))
                .collect::<Result<_>>()?,
            features: request
                .features
                .iter()
                .map(|item| &item.feature)
                .enumerate()
                .map(feature)
                .collect::<Result<_>>()?,
            intro_offers: request
                .intro_offers
                .iter()
                .enumerate()
                .map(|(at, item)| price("introOffers", at, &item.price_id))
                .collect::<Result<_>>()?,
        })
    }

    fn check_manual_values(
        &self,
        violations: &mut Violations,
        plan: &Plan,
        request: &RegionalPricing,
    ) {
        require_once(violations, &self.prices, "prices", "priceId");
        require_once(violations, &self.features, "features", "featureId");
        require_once(violations, &self.intro_offers, "introOffers", "priceId");
        for (at, wanted) in request.prices.iter().enumerate() {
            let field = format!("prices[{at}]");
            plan.check_manual_price(violations, &field, wanted.price, wanted.included_balance);
        }
        for (at, index) in self.features.iter().enumerate() {
            violations.require(
                plan.features[*index].feature.feature_type != FeatureType::Boolean,
                format!("features[{at}].featureId"),
                "A boolean feature has no overage.",
            );
        }
        for at in 0..request.intro_offers.len() {
            let field = format!("introOffers[{at}]");
            violations.require(
                !plan.is_free,
                field.as_str(),
                "A free plan has no intro offer.",
            );
        }
    }

    fn apply(&self, plan: &mut Plan, request: &RegionalPricing) {
        let currency = request.currency;
        for (index, wanted) in self.prices.iter().zip(&request.prices) {
            let regional = &mut plan.prices[*index].regional;
            let manual = RegionalPrice::manual(
                wanted.price,
                wanted.included_balance,
                regional.get(&currency),
            );
            regional.insert(currency, manual);
        }
        for (index, wanted) in self.features.iter().zip(&request.features) {
            let manual = RegionalOverage {
                unit_price: wanted.overage_unit_price,
                auto_synced: false,
            };
            plan.features[*index].regional.insert(currency, manual);
        }
        for (index, wanted) in self.intro_offers.iter().zip(&request.intro_offers) {
            let regional = &mut plan.prices[*index].regional;
            regional
                .entry(currency)
                .or_insert(RegionalPrice::TO_DERIVE)
                .intro_offer = Some(RegionalIntroOffer {
                discount_type: wanted.discount_type,
                discount_value: wanted.discount_value,
                duration_cycles: wanted.duration_cycles,
                auto_synced: false,
            });
        }
    }

    /// Checks manual discounts against the prices that the request leads to. Where nothing could
    /// be derived, only prices that are manual are known.
    fn check_amounts(
        &self,
        violations: &mut Violations,
        plan: &Plan,
        request: &RegionalPricing,
        derived: bool,
    ) {
        for (at, (index, wanted)) in self
            .intro_offers
            .iter()
            .zip(&request.intro_offers)
            .enumerate()
        {
            let regional = plan.prices[*index].regional.get(&request.currency);
            let known = regional.filter(|regional| derived || !regional.auto_synced);
            let price = known.map_or(Amount::LARGEST, |regional| regional.price);
            let field = format!("introOffers[{at}].discountValue");
            check_discount(
                violations,
                &field,
                wanted.discount_type,
                wanted.discount_value,
                price,
            );
        }
    }
}

/// Refuses a request that names the same part of the plan twice in one list.
fn require_once(violations: &mut Violations, indexes: &[usize], list: &str, field: &str) {
    for (at, index) in indexes.iter().enumerate() {
        violations.require(
            !indexes[..at].contains(index),
            format!("{list}[{at}].{field}"),
            "Is named twice.",
        );
    }
}

#[cfg(test)]
mod properties;
