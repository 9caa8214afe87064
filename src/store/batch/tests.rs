//! What the writes of a batch see of each other, and how many statements they take.

use super::*;
use crate::domain::idempotency::{IdempotencyKey, IdempotentCall};
use crate::domain::money::Amount;
use crate::domain::plan::{Plan, PlanRef};
use crate::domain::text::Name;
use crate::store::db::Database;
use crate::store::plan;
use crate::store::tests::{Counted, LARGE, NOW, SMALL, Size};
use crate::store::transaction::InScope;

const TEN_PLANS: Size = Size { plans: 10, ..SMALL };

fn codes(plans: i64) -> impl Iterator<Item = PlanRef> {
    (0..plans).map(|number| PlanRef::parse(&format!("plan_{number}")).unwrap())
}

/// The plan with another amount in its first price.
fn priced(plan: &Plan, amount: i64) -> Plan {
    let mut changed = plan.clone();
    changed.prices[0].terms.price = Amount::from_row(amount);
    changed
}

async fn set_price(at: &Transaction, plan: &PlanRef, amount: i64) {
    let before = plan::find(at, Some(plan)).await.unwrap();
    at.save_plan(&before, &priced(&before, amount))
        .await
        .unwrap();
}

/// Sets the first price of every plan in one batch; answers how many statements that took.
async fn set_all(counted: &Counted, plans: i64, amount: i64) -> usize {
    let before = counted.statements();
    let batch = counted.database.batch().await.unwrap();
    for plan in codes(plans) {
        let at = batch.transaction(&counted.scope).await.unwrap();
        set_price(&at, &plan, amount).await;
        at.commit().await.unwrap();
    }
    batch.commit().await.unwrap();
    counted.statements() - before
}

async fn read_price(counted: &Counted, database: &Database, plan: &PlanRef) -> i64 {
    let at = database.snapshot(&counted.scope).await.unwrap();
    let found = plan::find(&at, Some(plan)).await.unwrap();
    found.prices[0].terms.price.get()
}

async fn check_all(counted: &Counted, plans: i64, amount: i64) {
    for plan in codes(plans) {
        let read = read_price(counted, &counted.database, &plan).await;
        assert_eq!(read, amount, "{plan:?}");
    }
}

#[tokio::test]
async fn what_many_writes_overwrite_takes_few_statements() {
    let counted = Counted::with(TEN_PLANS).await;
    set_all(&counted, 10, 1).await;
    let ten = set_all(&counted, 10, 2).await;
    check_all(&counted, 10, 2).await;
    let one = set_all(&counted, 1, 3).await;
    // The revision of the scope, before and after; and plans and prices, in two pieces each when
    // they are ten.
    assert_eq!((one, ten), (4, 6));
    assert_eq!(
        read_price(&counted, &counted.database, &codes(1).next().unwrap()).await,
        3
    );
}

#[tokio::test]
async fn revisions_go_on_one_by_one() {
    let counted = Counted::with(TEN_PLANS).await;
    let revision = async || {
        let at = counted.database.snapshot(&counted.scope).await.unwrap();
        revision::current(&at).await.unwrap()
    };
    let first = revision().await;
    set_all(&counted, 10, 1).await;
    set_all(&counted, 10, 2).await;
    let last = revision().await;
    assert_eq!(last.number, first.number + 20);
    assert_eq!(last.tracked_writes, first.tracked_writes + 20);
    let at = counted.database.snapshot(&counted.scope).await.unwrap();
    let changed = revision::plans_changed_since(&at, last.number - 3).await;
    assert_eq!(changed.unwrap().len(), 3);
}

#[tokio::test]
async fn a_write_that_is_taken_back_leaves_the_others_alone() {
    for has_statements in [false, true] {
        let counted = Counted::with(LARGE).await;
        let plan = codes(1).next().unwrap();
        set_all(&counted, 1, 1).await;
        let batch = counted.database.batch().await.unwrap();
        for (amount, is_kept) in [(2, true), (3, false), (4, true), (5, false)] {
            let at = batch.transaction(&counted.scope).await.unwrap();
            if has_statements {
                at.connection().await.unwrap();
            }
            set_price(&at, &plan, amount).await;
            if is_kept {
                at.commit().await.unwrap();
            } else {
                at.roll_back().await.unwrap();
            }
            let at = batch.transaction(&counted.scope).await.unwrap();
            let seen = plan::find(&at, Some(&plan)).await.unwrap();
            let expected = if is_kept { amount } else { amount - 1 };
            assert_eq!(seen.prices[0].terms.price.get(), expected);
            at.roll_back().await.unwrap();
        }
        batch.commit().await.unwrap();
        check_all(&counted, 1, 4).await;
    }
}

