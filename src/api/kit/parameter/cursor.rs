//! Cursors: where a page of a list starts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem::Request;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Parameter, query_value};
use crate::catalog::plan_answers::PlanPosition;
use crate::domain::change::Revision;
use crate::domain::id::{ApiKeyId, FeatureId, PlanGroupId};
use crate::domain::page::CreationPosition;

/// A position in a list that a cursor can name.
pub trait Position: Sized + Send {
    /// The position as the text inside a cursor.
    fn to_text(&self) -> String;

    /// Parses the text.
    fn from_text(text: &str) -> Option<Self>;
}

impl Position for PlanPosition {
    fn to_text(&self) -> String {
        format!("plans {} {}", self.sort_order, self.creation_order)
    }

    fn from_text(text: &str) -> Option<Self> {
        let (sort_order, creation_order) = text.strip_prefix("plans ")?.split_once(' ')?;
        Some(Self {
            sort_order: sort_order.parse().ok()?,
            creation_order: creation_order.parse().ok()?,
        })
    }
}

macro_rules! positions_by_creation {
    ($($name:ident),+) => {
        $(impl Position for CreationPosition<$name> {
            fn to_text(&self) -> String {
                format!("{} {}", self.id, self.order)
            }

            fn from_text(text: &str) -> Option<Self> {
                let (id, order) = text.split_once(' ')?;
                let order = order.parse().ok()?;
                Some(Self { order, id: $name::parse(id)? })
            }
        })+
    };
}

positions_by_creation!(FeatureId, PlanGroupId, ApiKeyId);

/// The position of a change in the log, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangePosition(pub i64);

impl Position for ChangePosition {
    fn to_text(&self) -> String {
        format!("changes {}", self.0)
    }

    fn from_text(text: &str) -> Option<Self> {
        let revision = text.strip_prefix("changes ")?;
        revision.parse().ok().map(Self)
    }
}

/// A position in a list, with the revision of the catalog if the list is not that of the present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned<P> {
    /// The revision; `None` for the present.
    pub revision: Option<i64>,
    /// The position.
    pub position: P,
}

/// What the text of a position in a list of the past begins with.
const AT: &str = "at ";

impl<P: Position> Position for Pinned<P> {
    fn to_text(&self) -> String {
        let position = self.position.to_text();
        match self.revision {
            None => position,
            Some(revision) => format!("{AT}{revision} {position}"),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let (revision, position) = match text.strip_prefix(AT) {
            None => (None, text),
            Some(text) => {
                let (revision, position) = text.split_once(' ')?;
                (Some(Revision::parse(revision)?.get()), position)
            }
        };
        Some(Self {
            revision,
            position: P::from_text(position)?,
        })
    }
}

/// Where a page starts: the `nextCursor` of the previous page.
#[derive(Debug, Clone)]
pub struct Cursor<P>(pub Option<P>);

impl<P: Position> Cursor<P> {
    /// The cursor of the page after this position.
    pub fn after(position: &P) -> String {
        URL_SAFE_NO_PAD.encode(position.to_text())
    }

    /// The position that a cursor names, if it is a cursor of this list.
    pub fn position(cursor: &str) -> Option<P> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let position = P::from_text(std::str::from_utf8(&bytes).ok()?)?;
        // The same number can be written in several ways, but a cursor only in one.
        (Self::after(&position) == cursor).then_some(position)
    }
}

impl<P: Position> Parameter for Cursor<P> {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        // It has no example, since the documentation page would send it.
        MetaSchema::new("string")
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        match query_value(request.uri(), name)?
            .as_deref()
            .map(Self::position)
        {
            None => Ok(Self(None)),
            Some(Some(position)) => Ok(Self(Some(position))),
            Some(None) => Err(
                "Is not a cursor of this list; send the `nextCursor` of the previous page."
                    .to_owned(),
            ),
        }
    }
}
