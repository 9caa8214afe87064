//! Regional pricing: what a plan costs in every other currency.
//!
//! A value is *derived* from its base in US dollars at the plan's rate, or *manual*, set by the
//! client. Derived values follow their base in the same change; manual ones never move.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::error::{Error, Result, Violations};
use super::feature::{FeatureRef, FeatureType};
use super::id::PriceId;
use super::money::{Amount, Currency, ExchangeRate, Positive, Unconvertible, UnitPrice};
use super::patch::Patch;
use super::plan::{Plan, PlanExchangeRate};
use super::plan_check::{
    Breach, ONE_CYCLE, Part, PlanCheck, Rule, discount_message, max_discount, most_cycles,
};
use super::plan_feature::{PlanFeature, RegionalOverage};
use super::plan_price::{DiscountType, PlanPrice, PriceChange, PriceTerms};

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

/// What the caller is told to mend when a value cannot be derived.
#[derive(Debug, Clone)]
pub(super) enum Blame {
    /// The base that is new: each value has its own field.
    Base,
    /// The base that was changed: a discount may be in the way for several reasons.
    Change(PriceChange),
    /// This one field of the call.
    Field(String),
    /// The item of a request at this path, which left a value out.
    Item(String),
}

/// The field of a call that sets a rate.
const EXCHANGE_RATE: &str = "exchangeRate";

/// The parameter of a call about one currency of a plan.
const CURRENCY: &str = "currency";

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

    fn noted<T>(&mut self, field: &str, derived: Result<T, Unconvertible>) -> Option<T> {
        derived
            .map_err(|why| {
                let field = match self.blame {
                    Blame::Change(change) if field == DISCOUNT => {
                        change.discount_field().to_owned()
                    }
                    Blame::Base | Blame::Change(_) => field.to_owned(),
                    Blame::Field(field) => field.clone(),
                    Blame::Item(path) => format!("{path}.{field}"),
                };
                self.violations.add_once(field, why.message(self.currency));
            })
            .ok()
    }

    fn price(&mut self, terms: &PriceTerms) -> Amount {
        let derived = self.rate.convert_amount(terms.price, self.currency);
        // A discount beside a price that is refused is held to no limit.
        self.noted("price", derived).unwrap_or(Amount::LARGEST)
    }

    fn balance(&mut self, terms: &PriceTerms) -> Option<Amount> {
        let base = terms.included_balance?;
        let derived = self.rate.convert_amount(base, self.currency);
        self.noted("includedBalance", derived)
    }

    /// An amount is derived like a price; all else of an offer is copied.
    fn offer(&mut self, terms: &PriceTerms) -> Option<OfferTerms> {
        let offer = terms.enabled_offer()?;
        let duration_cycles = offer.duration_cycles?;
        let (discount_type, base) = (offer.discount_type?, offer.discount_value?);
        let discount_value = match discount_type {
            DiscountType::Percentage => base,
            DiscountType::Amount => {
                let derived = self.rate.convert_discount(base, self.currency);
                self.noted(DISCOUNT, derived)?
            }
        };
        Some(OfferTerms {
            discount_type,
            discount_value,
            duration_cycles,
        })
    }

    /// The price of one unit of overage.
    pub(super) fn overage(&mut self, base: UnitPrice) -> RegionalOverage {
        let derived = self.rate.convert_unit_price(base);
        let unit_price = self.noted("overage.unitPrice", derived);
        RegionalOverage {
            unit_price: unit_price.unwrap_or(UnitPrice::ZERO),
            auto_synced: true,
        }
    }
}

/// The field of a price that holds the value of its discount.
const DISCOUNT: &str = "introOffer.discountValue";

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

    /// Derives again what is derived, after the base changed. Values that were deleted stay away.
    pub(super) fn follow_base(
        &mut self,
        rates: &[PlanExchangeRate],
        change: &PriceChange,
        violations: &mut Violations,
    ) {
        let blame = Blame::Change(*change);
        for PlanExchangeRate {
            currency,
            exchange_rate,
        } in rates
        {
            let Some(regional) = self.regional.get_mut(currency) else {
                continue;
            };
            if change.had_offer() {
                regional.intro_offer = regional.intro_offer.told_from_deleted();
            }
            let deriver = Deriver::at(exchange_rate, *currency, &blame, violations);
            regional.follow(&self.terms, deriver);
        }
    }

    /// Derives every value in a currency that is not manual, deleted ones included.
    fn sync(&mut self, deriver: Deriver<'_>) {
        let terms = self.terms;
        let regional = self.regional_mut(deriver.currency);
        if regional.intro_offer == RegionalOffer::Deleted {
            regional.intro_offer = RegionalOffer::Derived(None);
        }
        regional.follow(&terms, deriver);
    }

    fn regional_mut(&mut self, currency: Currency) -> &mut RegionalPrice {
        let regional = self.regional.entry(currency);
        regional.or_insert(RegionalPrice::TO_DERIVE)
    }
}

