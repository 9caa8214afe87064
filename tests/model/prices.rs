//! Prices of plans, their defaults and their intro offers.

use serde_json::{Value, json};

use super::catalog::{ANY_TIME, Answer, LIVEMODE, Model, Offer, Plan, Price};
use super::choices;
use super::refusal::{Fault, Refusal, refuse_if_any};
use super::regional;
use super::schema::{Sent, put};

impl Model {
    pub fn add_price(&mut self, plan: &str, sent: Sent, fresh: &str) -> Answer {
        let index = self.plan_at(plan)?;
        let plan = &mut self.plans[index];
        let mut price = new_price(sent, fresh);
        let mut faults = faults_of(plan, &price);
        regional::derive_new_price(plan, &mut price, &mut faults);
        refuse_if_any(faults)?;
        if plan
            .prices
            .iter()
            .any(|other| other.interval == price.interval)
        {
            return Err(Refusal::Conflict("duplicate"));
        }
        let takes_default = plan.prices.is_empty() || sent.flag("isDefault") == Some(true);
        plan.prices.push(price);
        if takes_default {
            plan.make_default(plan.prices.len() - 1);
        }
        Ok(shown(plan, &plan.prices[plan.prices.len() - 1]))
    }

    pub fn update_price(&mut self, plan: &str, price: &str, sent: Sent) -> Answer {
        let (index, place) = self.price_of(plan, price)?;
        let plan = &mut self.plans[index];
        let before = &plan.prices[place];
        let mut price = changed(before, sent);
        let mut faults = faults_of(plan, &price);
        regional::follow_price(plan, before, &mut price, &mut faults);
        refuse_if_any(faults)?;
        let default_sent = sent.flag("isDefault");
        if price.is_default && default_sent == Some(false) {
            return Err(Refusal::Conflict("default_price_required"));
        }
        plan.prices[place] = price;
        if default_sent == Some(true) {
            plan.make_default(place);
        }
        Ok(shown(plan, &plan.prices[place]))
    }

    pub fn delete_price(&mut self, plan: &str, price: &str) -> Answer {
        let (index, place) = self.price_of(plan, price)?;
        let plan = &mut self.plans[index];
        let gone = plan.prices.remove(place);
        if gone.is_default && !plan.prices.is_empty() {
            plan.make_default(0);
        }
        Ok(json!({"id": gone.id, "deleted": true, "object": "plan", "livemode": LIVEMODE}))
    }

    pub fn set_default_price(&mut self, plan: &str, price: &str) -> Answer {
        let (index, place) = self.price_of(plan, price)?;
        self.plans[index].make_default(place);
        let id = &self.plans[index].prices[place].id;
        Ok(json!({"id": id, "isDefault": true, "object": "plan", "livemode": LIVEMODE}))
    }

    /// The indexes of the plan and of the price in it.
    pub fn price_of(&self, plan: &str, price: &str) -> Result<(usize, usize), Refusal> {
        let index = self.plan_at(plan)?;
        Ok((index, self.plans[index].price_at(price)?))
    }
}

impl Plan {
    fn make_default(&mut self, place: usize) {
        for (index, price) in self.prices.iter_mut().enumerate() {
            price.is_default = index == place;
        }
    }
}

fn new_price(sent: Sent, fresh: &str) -> Price {
    Price {
        id: fresh.to_owned(),
        interval: sent.text("billingInterval").unwrap_or_default(),
        amount: sent.int("price").unwrap_or_default(),
        is_default: false,
        trial_days: sent.int("trialDays").unwrap_or(0),
        balance: sent.int("includedBalance"),
        credits: sent.int("includedCredits"),
        offer: sent
            .part("introOffer")
            .map(|part| Offer::default().changed(part)),
        regional: Vec::new(),
    }
}

