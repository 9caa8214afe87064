//! The plan groups that a document leads to, and the plans in them.

use std::collections::{HashMap, HashSet};

use super::Reading;
use super::features::whole;
use crate::domain::changeset::include::Section;
use crate::domain::changeset::proposal::Prune;
use crate::domain::document::{GroupEntry, handles};
use crate::domain::error::Violations;
use crate::domain::id::PlanGroupId;
use crate::domain::money::MAX_SAFE_INTEGER;
use crate::domain::plan::Plan;
use crate::domain::plan_group::{
    NewPlanGroup, PlanGroup, PlanGroupPatch, leave_group, place_in_group,
};
use crate::domain::text::Code;

/// A group, and the codes of its plans where the document says them.
type Wanted<'a> = (PlanGroup, Option<(&'a GroupEntry, &'a [Code])>);

pub(super) fn propose(
    current: &[PlanGroup],
    entries: Option<&[GroupEntry]>,
    plans: &mut [Plan],
    reading: Reading<'_>,
    violations: &mut Violations,
) -> Vec<PlanGroup> {
    let Some(entries) = entries else {
        return current.to_vec();
    };
    let wanted = wanted(current, entries, reading);
    let mut places = Places::new(plans);
    for (group, members) in &wanted {
        if let Some((entry, codes)) = members {
            places.claim(group, entry, codes, violations);
        }
    }
    let listed = wanted.iter().filter(|(_, members)| members.is_some());
    let listed = listed.map(|(group, _)| &group.id).collect();
    let kept = wanted.iter().map(|(group, _)| &group.id).collect();
    leave(plans, &places, (&listed, &kept), reading);
    place(plans, &places, reading);
    wanted.into_iter().map(|(group, _)| group).collect()
}

/// The groups that stay, then those that are new in the order of the document.
fn wanted<'a>(
    current: &[PlanGroup],
    entries: &'a [GroupEntry],
    reading: Reading<'_>,
) -> Vec<Wanted<'a>> {
    let mut named: HashMap<&str, &GroupEntry> = entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry))
        .collect();
    let handles = handles(current);
    let mut wanted: Vec<Wanted<'a>> = Vec::new();
    for (group, handle) in current.iter().zip(handles) {
        // Names of older versions are not normalized.
        let same = named.keys().copied().find(|name| {
            let entry = named.get(name);
            entry.is_some_and(|entry| entry.name.is_same_as(group.name.as_str()))
        });
        match same.and_then(|name| named.remove(name)) {
            Some(entry) => wanted.push((changed(group, entry, reading), members(entry, reading))),
            None if is_deleted(&handle, reading) => {}
            None => wanted.push((group.clone(), None)),
        }
    }
    for entry in entries {
        if named.contains_key(entry.name.as_str()) {
            let entry_plans = entry.plans.as_deref().unwrap_or_default();
            wanted.push((created(entry, reading), Some((entry, entry_plans))));
        }
    }
    wanted
}

fn is_deleted(handle: &str, reading: Reading<'_>) -> bool {
    reading.prune == Prune::All && reading.inclusion.has(Section::Groups, handle)
}

fn members<'a>(
    entry: &'a GroupEntry,
    reading: Reading<'_>,
) -> Option<(&'a GroupEntry, &'a [Code])> {
    match &entry.plans {
        Some(plans) => Some((entry, plans)),
        None => reading.is_whole.then_some((entry, &[] as &[Code])),
    }
}

fn changed(group: &PlanGroup, entry: &GroupEntry, reading: Reading<'_>) -> PlanGroup {
    let GroupEntry {
        handle: _,
        name: _,
        description,
        is_public,
        plans: _,
    } = entry;
    let mut changed = group.clone();
    let patch = PlanGroupPatch {
        name: None,
        description: whole(description, reading.is_whole),
        is_public: is_public.or(reading.is_whole.then_some(true)),
    };
    changed.update(patch, reading.moment.now);
    changed
}

