//! The operations of the catalog as a whole.

use poem_openapi::OpenApi;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::envelope::{Export, FindingsOf, ReadAt, Refused, refusals};
use crate::api::kit::needs::ReadCatalog;
use crate::api::kit::parameter::{
    AsOf, AtRevision, Format, IfNoneMatch, Moment, Param, SeverityFilter, WantedFormat, together,
};
use crate::api::kit::query::KnownQuery;
use crate::api::schema::finding::Finding;
use crate::document;

refusals! {
    ExportCatalogRefusals: PLAIN, HistoryPruned;
    LintCatalogRefusals: PLAIN, HistoryPruned;
}

/// The operations of the catalog as a whole.
#[derive(Debug)]
pub struct CatalogApi;

#[OpenApi(tag = "Tag::Catalog")]
impl CatalogApi {
    /// Export the catalog
    ///
    /// Shows the whole catalog as one document, by codes and names and without ids: features, plan
    /// groups, and plans with everything in them. What is at its default is left out, and money is in
    /// major units. Without `format`, the header `Accept` decides between JSON and YAML.
    #[oai(path = "/catalog", method = "get", operation_id = "export-catalog")]
    #[allow(clippy::too_many_arguments)] // Each is a parameter of the call.
    async fn export_catalog(
        &self,
        caller: Authorized<ReadCatalog>,
        _query: KnownQuery,
        /// `json` or `yaml`.
        format: Param<WantedFormat>,
        /// The time as of which the catalog is shown: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is shown; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<Export, Refused<ExportCatalogRefusals>> {
        let moment = Moment::new(as_of, revision).past();
        let (WantedFormat(format), moment) = together(format.0, moment)?;
        let _permit = caller.begin_whole().await?;
        let found = caller.app.export_catalog(caller.scope(), moment).await?;
        let document = &found.found;
        Ok(match format {
            Format::Json => {
                let json = document::write_json(document);
                Export::json(&json, found.revision, &if_none_match).await
            }
            Format::Yaml => {
                let yaml = document::write_yaml(document);
                Export::yaml(yaml, found.revision, &if_none_match).await
            }
        })
    }

    /// Lint the catalog
    ///
    /// Finds what looks wrong: prices without their minor digits, rates that jumped, prices set by hand
    /// that drifted away from what would be derived, and more. Changesets and dry runs show the same
    /// for what they touch. A plan switches rules off by the metadata `pricebook:ignore`, an array of
    /// their names.
    #[oai(
        path = "/catalog/findings",
        method = "get",
        operation_id = "lint-catalog"
    )]
    #[allow(clippy::too_many_arguments)] // Each is a parameter of the call.
    async fn lint_catalog(
        &self,
        caller: Authorized<ReadCatalog>,
        _query: KnownQuery,
        /// Only findings that are this bad.
        severity: Param<SeverityFilter>,
        /// The time as of which the catalog is looked at: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is looked at; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<FindingsOf<Finding>>, Refused<LintCatalogRefusals>> {
        let moment = Moment::new(as_of, revision).past();
        let (SeverityFilter(severity), moment) = together(severity.0, moment)?;
        let _permit = caller.begin_whole().await?;
        let found = caller
            .app
            .findings(caller.scope(), moment, severity)
            .await?;
        let at = moment.is_some().then_some(found.revision);
        Ok(ReadAt::findings(found.found, at, &if_none_match).await?)
    }
}
