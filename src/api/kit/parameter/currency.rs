//! `currency`.

use poem::Request;
use poem_openapi::registry::{MetaParamIn, MetaSchema};

use super::param::{Parameter, query_value};
use crate::domain::money::Currency;

/// The currency that an answer is restricted to, in lower or upper case.
#[derive(Debug, Clone, Copy)]
pub struct OptionalCurrency(pub Option<Currency>);

impl Parameter for OptionalCurrency {
    const IN: MetaParamIn = MetaParamIn::Query;

    fn schema() -> MetaSchema {
        let codes = Currency::ALL.iter().map(|currency| currency.as_str());
        MetaSchema {
            enum_items: codes.map(Into::into).collect(),
            example: Some(Currency::Eur.as_str().into()),
            ..MetaSchema::new("string")
        }
    }

    fn read(request: &Request, name: &str) -> Result<Self, String> {
        let Some(code) = query_value(request.uri(), name)? else {
            return Ok(Self(None));
        };
        let currency = Currency::parse(&code);
        let currency = currency
            .ok_or_else(|| "Is not a supported currency; GET /currencies lists them.".to_owned())?;
        Ok(Self(Some(currency)))
    }
}
