//! The operations of features.

use poem_openapi::OpenApi;
use poem_openapi::param::Path;

use super::tag::Tag;
use crate::api::kit::auth::Authorized;
use crate::api::kit::body::{Body, request_schemas};
use crate::api::kit::envelope::{ListOf, One, Read, ReadAt, Refused, Wrote, refusals};
use crate::api::kit::needs::{ReadFeatures, WriteFeatures};
use crate::api::kit::parameter::{
    AsOf, AtRevision, Cursor, FeatureParam, IfNoneMatch, Moment, OptionalLimit, PageWanted, Param,
    Pinned,
};
use crate::api::kit::query::KnownQuery;
use crate::api::kit::write_headers::WriteHeaders;
use crate::api::schema::deleted::DeletedFeature;
use crate::api::schema::feature::{CreateFeatureRequest, Feature, UpdateFeatureRequest};
use crate::catalog::feature::{CreateFeature, DeleteFeature, UpdateFeature};
use crate::domain::id::FeatureId;
use crate::domain::page::CreationPosition;

request_schemas!(CreateFeatureRequest, UpdateFeatureRequest);

refusals! {
    ListFeaturesRefusals: PLAIN, HistoryPruned;
    GetFeatureRefusals: PLAIN, FeatureNotFound, HistoryPruned;
    CreateFeatureRefusals: BODY, FeatureAlreadyExists;
    UpdateFeatureRefusals: BODY, FeatureNotFound;
    DeleteFeatureRefusals: PLAIN, FeatureNotFound, FeatureInUse;
}

/// The operations of features.
#[derive(Debug)]
pub struct FeaturesApi;

#[OpenApi(tag = "Tag::Features")]
impl FeaturesApi {
    /// List features
    ///
    /// Lists the features of the catalog, oldest first. Without `limit` the list is whole; with
    /// it, `nextCursor` leads to the next page.
    #[oai(path = "/features", method = "get", operation_id = "list-features")]
    #[allow(clippy::too_many_arguments)] // Each is a parameter of the query.
    async fn list_features(
        &self,
        caller: Authorized<ReadFeatures>,
        _query: KnownQuery,
        /// The maximum number of features to return; all of them if omitted.
        limit: Param<OptionalLimit>,
        /// The `nextCursor` of the previous page.
        cursor: Param<Cursor<Pinned<CreationPosition<FeatureId>>>>,
        /// The time as of which the catalog is shown: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is shown; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<ListOf<Feature>>, Refused<ListFeaturesRefusals>> {
        let scope = caller.scope();
        let convert = |item| Feature::new(item, scope);
        match Moment::new(as_of, revision).page(limit, cursor)? {
            PageWanted::Present(page) => {
                let page = caller.app.list_features(scope, &page).await?;
                Ok(Read::page(page, &if_none_match, convert).await?.into())
            }
            PageWanted::Past(page) => {
                let page = caller.app.past_features(scope, &page).await?;
                Ok(ReadAt::page(page, &if_none_match, convert).await?)
            }
        }
    }

    /// Get a feature
    ///
    /// Reads one feature by its code or id.
    #[oai(path = "/features/:code", method = "get", operation_id = "get-feature")]
    async fn get_feature(
        &self,
        caller: Authorized<ReadFeatures>,
        _query: KnownQuery,
        /// The code or id of the feature.
        code: Path<FeatureParam>,
        /// The time as of which the catalog is shown: at the newest revision that is not later.
        #[oai(name = "asOf")]
        as_of: Param<AsOf>,
        /// The revision at which the catalog is shown; not with `asOf`.
        revision: Param<AtRevision>,
        #[oai(name = "If-None-Match")] if_none_match: Param<IfNoneMatch>,
    ) -> Result<ReadAt<One<Feature>>, Refused<GetFeatureRefusals>> {
        let (scope, code) = (caller.scope(), code.0.0.as_ref());
        let convert = |feature| Feature::new(feature, scope);
        match Moment::new(as_of, revision).past()? {
            None => {
                let feature = caller.app.get_feature(scope, code).await?;
                Ok(Read::one(&convert(feature), &if_none_match).await?.into())
            }
            Some(moment) => {
                let feature = caller.app.past_feature(scope, code, moment).await?;
                Ok(ReadAt::one(feature, &if_none_match, convert).await?)
            }
        }
    }

    /// Create a feature
    ///
    /// Adds a feature to the catalog. Its code must be free, and its type cannot be changed later.
    #[oai(
        path = "/features/manage",
        method = "post",
        operation_id = "create-feature"
    )]
    async fn create_feature(
        &self,
        caller: Authorized<WriteFeatures>,
        _query: KnownQuery,
        headers: WriteHeaders,
        body: Body<CreateFeatureRequest>,
    ) -> Result<Wrote<One<Feature>>, Refused<CreateFeatureRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let command = CreateFeature(body.request.into_domain());
        let answer = caller.write(call, command, |made, scope| {
            Feature::new(made.clone(), scope)
        });
        Ok(answer.await?)
    }

    /// Update a feature
    ///
    /// Changes the name, description or unit name of a feature; at least one of them is needed.
    /// Every plan that has the feature shows the change.
    #[oai(
        path = "/features/:code/manage",
        method = "put",
        operation_id = "update-feature"
    )]
    async fn update_feature(
        &self,
        caller: Authorized<WriteFeatures>,
        _query: KnownQuery,
        /// The code or id of the feature.
        code: Path<FeatureParam>,
        headers: WriteHeaders,
        body: Body<UpdateFeatureRequest>,
    ) -> Result<Wrote<One<Feature>>, Refused<UpdateFeatureRefusals>> {
        let call = headers.call_with(&body.digest)?;
        let patch = body.request.into_domain();
        // The schema asks for it, so it comes before what the path names and before conditions.
        patch.require_a_field()?;
        let command = UpdateFeature {
            feature: code.0.0,
            patch,
        };
        let answer = caller.write(call, command, |feature, scope| {
            Feature::new(feature.clone(), scope)
        });
        Ok(answer.await?)
    }

    /// Delete a feature
    ///
    /// Deletes a feature that no plan has; its code is free again.
    #[oai(
        path = "/features/:code/manage",
        method = "delete",
        operation_id = "delete-feature"
    )]
    async fn delete_feature(
        &self,
        caller: Authorized<WriteFeatures>,
        _query: KnownQuery,
        /// The code or id of the feature.
        code: Path<FeatureParam>,
        headers: WriteHeaders,
    ) -> Result<Wrote<One<DeletedFeature>>, Refused<DeleteFeatureRefusals>> {
        let command = DeleteFeature { feature: code.0.0 };
        Ok(caller
            .write(headers.call()?, command, DeletedFeature::new)
            .await?)
    }
}
