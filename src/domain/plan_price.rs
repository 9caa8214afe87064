//! Prices of a plan: one per billing interval, one of them the default.

use std::collections::BTreeMap;

use super::error::{Error, Result, Taken, Violations};
use super::id::PriceId;
use super::money::{Amount, Count, Currency, Positive};
use super::patch::Patch;
use super::plan::Plan;
use super::plan_check::{Breach, Part, PlanCheck, Rule};
use super::regional::{RegionalOffer, RegionalPrice};
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

/// A discount for the first billing cycles. A switched-off offer may be incomplete and is held to no
/// limit.
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
    /// What is kept of it in other currencies; [`Self::visible_offer`] tells which of the offers
    /// there are made.
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
    /// See [`PriceTerms::intro_offer`]; null takes it away.
    pub intro_offer: Patch<IntroOfferPatch>,
}

impl IntroOfferPatch {
    fn is_empty(&self) -> bool {
        let Self {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = self;
        enabled.is_none()
            && discount_type.is_keep()
            && discount_value.is_keep()
            && duration_cycles.is_keep()
    }
}

impl IntroOffer {
    fn patched(self, patch: &IntroOfferPatch) -> Self {
        let IntroOfferPatch {
            enabled,
            discount_type,
            discount_value,
            duration_cycles,
        } = patch;
        Self {
            enabled: enabled.unwrap_or(self.enabled),
            discount_type: discount_type.apply(self.discount_type),
            discount_value: discount_value.apply(self.discount_value),
            duration_cycles: duration_cycles.apply(self.duration_cycles),
        }
    }
}

impl PriceTerms {
    fn patched(self, patch: &PricePatch) -> Self {
        let PricePatch {
            price,
            // Which price is the default is a matter of the plan, not of one price.
            is_default: _,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
        } = patch;
        let intro_offer = match intro_offer {
            Patch::Set(offer) if !offer.is_empty() => {
                Some(self.intro_offer.unwrap_or_default().patched(offer))
            }
            Patch::Clear => None,
            Patch::Set(_) | Patch::Keep => self.intro_offer,
        };
        Self {
            price: price.unwrap_or(self.price),
            trial_days: trial_days.unwrap_or(self.trial_days),
            included_balance: included_balance.apply(self.included_balance),
            included_credits: included_credits.apply(self.included_credits),
            intro_offer,
        }
    }

    /// The intro offer, if it is made.
    pub fn enabled_offer(&self) -> Option<IntroOffer> {
        self.intro_offer.filter(|offer| offer.enabled)
    }
}

impl PlanPrice {
    /// The regional offer to show: none while the base offer is disabled, although manual ones are
    /// kept.
    pub fn visible_offer(&self, regional: &RegionalPrice) -> Option<RegionalOffer> {
        self.terms.enabled_offer().map(|_| regional.intro_offer)
    }
}

/// The field of a price that a rule is about.
fn field_of(rule: Rule) -> &'static str {
    match rule {
        Rule::FreeTrial | Rule::Trial => "trialDays",
        Rule::FreeOffer => "introOffer.enabled",
        Rule::Balance => "includedBalance",
        Rule::Credits => "includedCredits",
        Rule::OfferType => "introOffer.discountType",
        Rule::OfferValue | Rule::Percentage | Rule::Amount => "introOffer.discountValue",
        Rule::OfferCycles | Rule::OneCycle => "introOffer.durationCycles",
        // The rules of features are broken by calls on features.
        Rule::FreePrice
        | Rule::Boolean(_)
        | Rule::UnlimitedOverage
        | Rule::FreeOverage
        | Rule::CreditsPerUnit
        | Rule::AiModel
        | Rule::Margin => "price",
    }
}

/// A change of a price, which is asked for the field to blame when it breaks a rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct PriceChange {
    before: PriceTerms,
    after: PriceTerms,
}

impl PriceChange {
    /// Whether the price made an offer before the change.
    pub(super) fn had_offer(&self) -> bool {
        self.before.enabled_offer().is_some()
    }

    fn field(&self, breach: &Breach, price: &PlanPrice) -> &'static str {
        match (&breach.part, breach.rule) {
            // A manual amount stays as it is, so the price beside it or the switch was changed.
            (Part::Regional(_, currency), Rule::Amount)
                if price.regional.get(currency).is_some_and(|regional| {
                    matches!(regional.intro_offer, RegionalOffer::Manual(_))
                }) =>
            {
                if self.had_offer() {
                    "price"
                } else {
                    "introOffer.enabled"
                }
            }
            (Part::Regional(..), Rule::Percentage | Rule::OneCycle) => "introOffer.enabled",
            (Part::Price(_), Rule::Amount) if self.discount_is_as_before() => "price",
            (_, Rule::OneCycle)
                if self.offer().duration_cycles == self.offer_before().duration_cycles =>
            {
                "introOffer.enabled"
            }
            (_, Rule::Percentage | Rule::Amount) => self.discount_field(),
            (_, rule) => field_of(rule),
        }
    }

    /// The field to blame for what cannot be derived of a discount.
    pub(super) fn discount_field(&self) -> &'static str {
        let (before, after) = (self.offer_before(), self.offer());
        if before.discount_value != after.discount_value {
            "introOffer.discountValue"
        } else if before.discount_type != after.discount_type {
            "introOffer.discountType"
        } else {
            "introOffer.enabled"
        }
    }

    fn discount_is_as_before(&self) -> bool {
        let (before, after) = (self.offer_before(), self.offer());
        self.had_offer()
            && before.discount_type == after.discount_type
            && before.discount_value == after.discount_value
    }

    fn offer(&self) -> IntroOffer {
        self.after.intro_offer.unwrap_or_default()
    }

    fn offer_before(&self) -> IntroOffer {
        self.before.intro_offer.unwrap_or_default()
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
    /// its default; a later one is when asked for. A plan that refuses is left half changed, for the
    /// caller to drop.
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
        let check = PlanCheck::before(self);
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
        let mut underivable = Violations::default();
        added.derive_all(&self.exchange_rates, &mut underivable);
        let is_taken = self
            .prices
            .iter()
            .any(|item| item.billing_interval == billing_interval);
        self.prices.push(added);
        check.finish(self, underivable, |breach| field_of(breach.rule).to_owned())?;
        if is_taken {
            return Err(Error::Duplicate(Taken::new(
                "billingInterval",
                format!("The plan has a {billing_interval} price already."),
            )));
        }
        let index = self.prices.len() - 1;
        if make_default {
            self.make_default(index, now);
        }
        Ok(&self.prices[index])
    }

    /// Changes a price; derived regional values follow. A plan that refuses is left half changed,
    /// for the caller to drop.
    ///
    /// # Errors
    /// `PriceNotFound`; validation of the terms, of a derived value or of a discount beside a
    /// regional price; `DefaultPriceRequired` when the default price is to be none.
    pub fn update_price(
        &mut self,
        price: Option<&PriceId>,
        patch: &PricePatch,
        now: Timestamp,
    ) -> Result<&PlanPrice> {
        let index = self.price_index(price)?;
        let check = PlanCheck::before(self);
        let before = self.prices[index].terms;
        let terms = before.patched(patch);
        let changed = &mut self.prices[index];
        let mut underivable = Violations::default();
        let blame = PriceChange {
            before,
            after: terms,
        };
        changed.terms = terms;
        if terms != before {
            changed.updated_at = now;
            changed.follow_base(&self.exchange_rates, &blame, &mut underivable);
        }
        let price = &self.prices[index];
        check.finish(self, underivable, |breach| {
            blame.field(breach, price).to_owned()
        })?;
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
