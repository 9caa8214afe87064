//! Prices of a plan: one per billing interval, one of them the default.

use std::collections::BTreeMap;

use super::error::{Error, Result, Taken, Violations};
use super::id::PriceId;
use super::money::{Amount, Count, Currency, Positive};
use super::patch::Patch;
use super::plan::{ConsumptionModel, Plan};
use super::regional::RegionalPrice;
use super::timestamp::Timestamp;
use super::word::words;

words! {
    /// How often a price is charged.
    pub enum BillingInterval {
        /// Every week.
        Weekly = "weekly",
        /// Every month.
        Monthly = "monthly",
        /// Every three months.
        Quarterly = "quarterly",
        /// Every year.
        Yearly = "yearly",
        /// Once.
        OneTime = "one_time",
    }
}

words! {
    /// What the value of a discount counts.
    pub enum DiscountType {
        /// Basis points: 2500 is 25 %.
        Percentage = "percentage",
        /// Minor units of the currency.
        Amount = "amount",
    }
}

/// Basis points of a whole: the largest discount of type `percentage`.
pub const MAX_PERCENTAGE: i64 = 10_000;

/// A discount for the first billing cycles. A switched-off offer may be incomplete, but what it
/// has is within the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IntroOffer {
    /// Whether the offer is made; then all else has to be set.
    pub enabled: bool,
    /// What the value counts.
    pub discount_type: Option<DiscountType>,
    /// Basis points or minor units, by the type.
    pub discount_value: Option<Positive>,
    /// How many billing cycles it lasts.
    pub duration_cycles: Option<Positive>,
}

/// What a price says besides its interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceTerms {
    /// Price per interval, in US cents.
    pub price: Amount,
    /// Days before the first charge.
    pub trial_days: Count,
    /// Balance included per interval, in US cents; balance plans only.
    pub included_balance: Option<Amount>,
    /// Credits included per interval; credits plans only.
    pub included_credits: Option<Count>,
    /// Discount for the first cycles.
    pub intro_offer: Option<IntroOffer>,
}

/// A price of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanPrice {
    /// Its id.
    pub id: PriceId,
    /// How often it is charged; fixed at creation.
    pub billing_interval: BillingInterval,
    /// What it says.
    pub terms: PriceTerms,
    /// Whether it is the one to show first: exactly one of a plan that has prices.
    pub is_default: bool,
    /// Place by the time it was added to the plan.
    pub position: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When one of its own fields last changed; regional values do not count.
    pub updated_at: Timestamp,
    /// What it is in other currencies.
    pub regional: BTreeMap<Currency, RegionalPrice>,
}

/// A change of an intro offer; what is absent stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct IntroOfferPatch {
    /// See [`IntroOffer::enabled`].
    pub enabled: Option<bool>,
    /// See [`IntroOffer::discount_type`].
    pub discount_type: Patch<DiscountType>,
    /// See [`IntroOffer::discount_value`].
    pub discount_value: Patch<Positive>,
    /// See [`IntroOffer::duration_cycles`].
    pub duration_cycles: Patch<Positive>,
}

/// A change of a price; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct PricePatch {
    /// See [`PriceTerms::price`].
    pub price: Option<Amount>,
    /// See [`PlanPrice::is_default`].
    pub is_default: Option<bool>,
    /// See [`PriceTerms::trial_days`].
    pub trial_days: Option<Count>,
    /// See [`PriceTerms::included_balance`].
    pub included_balance: Patch<Amount>,
    /// See [`PriceTerms::included_credits`].
    pub included_credits: Patch<Count>,
    /// See [`PriceTerms::intro_offer`].
    pub intro_offer: Option<IntroOfferPatch>,
}

impl IntroOfferPatch {
    fn is_empty(&self) -> bool {
        self.enabled.is_none()
            && self.discount_type.is_keep()
            && self.discount_value.is_keep()
            && self.duration_cycles.is_keep()
    }
}

impl IntroOffer {
    fn patched(self, patch: &IntroOfferPatch) -> Self {
        Self {
            enabled: patch.enabled.unwrap_or(self.enabled),
            discount_type: patch.discount_type.apply(self.discount_type),
            discount_value: patch.discount_value.apply(self.discount_value),
            duration_cycles: patch.duration_cycles.apply(self.duration_cycles),
        }
    }

    fn check(&self, violations: &mut Violations, price: Amount) {
        if self.enabled {
            self.check_complete(violations);
        }
        if let (Some(discount_type), Some(value)) = (self.discount_type, self.discount_value) {
            check_discount(
                violations,
                "introOffer.discountValue",
                discount_type,
                value,
                price,
            );
        }
    }

    fn check_complete(&self, violations: &mut Violations) {
        for (is_set, field) in [
            (self.discount_type.is_some(), "introOffer.discountType"),
            (self.discount_value.is_some(), "introOffer.discountValue"),
            (self.duration_cycles.is_some(), "introOffer.durationCycles"),
        ] {
            violations.require(is_set, field, "Is needed while the intro offer is enabled.");
        }
    }
}

/// Checks the value of a discount on a price in the same currency.
pub(super) fn check_discount(
    violations: &mut Violations,
    field: &str,
    discount_type: DiscountType,
    value: Positive,
    price: Amount,
) {
    match discount_type {
        DiscountType::Percentage => violations.require(
            value.get() <= MAX_PERCENTAGE,
            field,
            format!("A percentage is 1 to {MAX_PERCENTAGE} basis points."),
        ),
        DiscountType::Amount => violations.require(
            value.get() <= price.get(),
            field,
            format!("An amount is at most the price, which is {price}."),
        ),
    }
}