impl RegionalOffer {
    /// Programs of older versions left no trace of a deletion: where the base makes an offer and
    /// there is a rate, an offer that is missing was deleted.
    fn told_from_deleted(self) -> Self {
        match self {
            Self::Derived(None) => Self::Deleted,
            other => other,
        }
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

    /// Derives what is neither manual nor deleted.
    fn follow(&mut self, terms: &PriceTerms, mut deriver: Deriver<'_>) {
        if self.auto_synced {
            self.price = deriver.price(terms);
        }
        if self.balance_auto_synced {
            self.included_balance = deriver.balance(terms);
        }
        if let RegionalOffer::Derived(_) = self.intro_offer {
            self.intro_offer = RegionalOffer::Derived(deriver.offer(terms));
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

    /// Stores the rate of the request and derives what is not manual. With a rate that is none,
    /// what would be derived is not known, and forgotten.
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
                let message = "Is no currency that the server knows.";
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
    /// `RegionalPricingNotFound` where the plan has nothing in the currency, or `None` is none.
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
    /// `RegionalPricingNotFound` where `currency` is none; `PriceNotFound` or `FeatureNotInPlan` for
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
        resynced.named.check_once(&mut violations, "", "");
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

impl PlanPrice {
    fn forget_derived(&mut self, currency: Currency) {
        if let Some(regional) = self.regional.get_mut(&currency) {
            if regional.auto_synced {
                regional.price = Amount::LARGEST;
            }
            if let RegionalOffer::Derived(_) = regional.intro_offer {
                regional.intro_offer = RegionalOffer::Derived(None);
            }
        }
    }
}

/// The parts of a plan that a request names, in the order of the request.
struct NamedParts {
    prices: Vec<usize>,
    features: Vec<usize>,
    intro_offers: Vec<usize>,
}

impl NamedParts {
    /// Refuses a request that names the same part of the plan twice in one list: in one of the
    /// fields of an item, such as `.priceId`, or by the item itself.
    fn check_once(&self, violations: &mut Violations, price_field: &str, feature_field: &str) {
        require_once(violations, &self.prices, |at| {
            format!("prices[{at}]{price_field}")
        });
        require_once(violations, &self.features, |at| {
            format!("features[{at}]{feature_field}")
        });
        require_once(violations, &self.intro_offers, |at| {
            format!("introOffers[{at}]{price_field}")
        });
    }

    /// The first item that names a price.
    fn price_place(&self, plan: &Plan, id: &PriceId) -> Option<usize> {
        place_of(&self.prices, plan, id)
    }

    /// The first item that names the intro offer of a price.
    fn offer_place(&self, plan: &Plan, id: &PriceId) -> Option<usize> {
        place_of(&self.intro_offers, plan, id)
    }
}

fn place_of(list: &[usize], plan: &Plan, id: &PriceId) -> Option<usize> {
    let index = plan.price_index(Some(id)).ok()?;
    list.iter().position(|named| *named == index)
}

/// What a request has manual values for.
struct Overrides(NamedParts);

impl Overrides {
    fn resolve(plan: &Plan, request: &RegionalPricing) -> Result<Self> {
        let by_name = FeaturesByName::of(plan);
        let prices = request.prices.iter().map(|item| item.price_id.as_ref());
        let features = request.features.iter().map(|item| item.feature.as_ref());
        let offers = request.intro_offers.iter();
        let offers = offers.map(|item| item.price_id.as_ref());
        let price = |id| plan.price_index(id);
        Ok(Self(NamedParts {
            prices: found(prices, "prices", ".priceId", price)?,
            features: found(features, "features", ".featureId", |name| {
                by_name.index(name)
            })?,
            intro_offers: found(offers, "introOffers", ".priceId", price)?,
        }))
    }

    /// Checks what cannot be seen in the resulting plan.
    fn check(&self, violations: &mut Violations, plan: &Plan) {
        self.0.check_once(violations, ".priceId", ".featureId");
        for (at, index) in self.0.features.iter().enumerate() {
            let PlanFeature {
                feature, settings, ..
            } = &plan.features[*index];
            let why = if feature.feature_type == FeatureType::Boolean {
                "A boolean feature has no overage."
            } else if plan.is_free {
                "A free plan has no overage."
            } else if settings.unlimited {
                "An unlimited feature has no overage."
            } else {
                continue;
            };
            violations.add(format!("features[{at}].featureId"), why);
        }
        for at in 0..self.0.intro_offers.len() {
            violations.require(
                !plan.is_free,
                format!("introOffers[{at}]"),
                "A free plan has no intro offer.",
            );
        }
    }

    fn apply(&self, plan: &mut Plan, request: &RegionalPricing) {
        let currency = request.currency;
        for (index, wanted) in firsts(&self.0.prices, &request.prices) {
            let regional = plan.prices[index].regional_mut(currency);
            regional.set_by_hand(wanted.price, wanted.included_balance);
        }
        for (index, wanted) in firsts(&self.0.features, &request.features) {
            let manual = RegionalOverage {
                unit_price: wanted.overage_unit_price,
                auto_synced: false,
            };
            plan.features[index].regional.insert(currency, manual);
        }
        for (index, wanted) in firsts(&self.0.intro_offers, &request.intro_offers) {
            let regional = plan.prices[index].regional_mut(currency);
            regional.intro_offer = RegionalOffer::Manual(OfferTerms {
                discount_type: wanted.discount_type,
                discount_value: wanted.discount_value,
                duration_cycles: wanted.duration_cycles,
            });
        }
    }

    /// The field to blame for a rule that the plan breaks now.
    fn field(&self, plan: &Plan, breach: &Breach) -> String {
        let Part::Regional(id, _) = &breach.part else {
            return EXCHANGE_RATE.to_owned();
        };
        let price = self.0.price_place(plan, id);
        let offer = self.0.offer_place(plan, id);
        match (breach.rule, offer, price) {
            (Rule::OneCycle, Some(at), _) => format!("introOffers[{at}].durationCycles"),
            (Rule::Percentage | Rule::Amount, Some(at), _) => {
                format!("introOffers[{at}].discountValue")
            }
            (Rule::Balance, _, Some(at)) => format!("prices[{at}].includedBalance"),
            (_, _, Some(at)) => format!("prices[{at}].price"),
            _ => EXCHANGE_RATE.to_owned(),
        }
    }

    /// An offer for a price that has none yet waits for one, out of sight. Nobody switched it off,
    /// so it is held to the limits at once.
    fn check_offers(&self, violations: &mut Violations, plan: &Plan, request: &RegionalPricing) {
        let offers = self.0.intro_offers.iter().zip(&request.intro_offers);
        for (at, (index, wanted)) in offers.enumerate() {
            let price = &plan.prices[*index];
            if price.terms.intro_offer.is_some() {
                continue;
            }
            let beside = price.regional.get(&request.currency);
            let beside = beside.map_or(Amount::LARGEST, |regional| regional.price);
            let discount_type = wanted.discount_type;
            let path = format!("introOffers[{at}]");
            if wanted.discount_value.get() > max_discount(discount_type, beside) {
                violations.add(
                    format!("{path}.discountValue"),
                    discount_message(discount_type, beside, request.currency),
                );
            }
            violations.require(
                wanted.duration_cycles.get() <= most_cycles(price.billing_interval),
                format!("{path}.durationCycles"),
                ONE_CYCLE,
            );
        }
    }
}

/// The places of what the items of a list name: in one of their fields, such as `.priceId`, or by
/// themselves.
fn found<T>(
    names: impl Iterator<Item = T>,
    list: &str,
    field: &str,
    find: impl Fn(T) -> Result<usize>,
) -> Result<Vec<usize>> {
    names
        .enumerate()
        .map(|(at, name)| find(name).map_err(|why| why.in_field(format!("{list}[{at}]{field}"))))
        .collect()
}

/// The features of a plan by their ids and codes, so that many are found as quickly as few. The two
/// never look alike.
struct FeaturesByName<'a>(HashMap<&'a str, usize>);

impl<'a> FeaturesByName<'a> {
    fn of(plan: &'a Plan) -> Self {
        let features = plan.features.iter().enumerate();
        let names = features.flat_map(|(at, PlanFeature { feature, .. })| {
            [(feature.id.as_str(), at), (feature.code.as_str(), at)]
        });
        Self(names.collect())
    }

    fn index(&self, name: Option<&FeatureRef>) -> Result<usize> {
        let found = name.and_then(|name| self.0.get(name.as_str()));
        found.copied().ok_or(Error::FeatureNotInPlan)
    }
}

/// The items of a list with the parts that they name; of those that name the same, the first.
fn firsts<'a, T>(indexes: &'a [usize], items: &'a [T]) -> impl Iterator<Item = (usize, &'a T)> {
    let mut seen = HashSet::with_capacity(indexes.len());
    let all = indexes.iter().copied().zip(items);
    all.filter(move |(index, _)| seen.insert(*index))
}

/// Refuses a request that names the same part of the plan twice in one list.
fn require_once(violations: &mut Violations, indexes: &[usize], field: impl Fn(usize) -> String) {
    let mut seen = HashSet::with_capacity(indexes.len());
    for (at, index) in indexes.iter().enumerate() {
        if !seen.insert(index) {
            violations.add(field(at), "Is named twice.");
        }
    }
}

/// The parts of the plan whose manual values are derived again.
struct Resynced {
    is_everything: bool,
    named: NamedParts,
}

impl Resynced {
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
                prices: found(prices.iter(), "prices", "", price)?,
                features: found(features.iter(), "features", "", feature)?,
                intro_offers: found(intro_offers.iter(), "introOffers", "", price)?,
            },
        })
    }

    fn derive(
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
    fn field(&self, plan: &Plan, breach: &Breach) -> String {
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

#[cfg(test)]
mod properties;
