//! How many statements it takes to read plans.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::domain::feature::{Feature, FeatureType};
use crate::domain::id::{FeatureId, OrganizationId, PriceId, ScopeId};
use crate::domain::money::{Amount, Count, Currency, UnitPrice};
use crate::domain::plan::{NewPlan, NewPlanPlace};
use crate::domain::plan_feature::{Overage, PlanFeatureSettings};
use crate::domain::plan_price::{BillingInterval, PriceTerms};
use crate::domain::regional::RegionalPricing;
use crate::domain::scope::{Mode, Scope};
use crate::store::db::{Database, DatabaseUrl};
use crate::store::organization::{self, NewIds};

const NOW: Timestamp = Timestamp::from_millis(0);

/// One statement for the plans and one for each table of what is in them: features of plans, their
/// definitions, prices of overage, prices, regional prices and rates.
const STATEMENTS: usize = 7;

/// How much there is to read.
#[derive(Clone, Copy)]
struct Size {
    plans: i64,
    features: usize,
    intervals: usize,
    currencies: usize,
}

const SMALL: Size = Size {
    plans: 1,
    features: 1,
    intervals: 1,
    currencies: 1,
};
const LARGE: Size = Size {
    plans: 30,
    features: 6,
    intervals: 5,
    currencies: 21,
};

/// A database that counts the statements that run on it.
struct Counted {
    _folder: TempDir,
    database: Database,
    scope: Scope,
    count: Arc<AtomicUsize>,
}

impl Counted {
    async fn with(size: Size) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::Sqlite(folder.path().join("pricebook.db"));
        let mut database = Database::connect(&url).await.unwrap();
        database.migrate().await.unwrap();
        let count = database.count_statements();
        let counted = Self {
            scope: scope(&database).await,
            _folder: folder,
            database,
            count,
        };
        counted.fill(size).await;
        counted
    }

    async fn fill(&self, size: Size) {
        let at = self.database.transaction(&self.scope).await.unwrap();
        let features: Vec<_> = (0..size.features).map(feature).collect();
        for feature in &features {
            at.insert_feature(feature).await.unwrap();
        }
        for number in 0..size.plans {
            let empty = empty_plan(number);
            at.insert_plan(&empty).await.unwrap();
            at.save_plan(&empty, &full_plan(&empty, &features, size))
                .await
                .unwrap();
        }
        at.commit().await.unwrap();
    }

    /// Lists all plans; answers them, and how many statements it took.
    async fn list(&self) -> (Vec<Plan>, usize) {
        let before = self.count.load(SeqCst);
        let at = self.database.snapshot(&self.scope).await.unwrap();
        let all = PageRequest {
            limit: None,
            after: None,
        };
        let page = heads(&at, true, &all).await.unwrap();
        let wanted: Vec<_> = page.items.iter().collect();
        let plans = of_heads(&at, &wanted).await.unwrap();
        let plans = plans.into_iter().map(|(plan, _)| plan).collect();
        (plans, self.count.load(SeqCst) - before)
    }

    /// Reads one plan; answers it, and how many statements it took.
    async fn find(&self, id: &PlanId) -> (Plan, usize) {
        let before = self.count.load(SeqCst);
        let at = self.database.snapshot(&self.scope).await.unwrap();
        let plan = find(&at, Some(&PlanRef::Id(id.clone()))).await.unwrap();
        (plan, self.count.load(SeqCst) - before)
    }
}

async fn scope(database: &Database) -> Scope {
    let ids = NewIds {
        organization: OrganizationId::from_uuid(Uuid::nil()),
        scope: ScopeId::from_uuid(Uuid::nil()),
    };
    let name = Name::from_row("acme".to_owned());
    let made = organization::transaction(database, &name, Mode::Sandbox, ids, NOW).await;
    let (transaction, _) = made.unwrap();
    let scope = transaction.scope().clone();
    transaction.commit().await.unwrap();
    scope
}

fn feature(number: usize) -> Feature {
    Feature {
        id: FeatureId::from_uuid(Uuid::from_u128(number as u128)),
        code: Code::from_row(format!("feature_{number}")),
        name: Name::from_row("Feature".to_owned()),
        feature_type: FeatureType::Usage,
        description: None,
        unit_name: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn empty_plan(number: i64) -> Plan {
    let new = NewPlan {
        name: Name::from_row("Plan".to_owned()),
        code: Code::from_row(format!("plan_{number}")),
        description: None,
        consumption_model: ConsumptionModel::Metered,
        is_public: number % 2 == 0,
        is_free: false,
        block_on_exhaustion: None,
        metadata: None,
    };
    let place = NewPlanPlace {
        is_first: number == 0,
        creation_order: number,
        group: None,
    };
    Plan::create(new, place, PlanId::from_uuid(unique()), NOW).unwrap()
}

fn unique() -> Uuid {
    Uuid::now_v7()
}

/// The plan with as much in it as the size says.
fn full_plan(empty: &Plan, features: &[Feature], size: Size) -> Plan {
    let mut plan = empty.clone();
    for feature in features {
        let overage = Overage {
            enabled: true,
            unit_price: UnitPrice::from_row(20),
        };
        let settings = PlanFeatureSettings {
            overage,
            ..PlanFeatureSettings::DEFAULT
        };
        plan.add_feature(feature.clone(), settings).unwrap();
    }
    for interval in &BillingInterval::ALL[..size.intervals] {
        let id = PriceId::from_uuid(unique());
        plan.add_price(*interval, terms(), false, id, NOW).unwrap();
    }
    for currency in &Currency::ALL[..size.currencies] {
        plan.set_regional_pricing(&at_rate(*currency)).unwrap();
    }
    plan
}

fn terms() -> PriceTerms {
    PriceTerms {
        price: Amount::from_row(4900),
        trial_days: Count::ZERO,
        included_balance: None,
        included_credits: None,
        intro_offer: None,
    }
}

fn at_rate(currency: Currency) -> RegionalPricing {
    RegionalPricing {
        currency,
        exchange_rate: "150".to_owned(),
        prices: Vec::new(),
        features: Vec::new(),
        intro_offers: Vec::new(),
    }
}

#[tokio::test]
async fn plans_are_read_with_as_many_statements_however_much_is_in_them() {
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
