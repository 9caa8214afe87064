//! Cursors, and the other parameters of lists.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::Request;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use uuid::Uuid;

use crate::api::kit::parameter::{Cursor, Limit, Parameter, Pinned, Position};
use crate::catalog::plan_answers::PlanPosition;
use crate::domain::id::{ApiKeyId, FeatureId, PlanGroupId};
use crate::domain::page::{CreationPosition, MAX_LIMIT};
use crate::fuzz::{cases, damage, texts};

/// A position of each list.
#[derive(Debug, Clone)]
enum Any {
    Plan(PlanPosition),
    Feature(CreationPosition<FeatureId>),
    Group(CreationPosition<PlanGroupId>),
    Key(CreationPosition<ApiKeyId>),
}

fn positions() -> impl Strategy<Value = Any> {
    let id = || any::<u128>().prop_map(Uuid::from_u128);
    let position = || (any::<i64>(), id());
    prop_oneof![
        any::<(i64, i64)>().prop_map(|(sort_order, creation_order)| {
            Any::Plan(PlanPosition {
                sort_order,
                creation_order,
            })
        }),
        position().prop_map(|(order, id)| {
            let id = FeatureId::from_uuid(id);
            Any::Feature(CreationPosition { order, id })
        }),
        position().prop_map(|(order, id)| {
            let id = PlanGroupId::from_uuid(id);
            Any::Group(CreationPosition { order, id })
        }),
        position().prop_map(|(order, id)| {
            let id = ApiKeyId::from_uuid(id);
            Any::Key(CreationPosition { order, id })
        }),
    ]
}

impl Any {
    fn cursor(&self) -> String {
        match self {
            Self::Plan(position) => Cursor::after(position),
            Self::Feature(position) => Cursor::after(position),
            Self::Group(position) => Cursor::after(position),
            Self::Key(position) => Cursor::after(position),
        }
    }

    /// The cursor of the list at a revision; API keys have no past.
    fn cursor_at(&self, revision: i64) -> Option<String> {
        fn at<P: Position + Clone>(revision: i64, position: &P) -> String {
            Cursor::after(&Pinned {
                revision: Some(revision),
                position: position.clone(),
            })
        }
        match self {
            Self::Plan(position) => Some(at(revision, position)),
            Self::Feature(position) => Some(at(revision, position)),
            Self::Group(position) => Some(at(revision, position)),
            Self::Key(_) => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Plan(position) => position.to_text(),
            Self::Feature(position) => position.to_text(),
            Self::Group(position) => position.to_text(),
            Self::Key(position) => position.to_text(),
        }
    }
}

/// Percent-encodes a text.
pub fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

fn query<P: Parameter>(name: &str, value: &str) -> Result<P, String> {
    let uri = format!("/?{name}={}", escaped(value));
    P::read(&Request::builder().uri_str(uri).finish(), name)
}

/// A text is accepted as a cursor only if the list makes this very cursor for its position.
fn check<P: Position>(cursor: &str) -> Result<Option<String>, TestCaseError> {
    match query::<Cursor<P>>("cursor", cursor) {
        Ok(Cursor(position)) => {
            let position = position.map(|position| (Cursor::after(&position), position.to_text()));
            prop_assert_eq!(
                position.as_ref().map(|(cursor, _)| cursor.as_str()),
                Some(cursor)
            );
            Ok(position.map(|(_, text)| text))
        }
        Err(why) => {
            prop_assert!(why.ends_with('.'));
            Ok(None)
        }
    }
}

/// The positions that the lists read from a cursor, as texts.
fn read(cursor: &str) -> Result<Vec<String>, TestCaseError> {
    let positions = [
        check::<Pinned<PlanPosition>>(cursor)?,
        check::<Pinned<CreationPosition<FeatureId>>>(cursor)?,
        check::<Pinned<CreationPosition<PlanGroupId>>>(cursor)?,
        check::<CreationPosition<ApiKeyId>>(cursor)?,
    ];
    Ok(positions.into_iter().flatten().collect())
}

/// Cursors with numbers in another notation, which would be second names for a position.
fn forged() -> impl Strategy<Value = String> {
    let texts = prop_oneof![
        "plans [-+]?[0-9]{0,20}[ ]{0,2}[-+]?[0-9]{0,20}",
        "(feat|grp|key|pln|prc)_[0-9a-fA-F]{30,34}[ ]{0,2}[-+]?[0-9]{0,20}",
        "(at [-+]?[0-9]{0,20}[ ]{0,2}){1,2}plans [0-9]{1,2} [0-9]{1,2}",
        texts(),
    ];
    texts.prop_map(|text| URL_SAFE_NO_PAD.encode(text))
}

const PIECES: &[&[u8]] = &[b"=", b"==", b"+", b"/", b"-", b"_", b"%", b" ", b"A", b"\0"];

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn a_cursor_is_read_as_its_position(position in positions()) {
        prop_assert_eq!(read(&position.cursor())?, [position.text()]);
    }

    #[test]
    fn a_cursor_of_the_past_is_read_as_its_position(
        position in positions(), revision in 0..=i64::MAX,
    ) {
        if let Some(cursor) = position.cursor_at(revision) {
            prop_assert_eq!(read(&cursor)?, [format!("at {revision} {}", position.text())]);
        }
    }

    #[test]
    fn a_cursor_that_no_list_made_is_refused(
        text in prop_oneof![texts(), forged()], damages in 0_usize..2,
        damage in damage(PIECES), position in positions(),
    ) {
        read(&text)?;
        if damages > 0 {
            let damaged = damage.done_to(position.cursor().into_bytes());
            read(&String::from_utf8_lossy(&damaged))?;
        }
    }

    #[test]
    fn a_limit_is_a_number_in_range(text in prop_oneof![texts(), "[-+]?[0-9]{0,22}"]) {
        if let Ok(Limit(limit)) = query::<Limit>("limit", &text) {
            prop_assert!((1..=MAX_LIMIT).contains(&limit));
            prop_assert_eq!(text.trim_start_matches('0'), limit.to_string());
        }
    }
}
