//! One plan that a document leads to.

use std::collections::BTreeMap;

use super::features::{at, whole};
use super::plans::Features;
use super::{Reading, price, regional};
use crate::domain::document::{PlanEntry, PlanFeatureEntry, PriceEntry, RegionalEntry};
use crate::domain::error::Violations;
use crate::domain::id::{PlanId, PriceId};
use crate::domain::patch::Patch;
use crate::domain::plan::{ConsumptionModel, NewPlan, NewPlanPosition, Plan, PlanPatch};
use crate::domain::plan_check::{BrokenRule, Part, PlanCheck, Rule};
use crate::domain::plan_feature::PlanFeature;
use crate::domain::text::Metadata;

/// The parts of a plan, with everything that a document leaves out filled in.
#[derive(PartialEq)]
struct Parts {
    features: Vec<PlanFeatureEntry>,
    prices: Vec<PriceEntry>,
    regional: Vec<RegionalEntry>,
}

/// A new plan; `None` if it cannot be made.
pub(super) fn created(
    entry: &PlanEntry,
    creation_order: i64,
    features: &Features<'_>,
    reading: Reading<'_>,
    violations: &mut Violations,
) -> Option<Plan> {
    let entry = entry.clone();
    let path = path_of(&entry);
    let new = NewPlan {
        name: entry.name,
        code: entry.code,
        description: entry.description.into_value(),
        consumption_model: entry.consumption_model.unwrap_or(ConsumptionModel::Metered),
        is_public: entry.is_public.unwrap_or(true),
        is_free: entry.is_free.unwrap_or(false),
        block_on_exhaustion: entry.block_on_exhaustion.into_value(),
        metadata: entry.metadata.into_value(),
    };
    let position = NewPlanPosition {
        is_first: false,
        creation_order,
        group: None,
    };
    let id = PlanId::from_uuid((reading.moment.unique)());
    let made = Plan::create(new, position, id, reading.moment.now);
    let mut plan = at(&path, violations, made)?;
    let parts = Parts {
        features: entry.features.unwrap_or_default(),
        prices: entry.prices.unwrap_or_default(),
        regional: entry.regional.unwrap_or_default(),
    };
    let check = PlanCheck::before(&plan);
    set_parts(&mut plan, &parts, features, reading, violations);
    check_rules(check, &plan, &path, violations);
    Some(plan)
}

/// A plan as a document wants it.
pub(super) fn changed(
    plan: &Plan,
    entry: &PlanEntry,
    features: &Features<'_>,
    reading: Reading<'_>,
    violations: &mut Violations,
) -> Plan {
    let path = path_of(entry);
    require_fixed(plan, entry, reading, &path, violations);
    let mut changed = plan.clone();
    set_properties(&mut changed, entry, reading, &path, violations);
    let current = parts_of(PlanEntry::of(plan));
    let parts = wanted(plan, entry, reading);
    if parts != current {
        let check = PlanCheck::before(plan);
        set_parts(&mut changed, &parts, features, reading, violations);
        check_rules(check, &changed, &path, violations);
    }
    changed
}

fn path_of(entry: &PlanEntry) -> String {
    format!("plans.{}", entry.code.as_str())
}

/// Refuses another value for what is fixed when a plan is created.
fn require_fixed(
    plan: &Plan,
    entry: &PlanEntry,
    reading: Reading<'_>,
    path: &str,
    violations: &mut Violations,
) {
    let default = reading.is_whole.then_some(ConsumptionModel::Metered);
    let model = entry.consumption_model.or(default);
    if model.is_some_and(|model| model != plan.consumption_model) {
        let message = format!(
            "The plan is `{}`, which is fixed when it is created.",
            plan.consumption_model
        );
        violations.add(format!("{path}.consumptionModel"), message);
    }
    let is_free = entry.is_free.or(reading.is_whole.then_some(false));
    if is_free.is_some_and(|is_free| is_free != plan.is_free) {
        let message = "Whether a plan is free is fixed when it is created.";
        violations.add(format!("{path}.free"), message);
    }
}

fn set_properties(
    plan: &mut Plan,
    entry: &PlanEntry,
    reading: Reading<'_>,
    path: &str,
    violations: &mut Violations,
) {
    let patch = PlanPatch {
        name: Some(entry.name.clone()),
        description: whole(&entry.description, reading.is_whole),
        metadata: match whole(&entry.metadata, reading.is_whole) {
            // Without a key it is empty already, although it is there.
            Patch::Clear if plan.metadata.as_ref().is_some_and(Metadata::is_empty) => Patch::Keep,
            other => other,
        },
        is_public: entry.is_public.or(reading.is_whole.then_some(true)),
    };
    let updated = plan.update(patch, reading.moment.now);
    at(path, violations, updated);
    let block = match whole(&entry.block_on_exhaustion, reading.is_whole) {
        Patch::Keep => return,
        Patch::Clear => false,
        Patch::Set(block) => block,
    };
    match plan.consumption_model {
        ConsumptionModel::Metered => violations.require(
            !block,
            format!("{path}.blockOnExhaustion"),
            "A metered plan has nothing to exhaust; omit the field or send false.",
        ),
        ConsumptionModel::Credits | ConsumptionModel::Balance => {
            plan.block_on_exhaustion = Some(block);
        }
    }
}

fn parts_of(entry: PlanEntry) -> Parts {
    Parts {
        features: entry.features.unwrap_or_default(),
        prices: entry.prices.unwrap_or_default(),
        regional: entry.regional.unwrap_or_default(),
    }
}