fn changed(before: &Price, sent: Sent) -> Price {
    let mut price = before.clone();
    if sent.is_null("introOffer") {
        price.offer = None;
    }
    put(&mut price.amount, sent.int("price"));
    put(&mut price.trial_days, sent.int("trialDays"));
    put(&mut price.balance, sent.int_or_null("includedBalance"));
    put(&mut price.credits, sent.int_or_null("includedCredits"));
    if let Some(part) = sent
        .part("introOffer")
        .filter(|part| choices::offer_appears(before, part.len()))
    {
        price.offer = Some(before.offer.clone().unwrap_or_default().changed(part));
    }
    price
}

impl Offer {
    fn changed(mut self, sent: Sent) -> Self {
        put(&mut self.enabled, sent.flag("enabled"));
        put(&mut self.discount, sent.text_or_null("discountType"));
        put(&mut self.value, sent.int_or_null("discountValue"));
        put(&mut self.cycles, sent.int_or_null("durationCycles"));
        self
    }

    pub fn shown(&self) -> Value {
        json!({
            "enabled": self.enabled,
            "discountType": self.discount,
            "discountValue": self.value,
            "durationCycles": self.cycles,
        })
    }

    fn faults(&self, price: i64, interval: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.enabled {
            let missing = [
                (self.discount.is_none(), "introOffer.discountType"),
                (self.value.is_none(), "introOffer.discountValue"),
                (self.cycles.is_none(), "introOffer.durationCycles"),
            ];
            faults.extend(
                missing
                    .iter()
                    .filter(|(is_missing, _)| *is_missing)
                    .map(|(_, name)| Fault::at(*name)),
            );
        }
        if let (true, Some(discount), Some(value)) = (self.enabled, &self.discount, self.value)
            && value > largest_discount(discount, price)
        {
            faults.push(Fault::between(&[
                "introOffer.discountValue",
                "introOffer.discountType",
                "introOffer.enabled",
                "price",
            ]));
        }
        if self.enabled && self.cycles > Some(most_cycles(interval)) {
            faults.push(Fault::between(&[
                "introOffer.durationCycles",
                "introOffer.enabled",
            ]));
        }
        faults
    }
}

/// A price that is charged once has an offer of one cycle.
pub fn most_cycles(interval: &str) -> i64 {
    if interval == "one_time" { 1 } else { i64::MAX }
}

/// A percentage is at most the whole price, and an amount at most the price.
pub fn largest_discount(discount: &str, price: i64) -> i64 {
    if discount == "percentage" {
        10_000
    } else {
        price
    }
}

fn faults_of(plan: &Plan, price: &Price) -> Vec<Fault> {
    let has_offer = price.offer.as_ref().is_some_and(|offer| offer.enabled);
    let broken = [
        (plan.is_free && price.amount > 0, Fault::at("price")),
        (
            price.trial_days > 730 || (plan.is_free && price.trial_days > 0),
            Fault::at("trialDays"),
        ),
        (
            plan.is_free && has_offer,
            Fault::between(&["introOffer", "introOffer.enabled"]),
        ),
        (
            plan.consumption != "balance" && price.balance.is_some(),
            Fault::at("includedBalance"),
        ),
        (
            plan.consumption != "credits" && price.credits.is_some(),
            Fault::at("includedCredits"),
        ),
    ];
    let broken = broken
        .into_iter()
        .filter(|(is_broken, _)| *is_broken)
        .map(|(_, fault)| fault);
    let of_offer = price
        .offer
        .iter()
        .flat_map(|offer| offer.faults(price.amount, &price.interval));
    broken.chain(of_offer).collect()
}

fn shown(plan: &Plan, price: &Price) -> Value {
    json!({
        "id": price.id,
        "planId": plan.id,
        "billingInterval": price.interval,
        "price": price.amount,
        "isDefault": price.is_default,
        "trialDays": price.trial_days,
        "includedBalance": price.balance,
        "includedCredits": price.credits,
        "introOffer": price.offer.as_ref().map(Offer::shown),
        "createdAt": ANY_TIME,
        "updatedAt": ANY_TIME,
        "object": "plan",
        "livemode": LIVEMODE,
    })
}
