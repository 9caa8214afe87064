//! Plans: their own rules, and how they are shown.

use serde_json::{Value, json};

use super::catalog::{
    ANY_TIME, Answer, Feature, LIVEMODE, Model, Offer, Plan, PlanFeature, Price, RATE, Rate, Seat,
};
use super::choices;
use super::money::BOUND;
use super::refusal::{Fault, Refusal, refuse_if_any};
use super::regional::OverageRow;
use super::schema::{Sent, put};

impl Model {
    pub fn list_plans(&self, with_private: bool) -> Value {
        let mut plans: Vec<&Plan> = self
            .plans
            .iter()
            .filter(|plan| with_private || plan.is_public)
            .collect();
        plans.sort_by_key(|plan| (plan.sort_order(), plan.born));
        plans
            .into_iter()
            .map(|plan| self.plan_shown(plan))
            .collect()
    }

    pub fn get_plan(&self, name: &str) -> Answer {
        let plan = &self.plans[self.plan_at(name)?];
        Ok(self.plan_shown(plan))
    }

    pub fn create_plan(&mut self, sent: Sent, fresh: &str) -> Answer {
        let group = sent.text("planGroupId");
        let group = group.map(|id| self.group_at(&id).map(|_| id)).transpose()?;
        let mut plan = self.new_plan(sent, fresh);
        let mut faults = new_plan_faults(&plan, sent);
        match group.map(|id| self.next_seat(&id)).transpose() {
            Ok(seat) => plan.seat = seat,
            Err(NoPositionLeft) => faults.push(Fault::at(choices::NO_POSITION_LEFT_ON_CREATE)),
        }
        refuse_if_any(faults)?;
        if self.plans.iter().any(|other| other.code == plan.code) {
            return Err(Refusal::Conflict("duplicate"));
        }
        let data = self.plan_shown(&plan);
        self.plans.push(plan);
        self.plans_ever += 1;
        Ok(data)
    }

    fn new_plan(&self, sent: Sent, fresh: &str) -> Plan {
        let consumption = sent
            .text("consumptionModel")
            .unwrap_or_else(|| "metered".to_owned());
        let blocks =
            (consumption != "metered").then(|| sent.flag("blockOnExhaustion").unwrap_or(false));
        Plan {
            id: fresh.to_owned(),
            name: sent.name().unwrap_or_default(),
            code: sent.text("code").unwrap_or_default(),
            description: sent.text("description"),
            consumption,
            is_public: sent.flag("isPublic").unwrap_or(true),
            is_default: self.plans.is_empty(),
            is_free: sent.flag("isFree").unwrap_or(false),
            blocks,
            born: self.plans_ever,
            seat: None,
            metadata: sent.bag("metadata"),
            features: Vec::new(),
            prices: Vec::new(),
            rates: Vec::new(),
        }
    }

    pub fn update_plan(&mut self, name: &str, sent: Sent) -> Answer {
        let index = self.plan_at(name)?;
        refuse_if_any(metadata_faults(sent))?;
        let plan = &mut self.plans[index];
        put(&mut plan.name, sent.name());
        put(&mut plan.description, sent.text_or_null("description"));
        put(&mut plan.is_public, sent.flag("isPublic"));
        if sent.has("metadata") {
            plan.metadata = sent.bag("metadata");
        }
        Ok(self.plan_shown(&self.plans[index]))
    }

    pub fn delete_plan(&mut self, name: &str) -> Answer {
        let plan = self.plans.remove(self.plan_at(name)?);
        if plan.is_default {
            let heir = self
                .plans
                .iter_mut()
                .min_by_key(|other| (other.sort_order(), other.born));
            if let Some(heir) = heir {
                heir.is_default = true;
            }
        }
        Ok(json!({"id": plan.id, "deleted": true, "object": "plan", "livemode": LIVEMODE}))
    }

    pub fn set_visibility(&mut self, name: &str, sent: Sent) -> Answer {
        let index = self.plan_at(name)?;
        let plan = &mut self.plans[index];
        put(&mut plan.is_public, sent.flag("isPublic"));
        Ok(
            json!({"id": plan.id, "isPublic": plan.is_public, "object": "plan", "livemode": LIVEMODE}),
        )
    }