#[tokio::test]
async fn a_statement_sees_what_was_put_off() {
    let counted = Counted::with(SMALL).await;
    let plan = codes(1).next().unwrap();
    set_all(&counted, 1, 1).await;
    let batch = counted.database.batch().await.unwrap();
    let at = batch.transaction(&counted.scope).await.unwrap();
    set_price(&at, &plan, 2).await;
    let found = plan::find(&at, Some(&plan)).await.unwrap();
    let mut renamed = found.clone();
    renamed.name = Name::from_row("Renamed".to_owned());
    // Becoming the default is no mere overwriting, so this takes a statement.
    renamed.is_default = !found.is_default;
    at.save_plan(&found, &renamed).await.unwrap();
    let first = plan::first(&at).await.unwrap().unwrap();
    assert_eq!(first, renamed);
    at.commit().await.unwrap();
    batch.commit().await.unwrap();
    let at = counted.database.snapshot(&counted.scope).await.unwrap();
    assert_eq!(plan::find(&at, Some(&plan)).await.unwrap(), renamed);
}

#[tokio::test]
async fn what_another_process_wrote_is_not_taken_for_known() {
    let counted = Counted::with(SMALL).await;
    let other = counted.another().await;
    let plan = codes(1).next().unwrap();
    for round in 1..4 {
        set_all(&counted, 1, round * 10).await;
        let at = other.transaction(&counted.scope).await.unwrap();
        set_price(&at, &plan, round * 10 + 1).await;
        at.commit().await.unwrap();
        let batch = counted.database.batch().await.unwrap();
        let at = batch.transaction(&counted.scope).await.unwrap();
        let seen = plan::find(&at, Some(&plan)).await.unwrap();
        assert_eq!(seen.prices[0].terms.price.get(), round * 10 + 1);
        at.roll_back().await.unwrap();
    }
}

#[tokio::test]
async fn a_plan_of_another_scope_is_not_found() {
    let counted = Counted::with(SMALL).await;
    set_all(&counted, 1, 1).await;
    let other = counted.other_scope().await;
    let batch = counted.database.batch().await.unwrap();
    let at = batch.transaction(&counted.scope).await.unwrap();
    let own = codes(1).next().unwrap();
    let id = plan::find(&at, Some(&own)).await.unwrap().id;
    at.roll_back().await.unwrap();
    let at = batch.transaction(&other).await.unwrap();
    for name in [own, PlanRef::Id(id)] {
        let found = plan::find(&at, Some(&name)).await;
        assert!(matches!(found, Err(Error::PlanNotFound)), "{found:?}");
    }
}

#[tokio::test]
async fn nothing_of_a_batch_that_is_given_up_stays() {
    let counted = Counted::with(SMALL).await;
    let plan = codes(1).next().unwrap();
    set_all(&counted, 1, 1).await;
    let batch = counted.database.batch().await.unwrap();
    let at = batch.transaction(&counted.scope).await.unwrap();
    set_price(&at, &plan, 2).await;
    at.commit().await.unwrap();
    batch.core.give_up();
    assert!(batch.transaction(&counted.scope).await.is_err());
    assert!(batch.commit().await.is_err());
    check_all(&counted, 1, 1).await;
    // What was known of it in the batch counts nowhere.
    set_all(&counted, 1, 3).await;
    check_all(&counted, 1, 3).await;
}

#[tokio::test]
async fn a_call_is_recalled_before_and_after_its_batch_ends() {
    let counted = Counted::with(SMALL).await;
    let call = IdempotentCall {
        key: IdempotencyKey::parse("again").unwrap(),
        fingerprint: "POST".to_owned(),
    };
    let batch = counted.database.batch().await.unwrap();
    let at = batch.transaction(&counted.scope).await.unwrap();
    assert_eq!(at.recall(&call, NOW).await.unwrap(), None);
    at.remember(&call, "answer".to_owned(), NOW).await.unwrap();
    at.commit().await.unwrap();
    for _ in 0..2 {
        let at = batch.transaction(&counted.scope).await.unwrap();
        let recalled = at.recall(&call, NOW).await.unwrap();
        assert_eq!(recalled.as_deref(), Some("answer"));
        // With a statement, what was put off is in its table.
        at.connection().await.unwrap();
        let recalled = at.recall(&call, NOW).await.unwrap();
        assert_eq!(recalled.as_deref(), Some("answer"));
        at.roll_back().await.unwrap();
    }
    batch.commit().await.unwrap();
    let batch = counted.database.batch().await.unwrap();
    let at = batch.transaction(&counted.scope).await.unwrap();
    let recalled = at.recall(&call, NOW).await.unwrap();
    assert_eq!(recalled.as_deref(), Some("answer"));
    at.roll_back().await.unwrap();
}

#[tokio::test]
async fn what_was_known_before_the_database_was_put_back_counts_no_more() {
    let counted = Counted::with(SMALL).await;
    let plan = codes(1).next().unwrap();
    set_all(&counted, 1, 1).await;
    let earlier = {
        let at = counted.database.snapshot(&counted.scope).await.unwrap();
        revision::current(&at).await.unwrap()
    };
    set_all(&counted, 1, 2).await;
    // As it was before the last write, which nobody remembers but this process.
    let other = counted.another().await;
    let at = other.transaction(&counted.scope).await.unwrap();
    set_price(&at, &plan, 1).await;
    let connection = at.connection().await.unwrap();
    revision::set(connection, &counted.scope.id, earlier)
        .await
        .unwrap();
    at.commit().await.unwrap();
    let batch = counted.database.batch().await.unwrap();
    let at = batch.transaction(&counted.scope).await.unwrap();
    assert!(at.known_plan(&plan).is_none());
    at.roll_back().await.unwrap();
}
