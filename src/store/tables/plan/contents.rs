//! What is in plans: features, prices, exchange rates and regional values.
//!
//! They are read for one plan or a stretch of the list with one statement a table, and saved by
//! comparing the plan's rows before and after.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{
    ColumnTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Query, SelectStatement, SimpleExpr},
};

use super::entity::{
    plan, plan_exchange_rate, plan_feature, plan_price, regional_overage, regional_price,
};
use super::position::{PlanPlace, from_to};
use crate::domain::feature::Feature;
use crate::domain::id::PriceId;
use crate::domain::money::{
    Amount, BasisPoints, Count, Currency, ExchangeRate, Positive, UnitPrice,
};
use crate::domain::plan::{Plan, PlanExchangeRate};
use crate::domain::plan_feature::{
    Overage, PlanFeature, PlanFeatureSettings, PricingMode, RegionalOverage,
};
use crate::domain::plan_price::{BillingInterval, DiscountType, IntroOffer, PlanPrice, PriceTerms};
use crate::domain::regional::{OfferTerms, RegionalOffer, RegionalPrice};
use crate::domain::timestamp::Timestamp;
use crate::domain::{Error, Result};
use crate::store::query::{InScope, ScopedEntity, within};
use crate::store::tables::diff::{Keyed, RowChanges};
use crate::store::tables::feature::entity as feature;
use crate::store::tables::row::Word;
use crate::store::transaction::Transaction;

/// The parts of one plan.
#[derive(Debug, Default)]
pub(in crate::store) struct Contents {
    pub features: Vec<PlanFeature>,
    pub prices: Vec<PlanPrice>,
    pub exchange_rates: Vec<PlanExchangeRate>,
}

/// The parts of plans, by plan id.
pub(in crate::store) type ByPlan = HashMap<String, Contents>;

/// Which plans' parts are read.
pub(in crate::store) enum PlanRange {
    /// Those of the plan with this id.
    One(String),
    /// Those of the plans of a stretch of the list, ends included.
    Between { first: PlanPlace, last: PlanPlace },
}

impl PlanRange {
    fn select<E: ScopedEntity>(&self, at: &impl InScope, plan_id: E::Column) -> Select<E> {
        within::<E>(at).filter(self.holds(at, plan_id))
    }

    /// Whether a plan is one of them.
    fn holds(&self, at: &impl InScope, plan_id: impl ColumnTrait) -> SimpleExpr {
        match self {
            Self::One(id) => plan_id.eq(id.as_str()),
            Self::Between { first, last } => plan_id.in_subquery(plans_between(at, first, last)),
        }
    }
}

fn plans_between(at: &impl InScope, first: &PlanPlace, last: &PlanPlace) -> SelectStatement {
    Query::select()
        .column(plan::Column::Id)
        .from(plan::Entity)
        .and_where(plan::Column::ScopeId.eq(at.scope().id.as_str()))
        .and_where(plan::Column::DeletedAt.is_null())
        .and_where(from_to(first, last))
        .to_owned()
}

/// Reads the parts of plans, in the order in which they were added.
pub(in crate::store) async fn read(at: &impl InScope, range: &PlanRange) -> Result<ByPlan> {
    let connection = at.connection();
    let features = range
        .select::<plan_feature::Entity>(at, plan_feature::Column::PlanId)
        .order_by_asc(plan_feature::Column::Position)
        .all(connection)
        .await?;
    let mut definitions = Definitions::new();
    let mut overages = Vec::new();
    if !features.is_empty() {
        definitions = read_definitions(at, range).await?;
        overages = range
            .select::<regional_overage::Entity>(at, regional_overage::Column::PlanId)
            .all(connection)
            .await?;
    }
    let prices = range
        .select::<plan_price::Entity>(at, plan_price::Column::PlanId)
        .order_by_asc(plan_price::Column::Position)
        .all(connection)
        .await?;
    let mut regional_prices = Vec::new();
    if !prices.is_empty() {
        regional_prices = range
            .select::<regional_price::Entity>(at, regional_price::Column::PlanId)
            .all(connection)
            .await?;
    }
    let rates = range
        .select::<plan_exchange_rate::Entity>(at, plan_exchange_rate::Column::PlanId)
        .all(connection)
        .await?;
    let rows = Rows {
        features,
        prices,
        rates,
        regional_prices,
        overages,
    };
    rows.into_contents(&definitions)
}

/// Features by id.
type Definitions = HashMap<String, feature::Model>;