    /// The position after the last plan of the group.
    pub fn next_seat(&self, group: &str) -> Result<Seat, NoPositionLeft> {
        let taken = self.plans.iter().filter_map(|plan| plan.seat.as_ref());
        let place = choices::next_position(
            taken
                .filter(|seat| seat.group == group)
                .map(|seat| seat.place),
        );
        if place > BOUND {
            return Err(NoPositionLeft);
        }
        Ok(Seat {
            group: group.to_owned(),
            place,
        })
    }

    fn plan_shown(&self, plan: &Plan) -> Value {
        let features: Vec<Value> = plan
            .features
            .iter()
            .map(|on| feature_item(on, self.feature_of(on)))
            .collect();
        let prices: Vec<Value> = plan.prices.iter().map(price_item).collect();
        let rates: Vec<Value> = plan.rates.iter().map(rate_item).collect();
        json!({
            "id": plan.id,
            "name": plan.name,
            "code": plan.code,
            "description": plan.description,
            "consumptionModel": plan.consumption,
            "isPublic": plan.is_public,
            "isDefault": plan.is_default,
            "isFree": plan.is_free,
            "blockOnExhaustion": plan.blocks,
            "sortOrder": plan.sort_order(),
            "planGroupId": plan.seat.as_ref().map(|seat| &seat.group),
            "metadata": plan.metadata,
            "createdAt": ANY_TIME,
            "updatedAt": ANY_TIME,
            "features": features,
            "prices": prices,
            "exchangeRates": rates,
            "object": "plan",
            "livemode": LIVEMODE,
        })
    }

    /// The feature of a plan's feature, which cannot be deleted while it is on a plan.
    pub fn feature_of(&self, on: &PlanFeature) -> &Feature {
        self.features
            .iter()
            .find(|feature| feature.id == on.feature)
            .expect("a feature in use is kept")
    }
}

/// A group whose last position is the maximum.
pub struct NoPositionLeft;

fn new_plan_faults(plan: &Plan, sent: Sent) -> Vec<Fault> {
    let mut faults = metadata_faults(sent);
    if choices::is_reserved_code(&plan.code, "pln_") {
        faults.push(Fault::at("code"));
    }
    if plan.consumption == "metered" && sent.flag("blockOnExhaustion") == Some(true) {
        faults.push(Fault::at("blockOnExhaustion"));
    }
    faults
}

fn metadata_faults(sent: Sent) -> Vec<Fault> {
    let Some(Value::Object(metadata)) = sent.bag("metadata") else {
        return Vec::new();
    };
    let long_key = metadata.keys().any(|key| key.chars().count() > 40);
    let big = Value::Object(metadata.clone()).to_string().len() > 16 * 1024;
    let wrong = long_key || big || metadata.values().any(has_huge_number);
    wrong.then(|| Fault::at("metadata*")).into_iter().collect()
}

fn has_huge_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_str().parse().is_ok_and(f64::is_infinite),
        Value::Array(items) => items.iter().any(has_huge_number),
        Value::Object(object) => object.values().any(has_huge_number),
        _ => false,
    }
}

fn feature_item(on: &PlanFeature, feature: &Feature) -> Value {
    let counts = feature.kind != "boolean";
    let model = on.overage.then_some("per_unit");
    let overage = json!({"enabled": on.overage, "model": model, "unitPrice": on.unit_price});
    let regional = on.regional.iter().filter(|_| on.overage);
    let regional: Vec<Value> = regional.map(OverageRow::shown).collect();
    json!({
        "id": feature.id,
        "code": feature.code,
        "name": feature.name,
        "type": feature.kind,
        "unitName": feature.unit_name,
        "enabled": on.enabled,
        "includedAmount": counts.then_some(on.included),
        "unlimited": on.unlimited,
        "overage": counts.then_some(overage),
        "creditsPerUnit": on.credits_per_unit,
        "pricingMode": on.pricing_mode,
        "margin": on.margin,
        "regionalPrices": regional,
    })
}

fn rate_item(rate: &Rate) -> Value {
    let digits = format!("{RATE}{}", rate.digits);
    json!({"currency": rate.currency, "exchangeRate": digits})
}

fn price_item(price: &Price) -> Value {
    let regional = price.regional.iter();
    let regional: Vec<Value> = regional.map(|row| row.shown(price)).collect();
    json!({
        "id": price.id,
        "billingInterval": price.interval,
        "price": price.amount,
        "isDefault": price.is_default,
        "trialDays": price.trial_days,
        "includedBalance": price.balance,
        "includedCredits": price.credits,
        "introOffer": price.offer.as_ref().map(Offer::shown),
        "regionalPrices": regional,
    })
}
