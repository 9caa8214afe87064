//! The catalog of one scope according to the rules, in plain lists. Each resource has a file for
//! its calls; this one has the shared parts and the order of refusal.

use serde_json::{Map, Value};

use super::calls::{Call, Op, Payload};
use super::choices;
use super::money::minor_digits;
use super::refusal::{Fault, Refusal, refuse_if_any};
use super::regional::{OverageRow, PriceRow};
use super::schema::{self, Sent};

/// Placeholders in expected answers for values that only the server knows.
pub const ANY_TIME: &str = "<date-time>";
/// Stands for the change that last wrote a value, which the model does not know.
pub const SINCE: &str = "<since>";
pub const LIVEMODE: &str = "<livemode>";
pub const RATE: &str = "<rate>";

/// A cursor that no server issued.
pub const FORGED_CURSOR: &str = "forged";

/// The model, including the ids of deleted objects, which walks use too.
#[derive(Clone, Default)]
pub struct Model {
    /// Not deleted, oldest first, like the other lists.
    pub plans: Vec<Plan>,
    pub plans_ever: i64,
    pub features: Vec<Feature>,
    pub groups: Vec<Group>,
    /// Every id that the server has issued.
    pub issued: Vec<String>,
}

#[derive(Clone)]
pub struct Plan {
    pub id: String,
    pub name: String,
    pub code: String,
    pub description: Option<String>,
    pub consumption: String,
    pub is_public: bool,
    pub is_default: bool,
    pub is_free: bool,
    pub blocks: Option<bool>,
    /// The number of plans created before it.
    pub born: i64,
    pub seat: Option<Seat>,
    pub metadata: Option<Value>,
    pub features: Vec<PlanFeature>,
    pub prices: Vec<Price>,
    pub rates: Vec<Rate>,
}

/// A plan's position in a group.
#[derive(Clone)]
pub struct Seat {
    pub group: String,
    pub place: i64,
}

/// A currency's rate, in the digits in which it was sent.
#[derive(Clone)]
pub struct Rate {
    pub currency: String,
    pub digits: String,
}

#[derive(Clone)]
pub struct PlanFeature {
    pub feature: String,
    pub enabled: bool,
    pub included: i64,
    pub unlimited: bool,
    pub overage: bool,
    pub unit_price: i64,
    pub credits_per_unit: Option<i64>,
    pub pricing_mode: String,
    pub margin: Option<i64>,
    pub regional: Vec<OverageRow>,
}

#[derive(Clone)]
pub struct Price {
    pub id: String,
    pub interval: String,
    pub amount: i64,
    pub is_default: bool,
    pub trial_days: i64,
    pub balance: Option<i64>,
    pub credits: Option<i64>,
    pub offer: Option<Offer>,
    pub regional: Vec<PriceRow>,
}

#[derive(Clone, Default, PartialEq)]
pub struct Offer {
    pub enabled: bool,
    pub discount: Option<String>,
    pub value: Option<i64>,
    pub cycles: Option<i64>,
}

#[derive(Clone)]
pub struct Feature {
    pub id: String,
    pub name: String,
    pub code: String,
    pub kind: String,
    pub description: Option<String>,
    pub unit_name: Option<String>,
}

#[derive(Clone)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub is_public: bool,
}

/// The result of a call to the model: the `data` of a success, or the refusal.
pub type Answer = Result<Value, Refusal>;

impl Model {
    /// Makes the call; `fresh` is the id from the server if the call creates an object. Lists are
    /// returned whole, whatever page was requested. A refused call changes nothing.
    pub fn answer(&mut self, call: &Call, fresh: &str) -> Answer {
        refuse_if_any(query_faults(call))?;
        let empty = Map::new();
        let sent = Sent(checked_body(call, &empty)?);
        let mut next = self.clone();
        let data = next.perform(call, sent, fresh)?;
        if call.op.makes().is_some() {
            next.issued.push(fresh.to_owned());
        }
        *self = next;
        Ok(data)
    }

