//! Linting a state of a catalog.

use std::collections::HashSet;

use super::finding::{Finding, PastRates};
use super::found::Found;
use super::ignoring::Ignoring;
use super::medians::Medians;
use super::report::Report;
use super::{groups, intervals, manual, offers, prices, rates};
use crate::domain::catalog::Catalog;
use crate::domain::id::{PlanGroupId, PlanId};
use crate::domain::plan::Plan;

/// Finds everything that looks wrong in a catalog, in the order of its plans and then of its
/// groups.
pub fn lint_catalog(catalog: &Catalog, past: &PastRates) -> Vec<Finding> {
    let ignoring = Ignoring::in_catalog(catalog);
    let state = State::new(catalog, past, &ignoring);
    state.report(&Wanted::Everything).into_findings(catalog)
}

/// The objects whose rules are wanted.
pub(super) enum Wanted<'a> {
    /// All objects.
    Everything,
    /// Some of them.
    Only {
        plans: HashSet<&'a PlanId>,
        groups: HashSet<&'a PlanGroupId>,
    },
}

impl Wanted<'_> {
    fn has_plan(&self, plan: &PlanId) -> bool {
        match self {
            Self::Everything => true,
            Self::Only { plans, .. } => plans.contains(plan),
        }
    }

    fn has_group(&self, group: &PlanGroupId) -> bool {
        match self {
            Self::Everything => true,
            Self::Only { groups, .. } => groups.contains(group),
        }
    }
}

/// A catalog, with what is compared across its plans.
pub(super) struct State<'a> {
    catalog: &'a Catalog,
    past: &'a PastRates,
    ignoring: &'a Ignoring<'a>,
    medians: Medians<'a>,
}

impl<'a> State<'a> {
    pub fn new(catalog: &'a Catalog, past: &'a PastRates, ignoring: &'a Ignoring<'a>) -> Self {
        Self {
            catalog,
            past,
            ignoring,
            medians: Medians::of(catalog),
        }
    }

    /// All that is found in the wanted objects.
    pub fn report(&self, wanted: &Wanted<'_>) -> Report<'a> {
        let mut report = Report::default();
        let plans = self.catalog.plans.iter();
        for plan in plans.filter(|plan| wanted.has_plan(&plan.id)) {
            report.add_to_plan(plan, self.in_plan(plan));
        }
        self.report_groups(wanted, &mut report);
        report
    }

    fn in_plan(&self, plan: &Plan) -> Vec<Found> {
        let mut found = Vec::new();
        manual::check(plan, &mut found);
        intervals::check(plan, &mut found);
        offers::check(plan, &mut found);
        prices::check_unpriced(plan, &mut found);
        prices::check_usd(plan, &mut found);
        rates::check_scale(plan, &self.medians, &mut found);
        rates::check_age(plan, self.past, &mut found);
        self.ignoring.drop_ignored(plan, &mut found);
        found
    }

    fn report_groups(&self, wanted: &Wanted<'_>, report: &mut Report<'a>) {
        let members = self.catalog.members();
        let groups = self.catalog.groups.iter();
        for group in groups.filter(|group| wanted.has_group(&group.id)) {
            let members = members.get(&group.id).map_or(&[][..], Vec::as_slice);
            for (plan, found) in groups::order(members, self.ignoring) {
                report.add_to_plan(plan, [found]);
            }
            report.add_to_group(group, groups::currencies(group, members, self.ignoring));
        }
    }
}
