//! How many statements it takes to read plans.

use super::*;
use crate::domain::id::PlanId;
use crate::domain::page::PageRequest;
use crate::domain::plan::{Plan, PlanRef};
use crate::store::tests::{Counted, LARGE, SMALL, Size};

/// One statement for the plans and one for each table of their contents: features of plans, their
/// definitions, prices of overage, prices, regional prices and rates.
const STATEMENTS: usize = 6;

impl Counted {
    /// Lists all plans; answers them, and how many statements it took.
    async fn list(&self) -> (Vec<Plan>, usize) {
        let before = self.statements();
        let tx = self.database.snapshot(&self.scope).await.unwrap();
        let all = PageRequest {
            limit: None,
            after: None,
        };
        let page = heads(&tx, true, &all).await.unwrap();
        let wanted: Vec<_> = page.items.iter().collect();
        let plans = of_heads(&tx, &wanted).await.unwrap();
        let plans = plans.into_iter().map(|(plan, _)| plan).collect();
        (plans, self.statements() - before)
    }

    /// Reads one plan; answers it, and how many statements it took.
    async fn find(&self, id: &PlanId) -> (Plan, usize) {
        let before = self.statements();
        let tx = self.database.snapshot(&self.scope).await.unwrap();
        let plan = find(&tx, Some(&PlanRef::Id(id.clone()))).await.unwrap();
        (plan, self.statements() - before)
    }
}

#[tokio::test]
async fn reading_takes_constantly_many_statements() {
    for size in [SMALL, LARGE] {
        let counted = Counted::with(size).await;
        let (plans, statements) = counted.list().await;
        // One more, for which plans there are and in which order.
        assert_eq!(statements, STATEMENTS + 1);
        assert_eq!(plans.len(), usize::try_from(size.plans).unwrap());
        for plan in &plans {
            assert_eq!(plan.features.len(), size.features);
            assert_eq!(plan.prices.len(), size.intervals);
            assert_eq!(plan.prices[0].regional.len(), size.currencies);
            assert_eq!(plan.features[0].regional.len(), size.currencies);
        }
        let last = plans.last().unwrap();
        let (plan, statements) = counted.find(&last.id).await;
        assert_eq!(statements, STATEMENTS);
        assert_eq!(&plan, last);
    }
}

#[tokio::test]
async fn an_empty_list_takes_one_statement() {
    let nothing = Size { plans: 0, ..SMALL };
    let counted = Counted::with(nothing).await;
    assert_eq!(counted.list().await, (Vec::new(), 1));
}
