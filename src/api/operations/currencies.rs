//! The operation that lists currencies.

use poem_openapi::OpenApi;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::envelope::{Read, Refused, WholeOf, refusals};
use crate::api::kit::needs::AnyKey;
use crate::api::kit::parameter::{IfNoneMatch, Param};
use crate::api::kit::query::KnownQuery;
use crate::api::schema::currency::CurrencyInfo;
use crate::domain::money::Currency;

refusals! {
    ListCurrenciesRefusals: PLAIN;
}

/// The operation that lists currencies.
#[derive(Debug)]
pub struct CurrenciesApi;

#[OpenApi(tag = "Tag::Currencies")]
impl CurrenciesApi {
    /// List currencies
    ///
    /// Lists every currency that plans can have prices in, by code, with how many digits its
    /// minor units have. Amounts are always in minor units; prices of overage are in 1/10000 of a
    /// major unit, whatever the currency.
    #[oai(path = "/currencies", method = "get", operation_id = "list-currencies")]
    async fn list_currencies(
        &self,
        _caller: Authorized<AnyKey>,
        _query: KnownQuery,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Read<WholeOf<CurrencyInfo>>, Refused<ListCurrenciesRefusals>> {
        let currencies = Currency::ALL
            .iter()
            .copied()
            .map(CurrencyInfo::new)
            .collect();
        Ok(Read::whole(currencies, &if_none_match).await?)
    }
}
