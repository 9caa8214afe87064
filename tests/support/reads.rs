//! Checks for every read and every list.

use reqwest::Method;
use serde_json::Value;

use super::{Actor, Reply};

/// Adds a parameter to the query of a path.
fn with(path: &str, parameter: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{parameter}")
}

/// Reads a path with these tags in `If-None-Match`.
pub async fn read_unless(actor: &Actor, path: &str, tags: &str) -> Reply {
    let request = actor.request(Method::GET, path);
    actor.send(request.header("if-none-match", tags)).await
}

/// Checks that a read has a strong tag, with which an unchanged answer is 304.
pub async fn check_tag(actor: &Actor, path: &str) {
    let fresh = actor.get(path).await;
    fresh.data();
    let tag = fresh.header("etag").expect("a tag").to_owned();
    assert!(
        tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'),
        "no strong tag: {tag}"
    );
    let known = [
        tag.clone(),
        format!("W/{tag}"),
        "*".to_owned(),
        format!("\"other\", W/\"more\" ,{tag}"),
    ];
    for tags in known {
        let reply = read_unless(actor, path, &tags).await;
        assert_eq!(
            (reply.status, reply.header("etag")),
            (304, Some(tag.as_str())),
            "{tags}"
        );
        assert!(reply.body.is_null());
    }
    let twice = actor
        .request(Method::GET, path)
        .header("if-none-match", "\"other\"");
    assert_eq!(
        actor.send(twice.header("if-none-match", &tag)).await.status,
        304
    );
    for tags in ["\"other\"", "", "\"", tag.trim_matches('"'), "W/*"] {
        let reply = read_unless(actor, path, tags).await;
        assert_eq!((reply.status, &reply.body), (200, &fresh.body), "{tags}");
    }
}

/// The ids of the items of a list.
#[track_caller]
pub fn ids(list: &Reply) -> Vec<String> {
    let items = list.data().as_array().expect("a list").iter();
    items
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// One page of a list; without a cursor the first one.
pub async fn page(actor: &Actor, path: &str, limit: usize, cursor: Option<&str>) -> Reply {
    let path = with(path, &format!("limit={limit}"));
    match cursor {
        Some(cursor) => actor.get(&with(&path, &format!("cursor={cursor}"))).await,
        None => actor.get(&path).await,
    }
}

/// The items of all pages of a list.
pub async fn all(actor: &Actor, path: &str, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut cursor = None;
    loop {
        let page = page(actor, path, limit, cursor.as_deref()).await;
        items.extend(page.data().as_array().expect("a list").iter().cloned());
        match page.body["nextCursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return items,
        }
    }
}

/// The cursor of the next page, which must exist.
#[track_caller]
pub fn next_cursor(page: &Reply) -> String {
    assert_eq!(page.body["hasMore"], true, "{}", page.body);
    page.body["nextCursor"]
        .as_str()
        .expect("a cursor")
        .to_owned()
}

/// Checks that pages of every size add up to the whole list.
pub async fn check_pages(actor: &Actor, path: &str, whole: &[Value]) {
    for limit in 1..=whole.len() + 1 {
        let mut left = whole;
        let mut cursor = None;
        loop {
            let reply = page(actor, path, limit, cursor.as_deref()).await;
            let (expected, behind) = left.split_at(limit.min(left.len()));
            assert_eq!(reply.data().as_array().expect("a list"), expected);
            left = behind;
            if left.is_empty() {
                assert_eq!(
                    (&reply.body["hasMore"], &reply.body["nextCursor"]),
                    (&Value::Bool(false), &Value::Null)
                );
                break;
            }
            cursor = Some(next_cursor(&reply));
        }
    }
}

/// Checks that a list refuses invalid page sizes and cursors.
pub async fn check_bad_pages(actor: &Actor, path: &str) {
    for limit in [
        "0",
        "101",
        "-1",
        "+1",
        "1.5",
        "1e1",
        "ten",
        "",
        "%20",
        "99999999999999999999",
    ] {
        actor
            .get(&with(path, &format!("limit={limit}")))
            .await
            .invalid(&["limit"]);
    }
    actor
        .get(&with(path, "limit=1&limit=1"))
        .await
        .invalid(&["limit"]);
    for limit in ["1", "100"] {
        actor
            .get(&with(path, &format!("limit={limit}")))
            .await
            .data();
    }
    for cursor in ["", "1", "%ff", "AAAA", "cGxuXw", "eHh4", "%00"] {
        actor
            .get(&with(path, &format!("cursor={cursor}")))
            .await
            .invalid(&["cursor"]);
    }
    let both = with(path, "cursor=none&limit=none");
    actor.get(&both).await.invalid(&["limit", "cursor"]);
}
