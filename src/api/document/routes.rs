//! The routes of the API, from its operations.

use std::sync::LazyLock;

use crate::api::kit::routes::Routes;
use crate::api::operations;
use crate::observe::span::Operations;

/// All routes, made once.
pub static ROUTES: LazyLock<Routes> = LazyLock::new(|| Routes::of(&operations::all()));

/// All operations by name, for metrics and traces.
pub static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| ROUTES.named().leak());

#[cfg(test)]
mod tests {
    use poem::http::Method;

    use super::*;
    use crate::api::protocol::BASE_PATH;

    #[test]
    fn a_call_is_found_by_its_method_and_path() {
        let operation = |method, path: &str| {
            let id = ROUTES.operation(&method, &format!("{BASE_PATH}{path}"));
            id.map(|id| id.0)
        };
        assert_eq!(
            operation(Method::POST, "/plans/manage"),
            Some("create-plan")
        );
        assert_eq!(operation(Method::GET, "/plans/pro"), Some("get-plan"));
        assert_eq!(operation(Method::PUT, "/plans/pro"), None);
        assert_eq!(operation(Method::HEAD, "/plans/pro"), Some("get-plan"));
        assert_eq!(operation(Method::GET, "/nowhere"), None);
        let reorder = "/plan-groups/grp_1/plans/reorder";
        assert_eq!(ROUTES.methods_at(&format!("{BASE_PATH}{reorder}")), "PUT");
        assert_eq!(ROUTES.methods_at("/docs"), "GET, HEAD");
        let query = |path: &str| ROUTES.query_of(&Method::GET, &format!("{BASE_PATH}{path}"));
        assert_eq!(
            query("/plans"),
            ["includePrivate", "limit", "cursor", "asOf", "revision"]
        );
        assert_eq!(query("/plans/pro"), ["asOf", "revision"]);
        assert!(query("/currencies").is_empty());
        assert!(query("/nowhere").is_empty());
    }

    #[test]
    fn a_wrong_method_is_told_the_right_call() {
        for (method, path, expected) in [
            ("POST", "/plans", "POST /plans/manage"),
            ("PUT", "/plans/pro", "PUT /plans/{id}/manage"),
            ("PATCH", "/plans/pro", "PUT /plans/{id}/manage"),
            ("PATCH", "/plans/pro/manage", "PUT /plans/{id}/manage"),
            ("DELETE", "/plans/pro", "DELETE /plans/{id}/manage"),
            ("GET", "/plans/manage", "GET /plans"),
            ("GET", "/plans/pro/manage", "GET /plans/{id}"),
            ("GET", "/plans/pro/prices", "GET /plans/{id}"),
            ("HEAD", "/plans/pro/prices/prc_1", "GET /plans/{id}"),
            (
                "PATCH",
                "/plans/pro/prices/prc_1",
                "PUT /plans/{id}/prices/{priceId}",
            ),
            ("PUT", "/plans/pro/prices", "POST /plans/{id}/prices"),
            (
                "POST",
                "/plans/pro/visibility",
                "PUT /plans/{id}/visibility",
            ),
            ("POST", "/plans/pro/regional", "PUT /plans/{id}/regional"),
            ("POST", "/features", "POST /features/manage"),
            (
                "DELETE",
                "/features/seats",
                "DELETE /features/{code}/manage",
            ),
            ("PATCH", "/plan-groups/grp_1", "PUT /plan-groups/{id}"),
        ] {
            let method: Method = method.parse().unwrap();
            let told = ROUTES.suggestion(&method, &format!("{BASE_PATH}{path}"));
            let (call, path) = expected.split_once(' ').unwrap();
            let ends = format!(", send `{call} {BASE_PATH}{path}`.");
            assert!(
                told.as_ref().is_some_and(|told| told.ends_with(&ends)),
                "{told:?}"
            );
        }
        for (method, path) in [
            (Method::DELETE, "/plans"),
            (Method::OPTIONS, "/plans"),
            (Method::POST, "/nowhere"),
        ] {
            let told = ROUTES.suggestion(&method, &format!("{BASE_PATH}{path}"));
            assert_eq!(told, None, "{method} {path}");
        }
        assert_eq!(ROUTES.suggestion(&Method::POST, "/docs"), None);
    }
}