    fn perform(&mut self, call: &Call, sent: Sent, fresh: &str) -> Answer {
        let first = call.path.first().map_or("", String::as_str);
        let second = call.path.get(1).map_or("", String::as_str);
        match call.op {
            Op::ListPlans => Ok(self.list_plans(call.asked("includePrivate") == Some("true"))),
            Op::GetPlan => self.get_plan(first),
            Op::CreatePlan => self.create_plan(sent, fresh),
            Op::UpdatePlan => self.update_plan(first, sent),
            Op::DeletePlan => self.delete_plan(first),
            Op::SetVisibility => self.set_visibility(first, sent),
            Op::AddPlanFeature => self.add_plan_feature(first, sent),
            Op::UpdatePlanFeature => self.update_plan_feature(first, second, sent),
            Op::RemovePlanFeature => self.remove_plan_feature(first, second),
            Op::AddPrice => self.add_price(first, sent, fresh),
            Op::UpdatePrice => self.update_price(first, second, sent),
            Op::DeletePrice => self.delete_price(first, second),
            Op::SetDefaultPrice => self.set_default_price(first, second),
            Op::UpsertRegional => self.upsert_regional(first, second, sent),
            Op::DeleteRegional => self.delete_regional(first, second),
            Op::SetRegional => self.set_regional(first, sent),
            Op::DeleteCurrency => self.delete_currency(first, second),
            Op::ResyncCurrency => self.resync_currency(first, second, sent),
            Op::ExplainPlan => self.explain_plan(first, call.asked("currency")),
            Op::ListFeatures => Ok(self.list_features()),
            Op::GetFeature => self.get_feature(first),
            Op::CreateFeature => self.create_feature(sent, fresh),
            Op::UpdateFeature => self.update_feature(first, sent),
            Op::DeleteFeature => self.delete_feature(first),
            Op::ListGroups => Ok(self.list_groups()),
            Op::GetGroup => self.get_group(first),
            Op::CreateGroup => self.create_group(sent, fresh),
            Op::UpdateGroup => self.update_group(first, sent),
            Op::DeleteGroup => self.delete_group(first),
            Op::AddToGroup => self.add_to_group(first, sent),
            Op::RemoveFromGroup => self.remove_from_group(first, second),
            Op::ReorderGroup => self.reorder_group(first, sent),
        }
    }

    /// The index of the plan with this id or code.
    pub fn plan_at(&self, name: &str) -> Result<usize, Refusal> {
        let found = self
            .plans
            .iter()
            .position(|plan| plan.id == name || plan.code == name);
        found.ok_or(Refusal::NotFound("plan_not_found"))
    }

    /// The index of the plan that a call on groups names.
    pub fn group_plan_at(&self, name: &str) -> Result<usize, Refusal> {
        let index = self.plan_at(name)?;
        let named_by_id = self.plans[index].id == name;
        if named_by_id || choices::PLAN_CODES_IN_GROUP_CALLS {
            Ok(index)
        } else {
            Err(Refusal::NotFound("plan_not_found"))
        }
    }

    pub fn feature_at(&self, name: &str) -> Result<usize, Refusal> {
        let found = self
            .features
            .iter()
            .position(|feature| feature.id == name || feature.code == name);
        found.ok_or(Refusal::NotFound("feature_not_found"))
    }

    /// The feature that a `featureId` refers to.
    pub fn feature_meant(&self, name: &str) -> Result<&Feature, Refusal> {
        let feature = &self.features[self.feature_at(name)?];
        if feature.id == name || choices::FEATURE_CODES_FOR_IDS {
            Ok(feature)
        } else {
            Err(Refusal::NotFound("feature_not_found"))
        }
    }

    pub fn group_at(&self, id: &str) -> Result<usize, Refusal> {
        let found = self.groups.iter().position(|group| group.id == id);
        found.ok_or(Refusal::NotFound("plan_group_not_found"))
    }
}

impl Plan {
    pub fn sort_order(&self) -> i64 {
        self.seat
            .as_ref()
            .map_or(choices::position_by_creation(self.born), |seat| seat.place)
    }

    pub fn is_in(&self, group: &str) -> bool {
        self.seat.as_ref().is_some_and(|seat| seat.group == group)
    }

    pub fn price_at(&self, id: &str) -> Result<usize, Refusal> {
        let found = self.prices.iter().position(|price| price.id == id);
        found.ok_or(Refusal::NotFound("price_not_found"))
    }

    /// The index of the feature with this id in the plan.
    pub fn feature_at(&self, id: &str) -> Result<usize, Refusal> {
        let found = self.features.iter().position(|on| on.feature == id);
        found.ok_or(Refusal::NotFound("feature_not_in_plan"))
    }
}

/// The body, or the refusal that precedes every lookup.
fn checked_body<'a>(
    call: &'a Call,
    empty: &'a Map<String, Value>,
) -> Result<&'a Map<String, Value>, Refusal> {
    let Some(fields) = call.op.body() else {
        return Ok(empty);
    };
    let object = match &call.payload {
        Payload::Broken(_) => return Err(Refusal::InvalidJson),
        Payload::Json(Value::Object(object)) => object,
        Payload::Json(_) | Payload::Nothing => return Err(Refusal::Invalid(vec![Fault::at("*")])),
    };
    let mut faults = schema::faults_of(object, fields, "");
    if call.op == Op::UpdateFeature && object.is_empty() {
        faults.push(Fault::at("*"));
    }
    refuse_if_any(faults)?;
    Ok(object)
}

fn query_faults(call: &Call) -> Vec<Fault> {
    let fits = |name: &str, value: &str| match name {
        "limit" => value
            .parse()
            .is_ok_and(|limit: usize| (1..=100).contains(&limit)),
        "includePrivate" => matches!(value, "true" | "false"),
        "currency" => minor_digits(&value.to_lowercase()).is_some(),
        _ => value != FORGED_CURSOR,
    };
    let wrong = call.query.iter().filter(|(name, value)| !fits(name, value));
    wrong.map(|(name, _)| Fault::at(*name)).collect()
}
