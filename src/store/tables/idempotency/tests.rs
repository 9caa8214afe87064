//! What is kept of idempotent calls, and how much it may take.

use super::*;
use crate::store::tests::{Counted, SMALL};

fn call(key: &str) -> IdempotentCall {
    IdempotentCall {
        key: IdempotencyKey::parse(key).unwrap(),
        fingerprint: format!("POST {key}"),
    }
}

/// Text that does not compress well.
fn noise(bytes: usize, seed: u64) -> String {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let letters = std::iter::repeat_with(|| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        char::from(b' ' + u8::try_from((state >> 33) % 94).unwrap())
    });
    letters.take(bytes).collect()
}

async fn remember(counted: &Counted, call: &IdempotentCall, answer: &str) {
    let tx = counted.database.transaction(&counted.scope).await.unwrap();
    tx.remember(call, answer.to_owned()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn recall(counted: &Counted, call: &IdempotentCall) -> Result<Option<String>> {
    let tx = counted.database.transaction(&counted.scope).await.unwrap();
    let recalled = tx.recall(call).await;
    tx.roll_back().await.unwrap();
    recalled
}

async fn rows(counted: &Counted) -> Vec<Model> {
    Entity::find().all(counted.database.reader()).await.unwrap()
}

async fn counted_bytes(counted: &Counted) -> i64 {
    let row = scope::Entity::find_by_id(counted.scope.id.as_str());
    let row = row.one(counted.database.reader()).await.unwrap();
    row.unwrap().idempotency_bytes
}

#[tokio::test]
async fn answers_of_any_length_read_back() {
    let counted = Counted::with(SMALL).await;
    for length in [0, 1, WORTH_COMPRESSING - 1, WORTH_COMPRESSING, 100_000] {
        let (call, answer) = (call(&length.to_string()), "a".repeat(length));
        remember(&counted, &call, &answer).await;
        let recalled = recall(&counted, &call).await.unwrap();
        assert_eq!(recalled, Some(answer), "{length}");
        let other = IdempotentCall {
            fingerprint: "PUT".to_owned(),
            ..call
        };
        let refused = recall(&counted, &other).await;
        assert!(matches!(refused, Err(Error::IdempotencyKeyMismatch)));
    }
}

/// A program that does not know of compressed answers compares the fingerprint and then answers with
/// `answer`.
#[tokio::test]
async fn no_empty_answer_for_older_programs() {
    let counted = Counted::with(SMALL).await;
    for length in [10, 10_000] {
        remember(&counted, &call(&length.to_string()), &"a".repeat(length)).await;
    }
    for row in rows(&counted).await {
        let is_whole = row.answer.len() == 10;
        let is_recognized = row.fingerprint == call(&row.idempotency_key).fingerprint;
        assert_eq!(is_recognized, is_whole, "{}", row.idempotency_key);
    }
}

#[tokio::test]
async fn the_oldest_records_make_room() {
    let counted = Counted::with(SMALL).await;
    let answer = noise(4_000_000, 1);
    let calls: Vec<_> = (0..40).map(|n| call(&format!("call {n}"))).collect();
    for call in &calls {
        remember(&counted, call, &answer).await;
        assert!(counted_bytes(&counted).await <= MAX_SCOPE_BYTES);
    }
    let kept = rows(&counted).await;
    let bytes: i64 = kept.iter().map(|row| row.size).sum();
    assert_eq!(bytes, counted_bytes(&counted).await);
    assert!(bytes > MAX_SCOPE_BYTES / 2, "{bytes}");
    let last = calls.last().unwrap();
    assert_eq!(recall(&counted, last).await.unwrap(), Some(answer));
    assert_eq!(recall(&counted, &calls[0]).await.unwrap(), None);
}

#[tokio::test]
async fn a_recount_finds_what_is_there() {
    let counted = Counted::with(SMALL).await;
    for n in 0..3 {
        remember(&counted, &call(&n.to_string()), "answer").await;
    }
    let before = counted_bytes(&counted).await;
    Entity::delete_many()
        .filter(Column::IdempotencyKey.eq("1"))
        .exec(counted.database.writer())
        .await
        .unwrap();
    recount(&counted.database).await.unwrap();
    assert_eq!(counted_bytes(&counted).await, before / 3 * 2);
}
