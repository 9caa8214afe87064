//! Features of plans.

use serde_json::{Value, json};

use super::catalog::{Answer, Feature, LIVEMODE, Model, Plan, PlanFeature};
use super::refusal::{Fault, Refusal, refuse_if_any};
use super::regional;
use super::schema::{Sent, put};

impl Model {
    pub fn add_plan_feature(&mut self, plan: &str, sent: Sent) -> Answer {
        let index = self.plan_at(plan)?;
        let feature = self.feature_meant(&sent.text("featureId").unwrap_or_default())?;
        let plan = &self.plans[index];
        let mut on = new_plan_feature(feature, sent);
        check_and_derive(plan, feature, &mut on)?;
        if plan.feature_at(&on.feature).is_ok() {
            return Err(Refusal::Conflict("feature_already_exists"));
        }
        let data = shown(plan, &on);
        self.plans[index].features.push(on);
        Ok(data)
    }

    pub fn update_plan_feature(&mut self, plan: &str, feature: &str, sent: Sent) -> Answer {
        let (index, place) = self.on_plan(plan, feature)?;
        let plan = &self.plans[index];
        let mut on = changed(&plan.features[place], sent);
        check_and_derive(plan, self.feature_of(&on), &mut on)?;
        let data = shown(plan, &on);
        self.plans[index].features[place] = on;
        Ok(data)
    }

    pub fn remove_plan_feature(&mut self, plan: &str, feature: &str) -> Answer {
        let (index, place) = self.on_plan(plan, feature)?;
        let on = self.plans[index].features.remove(place);
        Ok(json!({"id": on.feature, "removed": true, "object": "plan", "livemode": LIVEMODE}))
    }

    /// The indexes of the plan and of the feature in it. A feature that does not exist is not in
    /// the plan either.
    fn on_plan(&self, plan: &str, feature: &str) -> Result<(usize, usize), Refusal> {
        let index = self.plan_at(plan)?;
        Ok((index, self.feature_on(&self.plans[index], feature)?))
    }

    /// The index of the plan's feature that a `featureId` refers to.
    pub fn feature_on(&self, plan: &Plan, feature: &str) -> Result<usize, Refusal> {
        let not_there = |_| Refusal::NotFound("feature_not_in_plan");
        plan.feature_at(&self.feature_meant(feature).map_err(not_there)?.id)
    }
}

fn new_plan_feature(feature: &Feature, sent: Sent) -> PlanFeature {
    let overage = sent.part("overage");
    PlanFeature {
        feature: feature.id.clone(),
        enabled: sent.flag("enabled").unwrap_or(true),
        included: sent.int("includedAmount").unwrap_or(0),
        unlimited: sent.flag("unlimited").unwrap_or(false),
        overage: overage
            .and_then(|part| part.flag("enabled"))
            .unwrap_or(false),
        unit_price: overage.and_then(|part| part.int("unitPrice")).unwrap_or(0),
        credits_per_unit: sent.int("creditsPerUnit"),
        pricing_mode: sent
            .text("pricingMode")
            .unwrap_or_else(|| "fixed".to_owned()),
        margin: sent.int("margin"),
        regional: Vec::new(),
    }
}

fn changed(before: &PlanFeature, sent: Sent) -> PlanFeature {
    let mut on = before.clone();
    put(&mut on.enabled, sent.flag("enabled"));
    put(&mut on.included, sent.int("includedAmount"));
    put(&mut on.unlimited, sent.flag("unlimited"));
    put(&mut on.credits_per_unit, sent.int_or_null("creditsPerUnit"));
    if let Some(overage) = sent.part("overage") {
        put(&mut on.overage, overage.flag("enabled"));
        put(&mut on.unit_price, overage.int("unitPrice"));
    }
    on
}

/// Refuses settings that the plan does not support, and updates the regional values.
fn check_and_derive(plan: &Plan, feature: &Feature, on: &mut PlanFeature) -> Result<(), Refusal> {
    let mut faults = faults_on(plan, feature, on);
    regional::follow_overage(plan, on, &mut faults);
    refuse_if_any(faults)
}

fn faults_on(plan: &Plan, feature: &Feature, on: &PlanFeature) -> Vec<Fault> {
    let is_boolean = feature.kind == "boolean";
    let has_balance = plan.consumption == "balance";
    let is_ai = on.pricing_mode == "ai_model";
    let broken = [
        (is_boolean && on.included != 0, Fault::at("includedAmount")),
        (is_boolean && on.unlimited, Fault::at("unlimited")),
        (
            is_boolean && (on.overage || on.unit_price != 0),
            Fault::at("overage*"),
        ),
        (
            is_boolean && on.credits_per_unit.is_some(),
            Fault::at("creditsPerUnit"),
        ),
        (is_boolean && is_ai, Fault::at("pricingMode")),
        (is_boolean && on.margin.is_some(), Fault::at("margin")),
        (
            on.unlimited && on.overage,
            Fault::between(&["unlimited", "overage", "overage.enabled"]),
        ),
        (plan.is_free && on.overage, Fault::at("overage*")),
        (
            plan.consumption != "credits" && on.credits_per_unit.is_some(),
            Fault::at("creditsPerUnit"),
        ),
        (!has_balance && is_ai, Fault::at("pricingMode")),
        (
            !(has_balance && is_ai) && on.margin.is_some(),
            Fault::at("margin"),
        ),
    ];
    broken
        .into_iter()
        .filter(|(is_broken, _)| *is_broken)
        .map(|(_, fault)| fault)
        .collect()
}

fn shown(plan: &Plan, on: &PlanFeature) -> Value {
    json!({
        "planId": plan.id,
        "featureId": on.feature,
        "enabled": on.enabled,
        "includedAmount": on.included,
        "unlimited": on.unlimited,
        "overage": {"enabled": on.overage, "unitPrice": on.unit_price},
        "creditsPerUnit": on.credits_per_unit,
        "pricingMode": on.pricing_mode,
        "margin": on.margin,
        "object": "plan",
        "livemode": LIVEMODE,
    })
}