/// What a document wants of the parts of a plan, in the order in which the plan has them.
fn wanted(plan: &Plan, entry: &PlanEntry, reading: Reading<'_>) -> Parts {
    let current = parts_of(PlanEntry::of(plan));
    let mut parts = Parts {
        features: given(entry.features.as_ref(), &current.features, reading),
        prices: given(entry.prices.as_ref(), &current.prices, reading),
        regional: given(entry.regional.as_ref(), &current.regional, reading),
    };
    let of_feature = |item: &PlanFeatureEntry| item.code.clone();
    parts.features = in_order(parts.features, &current.features, of_feature);
    for item in &mut parts.features {
        let mut known = current.features.iter();
        if let Some(known) = known.find(|known| known.code == item.code) {
            item.is_switch = known.is_switch;
        }
    }
    parts.prices = in_order(parts.prices, &current.prices, |price| price.interval);
    let default = plan.prices.iter().find(|price| price.is_default);
    price::fill_default(
        &mut parts.prices,
        default.map(|price| price.billing_interval),
    );
    if entry.regional.is_none() {
        regional::drop_gone(&mut parts.regional, &parts.prices, &parts.features);
    }
    regional::fit(&mut parts.regional, plan);
    parts
}

fn given<T: Clone>(given: Option<&Vec<T>>, current: &[T], reading: Reading<'_>) -> Vec<T> {
    match given {
        Some(given) => given.clone(),
        None if reading.is_whole => Vec::new(),
        None => current.to_vec(),
    }
}

/// The parts that the plan has already come first, in its order.
fn in_order<T, K: PartialEq>(parts: Vec<T>, current: &[T], key: impl Fn(&T) -> K) -> Vec<T> {
    let place = |part: &T| current.iter().position(|known| key(known) == key(part));
    let mut parts: Vec<_> = parts
        .into_iter()
        .map(|part| (place(&part).unwrap_or(usize::MAX), part))
        .collect();
    parts.sort_by_key(|(place, _)| *place);
    parts.into_iter().map(|(_, part)| part).collect()
}

fn set_parts(
    plan: &mut Plan,
    parts: &Parts,
    features: &Features<'_>,
    reading: Reading<'_>,
    violations: &mut Violations,
) {
    let path = format!("plans.{}", plan.code.as_str());
    set_features(plan, &parts.features, features, &path, violations);
    price::set(plan, &parts.prices, reading.moment, &path, violations);
    regional::set(plan, &parts.regional, &path, violations);
}

fn set_features(
    plan: &mut Plan,
    wanted: &[PlanFeatureEntry],
    features: &Features<'_>,
    path: &str,
    violations: &mut Violations,
) {
    let mut before = std::mem::take(&mut plan.features);
    let mut position = before
        .iter()
        .map(|item| item.position + 1)
        .max()
        .unwrap_or(0);
    for entry in wanted {
        let Some(feature) = features.get(&entry.code) else {
            let path = format!("{path}.features.{}", entry.code.as_str());
            violations.add(path, "There is no feature with this code.");
            continue;
        };
        let known = before.iter().position(|item| item.feature.id == feature.id);
        let place = match known.map(|index| before.swap_remove(index)) {
            Some(known) => known.position,
            None => {
                position += 1;
                position - 1
            }
        };
        plan.features.push(PlanFeature {
            feature: (*feature).clone(),
            settings: entry.settings,
            position: place,
            regional: BTreeMap::new(),
        });
    }
}

/// Adds a violation for each rule that the plan breaks, or breaks more than before.
fn check_rules(check: PlanCheck, plan: &Plan, path: &str, violations: &mut Violations) {
    check.after(plan, violations, |broken| {
        format!("{path}.{}", place_of(plan, broken))
    });
}

fn place_of(plan: &Plan, broken: &BrokenRule) -> String {
    let interval = |id: &PriceId| {
        let mut prices = plan.prices.iter();
        let price = prices.find(|price| price.id == *id);
        price.map_or("", |price| price.billing_interval.as_str())
    };
    match &broken.part {
        Part::Price(id) => format!("prices.{}.{}", interval(id), field_of(broken.rule)),
        Part::Regional(id, currency) => {
            let interval = interval(id);
            let field = field_of(broken.rule);
            format!("regional.{currency}.prices.{interval}.{field}")
        }
        Part::Feature(id) => {
            let mut features = plan.features.iter();
            let item = features.find(|item| item.feature.id == *id);
            let code = item.map_or("", |item| item.feature.code.as_str());
            format!("features.{code}.{}", field_of(broken.rule))
        }
    }
}

/// The field of a document that a rule is about.
fn field_of(rule: Rule) -> &'static str {
    match rule {
        Rule::FreePrice => "price",
        Rule::FreeTrial | Rule::Trial => "trialDays",
        Rule::Balance => "includedBalance",
        Rule::Credits => "includedCredits",
        Rule::FreeOffer | Rule::OfferType | Rule::OfferValue => "introOffer",
        Rule::Percentage => "introOffer.percent",
        Rule::Amount => "introOffer.amount",
        Rule::OfferCycles | Rule::OneCycle => "introOffer.cycles",
        Rule::Boolean("includedAmount") => "included",
        Rule::Boolean("overage.enabled" | "overage.unitPrice")
        | Rule::UnlimitedOverage
        | Rule::FreeOverage => "overage",
        Rule::Boolean(field) => field,
        Rule::CreditsPerUnit => "creditsPerUnit",
        Rule::AiModel => "pricingMode",
        Rule::Margin => "margin",
    }
}
