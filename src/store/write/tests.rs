//! What the writes of a batch see of each other.

use super::*;
use crate::domain::Error;
use crate::domain::idempotency::{IdempotencyKey, IdempotentCall};
use crate::domain::money::Amount;
use crate::domain::plan::PlanRef;
use crate::store::tables::{plan, revision};
use crate::store::tests::{Counted, SMALL, Size};

const TEN_PLANS: Size = Size { plans: 10, ..SMALL };

fn codes(plans: i64) -> impl Iterator<Item = PlanRef> {
    (0..plans).map(|number| PlanRef::parse(&format!("plan_{number}")).unwrap())
}

fn first_code() -> PlanRef {
    codes(1).next().unwrap()
}

async fn set_price(tx: &Transaction, plan: &PlanRef, amount: i64) {
    let before = plan::find(tx, Some(plan)).await.unwrap();
    let mut after = before.clone();
    after.prices[0].terms.price = Amount::from_row(amount);
    let _ = tx.save_plan(&before, &after).await.unwrap();
}

/// Sets the first price of some plans in one batch, each in a write of its own.
async fn set_all(counted: &Counted, plans: i64, amount: i64) {
    let batch = counted.database.batch().await.unwrap();
    for plan in codes(plans) {
        let tx = batch.transaction(&counted.scope).await.unwrap();
        set_price(&tx, &plan, amount).await;
        tx.commit().await.unwrap();
    }
    batch.commit().await.unwrap();
}

async fn price_of(tx: &Transaction, plan: &PlanRef) -> i64 {
    let found = plan::find(tx, Some(plan)).await.unwrap();
    found.prices[0].terms.price.get()
}

async fn stored_price(database: &Database, counted: &Counted) -> i64 {
    let tx = database.transaction(&counted.scope).await.unwrap();
    let price = price_of(&tx, &first_code()).await;
    tx.roll_back().await.unwrap();
    price
}

#[tokio::test]
async fn revisions_go_up_one_by_one() {
    let counted = Counted::with(TEN_PLANS).await;
    let lineage = async || {
        let tx = counted.database.snapshot(&counted.scope).await.unwrap();
        revision::lineage(&tx).await.unwrap()
    };
    let first = lineage().await.state();
    set_all(&counted, 10, 1).await;
    set_all(&counted, 10, 2).await;
    let last = lineage().await;
    assert_eq!(last.state().revision, first.revision + 20);
    assert!(last.descends_from(&first));
    let tx = counted.database.snapshot(&counted.scope).await.unwrap();
    let since = last.state().revision - 3;
    let changed = revision::plans_changed_since(&tx, since).await;
    assert_eq!(changed.unwrap().len(), 3);
    let states =
        revision::states_of(&counted.database, std::slice::from_ref(&counted.scope.id)).await;
    assert_eq!(states.unwrap().get(&counted.scope.id), Some(&last.state()));
}

#[tokio::test]
async fn a_rolled_back_write_takes_only_itself() {
    let counted = Counted::with(SMALL).await;
    let plan = first_code();
    set_all(&counted, 1, 1).await;
    let batch = counted.database.batch().await.unwrap();
    for (amount, is_kept) in [(2, true), (3, false), (4, true), (5, false)] {
        let tx = batch.transaction(&counted.scope).await.unwrap();
        set_price(&tx, &plan, amount).await;
        if is_kept {
            tx.commit().await.unwrap();
        } else {
            tx.roll_back().await.unwrap();
        }
        let tx = batch.transaction(&counted.scope).await.unwrap();
        let expected = if is_kept { amount } else { amount - 1 };
        assert_eq!(price_of(&tx, &plan).await, expected);
        tx.roll_back().await.unwrap();
    }
    batch.commit().await.unwrap();
    assert_eq!(stored_price(&counted.database, &counted).await, 4);
}

#[tokio::test]
async fn a_dropped_batch_leaves_nothing() {
    let counted = Counted::with(SMALL).await;
    set_all(&counted, 1, 1).await;
    let batch = counted.database.batch().await.unwrap();
    let tx = batch.transaction(&counted.scope).await.unwrap();
    set_price(&tx, &first_code(), 2).await;
    tx.commit().await.unwrap();
    drop(batch);
    assert_eq!(stored_price(&counted.database, &counted).await, 1);
}

#[tokio::test]
async fn a_write_reads_what_others_wrote() {
    let counted = Counted::with(SMALL).await;
    let other = counted.another().await;
    for round in 1..4 {
        set_all(&counted, 1, round * 10).await;
        let tx = other.transaction(&counted.scope).await.unwrap();
        set_price(&tx, &first_code(), round * 10 + 1).await;
        tx.commit().await.unwrap();
        let batch = counted.database.batch().await.unwrap();
        let tx = batch.transaction(&counted.scope).await.unwrap();
        assert_eq!(price_of(&tx, &first_code()).await, round * 10 + 1);
        tx.roll_back().await.unwrap();
    }
}

#[tokio::test]
async fn other_scopes_are_out_of_sight() {
    let counted = Counted::with(SMALL).await;
    let other = counted.other_scope().await;
    let batch = counted.database.batch().await.unwrap();
    let tx = batch.transaction(&counted.scope).await.unwrap();
    let id = plan::find(&tx, Some(&first_code())).await.unwrap().id;
    tx.roll_back().await.unwrap();
    let tx = batch.transaction(&other).await.unwrap();
    for name in [first_code(), PlanRef::Id(id)] {
        let found = plan::find(&tx, Some(&name)).await;
        assert!(matches!(found, Err(Error::PlanNotFound)), "{found:?}");
    }
}

#[tokio::test]
async fn a_call_is_recalled_within_its_batch() {
    let counted = Counted::with(SMALL).await;
    let call = IdempotentCall {
        key: IdempotencyKey::parse("again").unwrap(),
        fingerprint: "POST".to_owned(),
    };
    let batch = counted.database.batch().await.unwrap();
    let tx = batch.transaction(&counted.scope).await.unwrap();
    assert_eq!(tx.recall(&call).await.unwrap(), None);
    tx.remember(&call, "answer".to_owned()).await.unwrap();
    tx.commit().await.unwrap();
    let tx = batch.transaction(&counted.scope).await.unwrap();
    let recalled = tx.recall(&call).await.unwrap();
    assert_eq!(recalled.as_deref(), Some("answer"));
    tx.roll_back().await.unwrap();
    batch.commit().await.unwrap();
}