fn created(entry: &GroupEntry, reading: Reading<'_>) -> PlanGroup {
    let new = NewPlanGroup {
        name: entry.name.clone(),
        description: entry.description.clone().into_value(),
        is_public: entry.is_public.unwrap_or(true),
    };
    let id = PlanGroupId::from_uuid((reading.moment.unique)());
    PlanGroup::create(new, id, reading.moment.now)
}

/// Which plan is to be in which group, and in which order.
struct Places {
    /// The index of each plan by its code.
    plans: HashMap<Code, usize>,
    /// The groups that plans are to be in, by the index of the plan.
    groups: HashMap<usize, PlanGroupId>,
    /// The plans of each group in order.
    lists: Vec<(PlanGroupId, Vec<usize>)>,
}

impl Places {
    fn new(plans: &[Plan]) -> Self {
        let codes = plans.iter().enumerate();
        Self {
            plans: codes
                .map(|(index, plan)| (plan.code.clone(), index))
                .collect(),
            groups: HashMap::new(),
            lists: Vec::new(),
        }
    }

    fn claim(
        &mut self,
        group: &PlanGroup,
        entry: &GroupEntry,
        codes: &[Code],
        violations: &mut Violations,
    ) {
        let mut list = Vec::with_capacity(codes.len());
        for (place, code) in codes.iter().enumerate() {
            let path = || format!("groups.{}.plans[{place}]", entry.handle);
            let Some(plan) = self.plans.get(code).copied() else {
                violations.add(path(), "There is no plan with this code.");
                continue;
            };
            if self.groups.insert(plan, group.id.clone()).is_some() {
                violations.add(path(), "Names a plan twice; it is in at most one group.");
            }
            list.push(plan);
        }
        self.lists.push((group.id.clone(), list));
    }
}

type Ids<'a> = HashSet<&'a PlanGroupId>;

/// Takes plans out of groups that do not list them, or that go.
fn leave(
    plans: &mut [Plan],
    places: &Places,
    (listed, kept): (&Ids<'_>, &Ids<'_>),
    reading: Reading<'_>,
) {
    for (index, plan) in plans.iter_mut().enumerate() {
        let Some(current) = &plan.plan_group_id else {
            continue;
        };
        let wanted = places.groups.get(&index);
        let is_listed_elsewhere = wanted.is_some_and(|wanted| wanted != current);
        let is_left_out = wanted.is_none() && listed.contains(current);
        if is_listed_elsewhere || is_left_out || !kept.contains(current) {
            leave_group(plan, reading.moment.now);
        }
    }
}

/// Puts plans into their groups. Only where the order differs, all of a group are numbered again.
fn place(plans: &mut [Plan], places: &Places, reading: Reading<'_>) {
    for (group, list) in &places.lists {
        let (old, new) = list.split_at(settled(plans, group, list));
        let last = old.last().map_or(-1, |index| plans[*index].sort_order);
        let is_in_order = new
            .iter()
            .all(|index| plans[*index].plan_group_id.is_none());
        let room = MAX_SAFE_INTEGER - i64::try_from(new.len()).unwrap_or(MAX_SAFE_INTEGER);
        let (numbered, first) = match is_in_order && last < room {
            true => (new, last + 1),
            false => (list.as_slice(), 0),
        };
        for index in new {
            plans[*index].plan_group_id = Some(group.clone());
        }
        for (index, sort_order) in numbered.iter().zip(first..) {
            place_in_group(&mut plans[*index], sort_order, reading.moment.now);
        }
    }
}

/// How many plans at the head of a list are in the group already, in this order.
fn settled(plans: &[Plan], group: &PlanGroupId, list: &[usize]) -> usize {
    let place = |index: &usize| {
        let plan = &plans[*index];
        (plan.plan_group_id.as_ref() == Some(group))
            .then_some((plan.sort_order, plan.creation_order))
    };
    let mut before = None;
    let is_settled = |index: &&usize| {
        let place = place(index);
        let follows = place.is_some() && place > before;
        before = place;
        follows
    };
    list.iter().take_while(is_settled).count()
}