/// The features that the plans have.
async fn read_definitions(at: &impl InScope, range: &PlanRange) -> Result<Definitions> {
    let used = Query::select()
        .column(plan_feature::Column::FeatureId)
        .from(plan_feature::Entity)
        .and_where(range.holds(at, plan_feature::Column::PlanId))
        .to_owned();
    let rows = within::<feature::Entity>(at)
        .filter(feature::Column::Id.in_subquery(used))
        .all(at.connection())
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

impl Rows {
    /// The parts that the rows are, by plan; the rows stand in the order in which they were added.
    fn into_contents(self, definitions: &Definitions) -> Result<ByPlan> {
        let Self {
            features,
            prices,
            rates,
            regional_prices,
            overages,
        } = self;
        let mut contents = ByPlan::default();
        let mut overages = overages_by_feature(overages)?;
        for row in features {
            let definition = definitions.get(&row.feature_id).cloned();
            let definition = definition
                .ok_or_else(|| Error::internal("a feature of a plan has no definition"))?;
            let key = (row.plan_id.clone(), row.feature_id.clone());
            let regional = overages.remove(&key).unwrap_or_default();
            let feature = feature_from_row(
                row,
                crate::store::tables::feature::from_row(definition)?,
                regional,
            )?;
            contents.entry(key.0).or_default().features.push(feature);
        }
        let mut regional = regional_by_price(regional_prices)?;
        for row in prices {
            let own = regional.remove(&row.id).unwrap_or_default();
            let plan_id = row.plan_id.clone();
            let price = price_from_row(row, own)?;
            contents.entry(plan_id).or_default().prices.push(price);
        }
        for row in rates {
            let plan_id = row.plan_id.clone();
            let rate = rate_from_row(row)?;
            contents
                .entry(plan_id)
                .or_default()
                .exchange_rates
                .push(rate);
        }
        // Sorted here, because databases differ in how they order text.
        for parts in contents.values_mut() {
            parts.exchange_rates.sort_by_key(|rate| rate.currency);
        }
        Ok(contents)
    }
}

type Overages = HashMap<(String, String), BTreeMap<Currency, RegionalOverage>>;

fn overages_by_feature(rows: Vec<regional_overage::Model>) -> Result<Overages> {
    let mut overages = Overages::new();
    for row in rows {
        let regional_overage::Model {
            scope_id: _,
            plan_id,
            feature_id,
            currency,
            overage_unit_price,
            auto_synced,
        } = row;
        let value = RegionalOverage {
            unit_price: UnitPrice::from_row(overage_unit_price),
            auto_synced,
        };
        let currency = Currency::from_column(&currency)?;
        overages
            .entry((plan_id, feature_id))
            .or_default()
            .insert(currency, value);
    }
    Ok(overages)
}

type RegionalPrices = HashMap<String, BTreeMap<Currency, RegionalPrice>>;

fn regional_by_price(rows: Vec<regional_price::Model>) -> Result<RegionalPrices> {
    let mut prices = RegionalPrices::new();
    for row in rows {
        let currency = Currency::from_column(&row.currency)?;
        let price_id = row.price_id.clone();
        prices
            .entry(price_id)
            .or_default()
            .insert(currency, regional_from_row(row)?);
    }
    Ok(prices)
}

fn rate_from_row(row: plan_exchange_rate::Model) -> Result<PlanExchangeRate> {
    let plan_exchange_rate::Model {
        scope_id: _,
        plan_id: _,
        currency,
        exchange_rate,
    } = row;
    Ok(PlanExchangeRate {
        currency: Currency::from_column(&currency)?,
        exchange_rate: ExchangeRate::parse(&exchange_rate).map_err(|why| {
            Error::internal(format!(
                "the database has a bad exchange rate: {}",
                why.message()
            ))
        })?,
    })
}

fn feature_from_row(
    row: plan_feature::Model,
    feature: Feature,
    regional: BTreeMap<Currency, RegionalOverage>,
) -> Result<PlanFeature> {
    let plan_feature::Model {
        scope_id: _,
        plan_id: _,
        feature_id: _,
        enabled,
        included_amount,
        unlimited,
        overage_enabled,
        overage_unit_price,
        credits_per_unit,
        pricing_mode,
        margin,
        position,
    } = row;
    Ok(PlanFeature {
        feature,
        settings: PlanFeatureSettings {
            enabled,
            included_amount: Count::from_row(included_amount),
            unlimited,
            overage: Overage {
                enabled: overage_enabled,
                unit_price: UnitPrice::from_row(overage_unit_price),
            },
            credits_per_unit: credits_per_unit.map(Count::from_row),
            pricing_mode: PricingMode::from_column(&pricing_mode)?,
            margin: margin.map(BasisPoints::from_row),
        },
        position,
        regional,
    })
}

fn price_from_row(
    row: plan_price::Model,
    regional: BTreeMap<Currency, RegionalPrice>,
) -> Result<PlanPrice> {
    let plan_price::Model {
        scope_id: _,
        plan_id: _,
        id,
        billing_interval,
        price,
        is_default,
        trial_days,
        included_balance,
        included_credits,
        intro_offer_enabled,
        intro_offer_discount_type,
        intro_offer_discount_value,
        intro_offer_duration_cycles,
        position,
        created_at,
        updated_at,
    } = row;
    let discount_type = intro_offer_discount_type
        .as_deref()
        .map(DiscountType::from_column);
    let discount_type = discount_type.transpose()?;
    let intro_offer = intro_offer_enabled.map(|enabled| IntroOffer {
        enabled,
        discount_type,
        discount_value: intro_offer_discount_value.map(Positive::from_row),
        duration_cycles: intro_offer_duration_cycles.map(Positive::from_row),
    });
    Ok(PlanPrice {
        id: PriceId::from_row(id),
        billing_interval: BillingInterval::from_column(&billing_interval)?,
        terms: PriceTerms {
            price: Amount::from_row(price),
            trial_days: Count::from_row(trial_days),
            included_balance: included_balance.map(Amount::from_row),
            included_credits: included_credits.map(Count::from_row),
            intro_offer,
        },
        is_default,
        position,
        created_at: Timestamp::from_millis(created_at),
        updated_at: Timestamp::from_millis(updated_at),
        regional,
    })
}

fn regional_from_row(row: regional_price::Model) -> Result<RegionalPrice> {
    let regional_price::Model {
        scope_id: _,
        plan_id: _,
        price_id: _,
        currency: _,
        price,
        auto_synced,
        included_balance,
        balance_auto_synced,
        intro_offer_discount_type,
        intro_offer_discount_value,
        intro_offer_duration_cycles,
        intro_offer_auto_synced,
    } = row;
    let terms = match (
        intro_offer_discount_type,
        intro_offer_discount_value,
        intro_offer_duration_cycles,
    ) {
        (Some(discount_type), Some(value), Some(cycles)) => Some(OfferTerms {
            discount_type: DiscountType::from_column(&discount_type)?,
            discount_value: Positive::from_row(value),
            duration_cycles: Positive::from_row(cycles),
        }),
        _ => None,
    };
    // An offer that is not derived and has no terms was deleted.
    let intro_offer = match (intro_offer_auto_synced, terms) {
        (Some(false), Some(terms)) => RegionalOffer::Manual(terms),
        (Some(false), None) => RegionalOffer::Deleted,
        (Some(true) | None, terms) => RegionalOffer::Derived(terms),
    };
    Ok(RegionalPrice {
        price: Amount::from_row(price),
        auto_synced,
        included_balance: included_balance.map(Amount::from_row),
        balance_auto_synced,
        intro_offer,
    })
}

/// What has to be done to the rows of what is in a plan.
pub(in crate::store) struct PartChanges {
    overages: RowChanges<regional_overage::Model>,
    regional_prices: RowChanges<regional_price::Model>,
    features: RowChanges<plan_feature::Model>,
    prices: RowChanges<plan_price::Model>,
    rates: RowChanges<plan_exchange_rate::Model>,
}

impl PartChanges {
    /// Compares a plan before and after.
    pub fn of(at: &Transaction, before: &Plan, after: &Plan) -> Self {
        let (before, after) = changed_parts(at, before, after);
        Self {
            overages: RowChanges::between(before.overages, after.overages),
            regional_prices: RowChanges::between(before.regional_prices, after.regional_prices),
            features: RowChanges::between(before.features, after.features),
            prices: RowChanges::between(before.prices, after.prices),
            rates: RowChanges::between(before.rates, after.rates),
        }
    }

    /// Makes them.
    pub async fn save(mut self, at: &Transaction) -> Result<()> {
        // Rows go before what they refer to, and come after it.
        self.overages.delete(at).await?;
        self.regional_prices.delete(at).await?;
        self.features.delete(at).await?;
        self.prices.delete(at).await?;
        self.rates.delete(at).await?;
        self.rates.write(at).await?;
        self.prices.write(at).await?;
        self.features.write(at).await?;
        self.regional_prices.write(at).await?;
        self.overages.write(at).await
    }
}

/// The rows of the parts of plans.
struct Rows {
    features: Vec<plan_feature::Model>,
    prices: Vec<plan_price::Model>,
    rates: Vec<plan_exchange_rate::Model>,
    regional_prices: Vec<regional_price::Model>,
    overages: Vec<regional_overage::Model>,
}

/// The rows before and after of the parts that changed: most changes are of one part of many.
fn changed_parts(at: &Transaction, before: &Plan, after: &Plan) -> (Rows, Rows) {
    let owner = Owner {
        scope_id: at.scope().id.as_str(),
        plan_id: before.id.as_str(),
    };
    let rows = |plan: &Plan, other: &Plan| {
        let features = unlike(&plan.features, &other.features);
        let prices = unlike(&plan.prices, &other.prices);
        let rates = unlike(&plan.exchange_rates, &other.exchange_rates);
        Rows::of(owner, &features, &prices, &rates)
    };
    (rows(before, after), rows(after, before))
}

/// The items that the others do not have just like this. Mostly they stand in the same places.
fn unlike<'a, T: PartialEq>(items: &'a [T], others: &[T]) -> Vec<&'a T> {
    let places = items.iter().enumerate();
    places
        .filter(|(place, item)| others.get(*place) != Some(item) && !others.contains(item))
        .map(|(_, item)| item)
        .collect()
}