impl PriceTerms {
    fn patched(self, patch: &PricePatch) -> Self {
        let intro_offer = match &patch.intro_offer {
            Some(offer) if !offer.is_empty() => {
                Some(self.intro_offer.unwrap_or_default().patched(offer))
            }
            Some(_) | None => self.intro_offer,
        };
        Self {
            price: patch.price.unwrap_or(self.price),
            trial_days: patch.trial_days.unwrap_or(self.trial_days),
            included_balance: patch.included_balance.apply(self.included_balance),
            included_credits: patch.included_credits.apply(self.included_credits),
            intro_offer,
        }
    }

    /// The intro offer, if it is made.
    pub fn enabled_offer(&self) -> Option<IntroOffer> {
        self.intro_offer.filter(|offer| offer.enabled)
    }

    fn check(&self, violations: &mut Violations, plan: &Plan) {
        let model = plan.consumption_model;
        violations.require(
            self.included_balance.is_none() || model == ConsumptionModel::Balance,
            "includedBalance",
            "Belongs to balance plans.",
        );
        violations.require(
            self.included_credits.is_none() || model == ConsumptionModel::Credits,
            "includedCredits",
            "Belongs to credits plans.",
        );
        if plan.is_free {
            self.check_free(violations);
        }
        if let Some(offer) = &self.intro_offer {
            offer.check(violations, self.price);
        }
    }

    fn check_free(&self, violations: &mut Violations) {
        violations.require(self.price == Amount::ZERO, "price", "A free plan costs 0.");
        violations.require(
            self.trial_days == Count::ZERO,
            "trialDays",
            "A free plan has no trial.",
        );
        violations.require(
            self.enabled_offer().is_none(),
            "introOffer.enabled",
            "A free plan has no intro offer.",
        );
    }
}

impl Plan {
    /// The place of a price of the plan.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn price_index(&self, price: Option<&PriceId>) -> Result<usize> {
        let named = |item: &PlanPrice| price == Some(&item.id);
        self.prices
            .iter()
            .position(named)
            .ok_or(Error::PriceNotFound)
    }

    /// Adds a price, with its regional values at the plan's rates. The first price of a plan is
    /// its default; a later one is when asked for.
    ///
    /// # Errors
    /// Validation of the terms or of a derived value; `Duplicate` for an interval that has a
    /// price.
    pub fn add_price(
        &mut self,
        billing_interval: BillingInterval,
        terms: PriceTerms,
        make_default: bool,
        id: PriceId,
        now: Timestamp,
    ) -> Result<&PlanPrice> {
        let mut violations = Violations::default();
        terms.check(&mut violations, self);
        let mut added = PlanPrice {
            id,
            billing_interval,
            terms,
            is_default: self.prices.is_empty(),
            position: self
                .prices
                .iter()
                .map(|item| item.position + 1)
                .max()
                .unwrap_or(0),
            created_at: now,
            updated_at: now,
            regional: BTreeMap::new(),
        };
        added.derive_all(&self.exchange_rates, &mut violations);
        violations.into_result()?;
        if self
            .prices
            .iter()
            .any(|item| item.billing_interval == billing_interval)
        {
            return Err(Error::Duplicate(Taken::new(
                "billingInterval",
                format!("The plan has a {billing_interval} price already."),
            )));
        }
        self.prices.push(added);
        let index = self.prices.len() - 1;
        if make_default {
            self.make_default(index, now);
        }
        Ok(&self.prices[index])
    }

    /// Changes a price; derived regional values follow.
    ///
    /// # Errors
    /// `PriceNotFound`; validation of the terms or of a derived value; `DefaultPriceRequired`
    /// when the default price is to be none.
    pub fn update_price(
        &mut self,
        price: Option<&PriceId>,
        patch: &PricePatch,
        now: Timestamp,
    ) -> Result<&PlanPrice> {
        let index = self.price_index(price)?;
        let before = self.prices[index].terms;
        let terms = before.patched(patch);
        let mut violations = Violations::default();
        terms.check(&mut violations, self);
        let changed = &mut self.prices[index];
        changed.terms = terms;
        if terms != before {
            changed.updated_at = now;
            let offer_changed = terms.intro_offer != before.intro_offer;
            changed.follow_base(&self.exchange_rates, offer_changed, &mut violations);
        }
        violations.into_result()?;
        match patch.is_default {
            Some(true) => self.make_default(index, now),
            Some(false) if self.prices[index].is_default => {
                return Err(Error::DefaultPriceRequired);
            }
            Some(false) | None => {}
        }
        Ok(&self.prices[index])
    }

    /// Deletes a price with its regional values; a default is handed to the oldest price left.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn delete_price(&mut self, price: Option<&PriceId>, now: Timestamp) -> Result<PriceId> {
        let index = self.price_index(price)?;
        let deleted = self.prices.remove(index);
        if deleted.is_default && !self.prices.is_empty() {
            self.make_default(0, now);
        }
        Ok(deleted.id)
    }

    /// Makes a price the default.
    ///
    /// # Errors
    /// `PriceNotFound`.
    pub fn set_default_price(
        &mut self,
        price: Option<&PriceId>,
        now: Timestamp,
    ) -> Result<PriceId> {
        let index = self.price_index(price)?;
        self.make_default(index, now);
        Ok(self.prices[index].id.clone())
    }

    fn make_default(&mut self, index: usize, now: Timestamp) {
        for (at, price) in self.prices.iter_mut().enumerate() {
            let is_default = at == index;
            if price.is_default != is_default {
                price.is_default = is_default;
                price.updated_at = now;
            }
        }
    }
}
