//! A catalog that counts the statements that it takes, for tests of this room.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tempfile::TempDir;
use uuid::Uuid;

use super::connection::db::{Database, DatabaseUrl};
use super::query::InScope;
use super::tables::organization::{self, NewIds};
use crate::domain::feature::{Feature, FeatureType};
use crate::domain::id::{FeatureId, OrganizationId, PlanId, PriceId, ScopeId};
use crate::domain::money::{Amount, Count, Currency, UnitPrice};
use crate::domain::plan::{ConsumptionModel, NewPlan, NewPlanPosition, Plan};
use crate::domain::plan_feature::{Overage, PlanFeatureSettings};
use crate::domain::plan_price::{BillingInterval, PriceTerms};
use crate::domain::regional::RegionalPricing;
use crate::domain::scope::{Mode, Scope};
use crate::domain::text::{Code, Name};
use crate::domain::timestamp::Timestamp;

pub const NOW: Timestamp = Timestamp::from_millis(0);

/// How much there is to read.
#[derive(Clone, Copy)]
pub struct Size {
    pub plans: i64,
    pub features: usize,
    pub intervals: usize,
    pub currencies: usize,
}

pub const SMALL: Size = Size {
    plans: 1,
    features: 1,
    intervals: 1,
    currencies: 1,
};
pub const LARGE: Size = Size {
    plans: 30,
    features: 6,
    intervals: 5,
    currencies: 21,
};

/// A database that counts the statements that run on it.
pub struct Counted {
    folder: TempDir,
    pub database: Database,
    pub scope: Scope,
    count: Arc<AtomicUsize>,
}

impl Counted {
    pub async fn with(size: Size) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::sqlite(folder.path().join("pricebook.db"));
        let mut database = Database::connect(&url).await.unwrap();
        database.migrate().await.unwrap();
        let count = database.count_statements();
        let counted = Self {
            scope: scope(&database, "acme").await,
            folder,
            database,
            count,
        };
        counted.fill(size).await;
        counted
    }

    async fn fill(&self, size: Size) {
        let tx = self.database.transaction(&self.scope).await.unwrap();
        let features: Vec<_> = (0..size.features).map(feature).collect();
        for feature in &features {
            let _ = tx.insert_feature(feature).await.unwrap();
        }
        for number in 0..size.plans {
            let empty = empty_plan(number);
            let _ = tx.insert_plan(&empty).await.unwrap();
            let _ = tx
                .save_plan(&empty, &full_plan(&empty, &features, size))
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
    }

    /// Another way to the same database, as another process has.
    pub async fn another(&self) -> Database {
        let url = DatabaseUrl::sqlite(self.folder.path().join("pricebook.db"));
        Database::connect(&url).await.unwrap()
    }

    /// The scope of another organization, in which nothing is.
    pub async fn other_scope(&self) -> Scope {
        scope(&self.database, "other").await
    }

    /// How many statements there were so far.
    pub fn statements(&self) -> usize {
        self.count.load(SeqCst)
    }
}

async fn scope(database: &Database, organization: &str) -> Scope {
    let ids = NewIds {
        organization: OrganizationId::from_uuid(unique()),
        scope: ScopeId::from_uuid(unique()),
    };
    let name = Name::from_row(organization.to_owned());
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
    let position = NewPlanPosition {
        is_first: number == 0,
        creation_order: number,
        group: None,
    };
    Plan::create(new, position, PlanId::from_uuid(unique()), NOW).unwrap()
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