impl Rows {
    fn of(
        owner: Owner<'_>,
        features: &[&PlanFeature],
        prices: &[&PlanPrice],
        rates: &[&PlanExchangeRate],
    ) -> Self {
        Self {
            features: features
                .iter()
                .map(|item| owner.feature_row(item))
                .collect(),
            prices: prices.iter().map(|item| owner.price_row(item)).collect(),
            rates: rates.iter().map(|item| owner.rate_row(item)).collect(),
            regional_prices: prices
                .iter()
                .flat_map(|item| owner.regional_rows(item))
                .collect(),
            overages: features
                .iter()
                .flat_map(|item| owner.overage_rows(item))
                .collect(),
        }
    }
}

/// Whose rows they are.
#[derive(Clone, Copy)]
struct Owner<'a> {
    scope_id: &'a str,
    plan_id: &'a str,
}

impl Owner<'_> {
    fn feature_row(self, item: &PlanFeature) -> plan_feature::Model {
        let PlanFeature {
            feature,
            settings,
            position,
            regional: _,
        } = item;
        let PlanFeatureSettings {
            enabled,
            included_amount,
            unlimited,
            overage,
            credits_per_unit,
            pricing_mode,
            margin,
        } = settings;
        plan_feature::Model {
            scope_id: self.scope_id.to_owned(),
            plan_id: self.plan_id.to_owned(),
            feature_id: feature.id.as_str().to_owned(),
            enabled: *enabled,
            included_amount: included_amount.get(),
            unlimited: *unlimited,
            overage_enabled: overage.enabled,
            overage_unit_price: overage.unit_price.get(),
            credits_per_unit: credits_per_unit.map(Count::get),
            pricing_mode: pricing_mode.as_str().to_owned(),
            margin: margin.map(BasisPoints::get),
            position: *position,
        }
    }

    fn price_row(self, item: &PlanPrice) -> plan_price::Model {
        let PlanPrice {
            id,
            billing_interval,
            terms,
            is_default,
            position,
            created_at,
            updated_at,
            regional: _,
        } = item;
        let PriceTerms {
            price,
            trial_days,
            included_balance,
            included_credits,
            intro_offer,
        } = terms;
        let offer = intro_offer.as_ref();
        plan_price::Model {
            scope_id: self.scope_id.to_owned(),
            plan_id: self.plan_id.to_owned(),
            id: id.as_str().to_owned(),
            billing_interval: billing_interval.as_str().to_owned(),
            price: price.get(),
            is_default: *is_default,
            trial_days: trial_days.get(),
            included_balance: included_balance.map(Amount::get),
            included_credits: included_credits.map(Count::get),
            intro_offer_enabled: offer.map(|offer| offer.enabled),
            intro_offer_discount_type: offer
                .and_then(|offer| offer.discount_type)
                .map(|word| word.as_str().to_owned()),
            intro_offer_discount_value: offer
                .and_then(|offer| offer.discount_value)
                .map(Positive::get),
            intro_offer_duration_cycles: offer
                .and_then(|offer| offer.duration_cycles)
                .map(Positive::get),
            position: *position,
            created_at: created_at.as_millis(),
            updated_at: updated_at.as_millis(),
        }
    }

    fn rate_row(self, item: &PlanExchangeRate) -> plan_exchange_rate::Model {
        let PlanExchangeRate {
            currency,
            exchange_rate,
        } = item;
        plan_exchange_rate::Model {
            scope_id: self.scope_id.to_owned(),
            plan_id: self.plan_id.to_owned(),
            currency: currency.as_str().to_owned(),
            exchange_rate: exchange_rate.as_str().to_owned(),
        }
    }

    fn regional_rows(self, item: &PlanPrice) -> Vec<regional_price::Model> {
        let row = |(currency, regional): (&Currency, &RegionalPrice)| {
            let RegionalPrice {
                price,
                auto_synced,
                included_balance,
                balance_auto_synced,
                intro_offer,
            } = regional;
            let (offer, is_derived) = match intro_offer {
                RegionalOffer::Derived(terms) => (terms.as_ref(), terms.map(|_| true)),
                RegionalOffer::Manual(terms) => (Some(terms), Some(false)),
                RegionalOffer::Deleted => (None, Some(false)),
            };
            regional_price::Model {
                scope_id: self.scope_id.to_owned(),
                plan_id: self.plan_id.to_owned(),
                price_id: item.id.as_str().to_owned(),
                currency: currency.as_str().to_owned(),
                price: price.get(),
                auto_synced: *auto_synced,
                included_balance: included_balance.map(Amount::get),
                balance_auto_synced: *balance_auto_synced,
                intro_offer_discount_type: offer
                    .map(|offer| offer.discount_type.as_str().to_owned()),
                intro_offer_discount_value: offer.map(|offer| offer.discount_value.get()),
                intro_offer_duration_cycles: offer.map(|offer| offer.duration_cycles.get()),
                intro_offer_auto_synced: is_derived,
            }
        };
        item.regional.iter().map(row).collect()
    }

    fn overage_rows(self, item: &PlanFeature) -> Vec<regional_overage::Model> {
        let row = |(currency, regional): (&Currency, &RegionalOverage)| {
            let RegionalOverage {
                unit_price,
                auto_synced,
            } = regional;
            regional_overage::Model {
                scope_id: self.scope_id.to_owned(),
                plan_id: self.plan_id.to_owned(),
                feature_id: item.feature.id.as_str().to_owned(),
                currency: currency.as_str().to_owned(),
                overage_unit_price: unit_price.get(),
                auto_synced: *auto_synced,
            }
        };
        item.regional.iter().map(row).collect()
    }
}

