//! The contents of plans: features, prices, exchange rates and regional values.
//!
//! One statement a table reads them for one plan or a part of the list. Saving compares the rows of a
//! plan before and after. Each part has a file with its conversions from and to rows.

mod exchange_rate;
mod feature;
mod overage;
mod owner;
mod price;
mod range;
mod read;
mod regional_price;
mod rows;
mod save;

pub(in crate::store) use self::range::PlanRange;
pub(in crate::store) use self::read::{Contents, of_one, read};
pub(in crate::store) use self::rows::ContentRows;
pub(in crate::store) use self::save::ContentChanges;
