//! Properties of findings about any plans.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use super::shop::{change_all, group, lint_all};
use crate::domain::catalog::Catalog;
use crate::domain::change::HasLeaves;
use crate::domain::id::PlanId;
use crate::domain::plan::Plan;
use crate::domain::regional::properties::plans;
use crate::domain::text::Code;

/// Plans with ids and codes of their own, most of them in a group.
fn catalogs() -> impl Strategy<Value = Catalog> {
    let plan = (plans(), 0..3_u128, any::<bool>());
    vec(plan, 0..5).prop_map(|plans| {
        let plans = plans.into_iter().zip(1..);
        Catalog {
            features: Vec::new(),
            groups: vec![group(1), group(2)],
            plans: plans.map(|(plan, number)| numbered(plan, number)).collect(),
        }
    })
}

fn numbered((mut plan, of_group, is_public): (Plan, u128, bool), number: u32) -> Plan {
    plan.id = PlanId::from_uuid(Uuid::from_u128(number.into()));
    plan.code = Code::from_row(format!("p{number}"));
    plan.creation_order = number.into();
    plan.plan_group_id = (of_group > 0).then(|| group(of_group).id);
    plan.is_public = is_public;
    plan
}

proptest! {
    #![proptest_config(crate::fuzz::cases(300))]

    #[test]
    fn no_change_makes_nothing(catalog in catalogs()) {
        prop_assert_eq!(change_all(&catalog, &catalog), []);
    }

    #[test]
    fn a_value_is_found_once(before in catalogs(), after in catalogs()) {
        for findings in [lint_all(&after), change_all(&before, &after)] {
            let places = findings.iter().map(|one| (&one.code, &one.path));
            prop_assert_eq!(places.collect::<HashSet<_>>().len(), findings.len());
        }
    }

    #[test]
    fn a_new_catalog_is_linted_whole(catalog in catalogs()) {
        let mut expected = lint_all(&catalog);
        for finding in &mut expected {
            finding.id = None;
        }
        prop_assert_eq!(change_all(&Catalog::default(), &catalog), expected);
    }

    /// What a plan itself shows is found at the paths of its leaves.
    #[test]
    fn paths_are_those_of_leaves(catalog in catalogs()) {
        for finding in lint_all(&catalog) {
            let mut plans = catalog.plans.iter();
            let Some(plan) = plans.find(|plan| Some(plan.code.as_str()) == finding.code.as_deref()) else {
                prop_assert_eq!(&*finding.path, "plans");
                continue;
            };
            let leaves = plan.leaves_unlike(None);
            let leaf = leaves.iter().find(|leaf| leaf.path == finding.path);
            match leaf {
                Some(leaf) => prop_assert_eq!(&leaf.value, &finding.value),
                None => prop_assert_eq!(&*finding.path, "prices"),
            }
        }
    }
}