impl Keyed for plan_feature::Model {
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.plan_id.clone(), self.feature_id.clone())
    }

    fn is_fixed(column: &plan_feature::Column) -> bool {
        use plan_feature::Column;
        matches!(column, Column::ScopeId | Column::PlanId | Column::FeatureId)
    }
}

impl Keyed for plan_price::Model {
    type Key = String;

    fn key(&self) -> Self::Key {
        self.id.clone()
    }

    fn is_fixed(column: &plan_price::Column) -> bool {
        use plan_price::Column;
        matches!(
            column,
            Column::ScopeId
                | Column::PlanId
                | Column::Id
                | Column::BillingInterval
                | Column::CreatedAt
        )
    }

    fn goes_last(&self) -> bool {
        self.is_default
    }
}

impl Keyed for plan_exchange_rate::Model {
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.plan_id.clone(), self.currency.clone())
    }

    fn is_fixed(column: &plan_exchange_rate::Column) -> bool {
        use plan_exchange_rate::Column;
        matches!(column, Column::ScopeId | Column::PlanId | Column::Currency)
    }
}

impl Keyed for regional_price::Model {
    type Key = (String, String);

    fn key(&self) -> Self::Key {
        (self.price_id.clone(), self.currency.clone())
    }

    fn is_fixed(column: &regional_price::Column) -> bool {
        use regional_price::Column;
        matches!(
            column,
            Column::ScopeId | Column::PlanId | Column::PriceId | Column::Currency
        )
    }
}

impl Keyed for regional_overage::Model {
    type Key = (String, String, String);

    fn key(&self) -> Self::Key {
        let Self {
            plan_id,
            feature_id,
            currency,
            ..
        } = self;
        (plan_id.clone(), feature_id.clone(), currency.clone())
    }

    fn is_fixed(column: &regional_overage::Column) -> bool {
        use regional_overage::Column;
        matches!(
            column,
            Column::ScopeId | Column::PlanId | Column::FeatureId | Column::Currency
        )
    }
}
