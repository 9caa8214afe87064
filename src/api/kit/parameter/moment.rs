//! `asOf` and `revision`: the moment whose catalog a read shows.

use super::cursor::{Cursor, Pinned, Position};
use super::history::{AsOf, AtRevision};
use super::page::{PageLimit, page};
use super::param::{Param, together};
use crate::catalog::past::{PastMoment, PastPage};
use crate::domain::error::Violations;
use crate::domain::page::PageRequest;

/// The moment that a read asks for.
#[derive(Debug)]
pub struct Moment {
    as_of: Param<AsOf>,
    revision: Param<AtRevision>,
}

/// The page of a list that a call asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageWanted<P> {
    /// Of the list as it is.
    Present(PageRequest<P>),
    /// Of the list as it was.
    Past(PastPage<P>),
}

impl Moment {
    /// The moment that these parameters name.
    pub const fn new(as_of: Param<AsOf>, revision: Param<AtRevision>) -> Self {
        Self { as_of, revision }
    }

    /// Whether one of the parameters is sent, valid or not.
    pub const fn is_given(&self) -> bool {
        !matches!(
            (&self.as_of.0, &self.revision.0),
            (Ok(AsOf(None)), Ok(AtRevision(None)))
        )
    }

    /// The moment in the past; `None` for the present.
    ///
    /// # Errors
    /// What is wrong with the parameters.
    pub fn past(self) -> Result<Option<PastMoment>, Violations> {
        match together(self.as_of.0, self.revision.0)? {
            (AsOf(None), AtRevision(None)) => Ok(None),
            (AsOf(Some(time)), AtRevision(None)) => Ok(Some(PastMoment::AsOf(time))),
            (AsOf(None), AtRevision(Some(revision))) => Ok(Some(PastMoment::Revision(revision))),
            (AsOf(Some(_)), AtRevision(Some(_))) => {
                let message = "Cannot be sent with `asOf`: one of them names the moment.";
                Err(Violations::of("revision", message))
            }
        }
    }

    /// The page of a list at this moment. A cursor of the past names its moment itself.
    ///
    /// # Errors
    /// What is wrong with the parameters.
    pub fn page<P>(
        self,
        limit: Param<impl PageLimit>,
        cursor: Param<Cursor<Pinned<P>>>,
    ) -> Result<PageWanted<P>, Violations> {
        let (PageRequest { limit, after }, moment) = together(page(limit, cursor), self.past())?;
        let cursor = after.as_ref().map(|after| after.revision);
        let after = after.map(|after| after.position);
        let page = PageRequest { limit, after };
        if moment.is_some() && cursor == Some(None) {
            let message = "Is a cursor of the list as it is now: send it without `asOf` and \
                           `revision`.";
            return Err(Violations::of("cursor", message));
        }
        let cursor = cursor.flatten();
        Ok(match moment.or(cursor.map(PastMoment::Revision)) {
            None => PageWanted::Present(page),
            Some(moment) => PageWanted::Past(PastPage {
                moment,
                cursor,
                page,
            }),
        })
    }
}

impl<P: Position> Param<Cursor<Pinned<P>>> {
    /// Whether it is a cursor of the past.
    pub fn is_of_past(&self) -> bool {
        let cursor = self.0.as_ref().ok();
        let position = cursor.and_then(|cursor| cursor.0.as_ref());
        position.is_some_and(|position| position.revision.is_some())
    }
}
