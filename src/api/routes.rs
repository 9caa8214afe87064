//! What operations there are: which methods a path takes, and what a call of it is called.

use std::sync::LazyLock;

use poem::http::Method;
use poem_openapi::registry::{MetaOperation, MetaPath};
use poem_openapi::{OpenApi, OperationId};

use super::document::BASE_PATH;
use super::operations;
use crate::observe::Operations;
use crate::observe::span::Operation;

/// All routes, made once.
pub static ROUTES: LazyLock<Routes> = LazyLock::new(|| Routes::of(&operations()));

/// All operations by name, for what counts and traces them.
pub static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| ROUTES.named().leak());

/// The paths of the API, each with its operations.
#[derive(Debug)]
pub struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    template: String,
    depth: usize,
    operations: Vec<(Method, OperationId)>,
    methods: String,
}

impl Routes {
    /// From what operations say of themselves; what is hidden from the document is hidden here.
    fn of<O: OpenApi>(_operations: &O) -> Self {
        let paths = O::meta().into_iter().flat_map(|api| api.paths);
        Self(paths.map(Route::from).collect())
    }

    /// The methods of a path, for the `Allow` header. Other paths are pages, which are only read.
    pub fn methods_at(&self, path: &str) -> &str {
        self.at(path).map_or("GET, HEAD", |route| &route.methods)
    }

    /// The operation that is meant by a method and a path whose segments stand for themselves.
    pub fn operation(&self, method: &Method, path: &str) -> Option<OperationId> {
        let mut operations = self.at(path)?.operations.iter();
        let (_, id) = operations.find(|(takes, _)| takes == method)?;
        Some(*id)
    }

    fn named(&'static self) -> Vec<Operation> {
        let mut named = Vec::new();
        for route in &self.0 {
            let ids = route.operations.iter().map(|(_, id)| id.0);
            named.extend(ids.map(|name| Operation {
                name,
                route: &route.template,
            }));
        }
        named
    }

    /// Of several templates that fit, the one with the fewest parameters counts, as it does for
    /// routing.
    fn at(&self, path: &str) -> Option<&Route> {
        let depth = depth(path);
        let as_deep = self.0.iter().filter(|route| route.depth == depth);
        let fitting = as_deep.filter(|route| fits(&route.template, path));
        fitting.min_by_key(|route| parameters(&route.template))
    }
}

impl From<MetaPath> for Route {
    fn from(path: MetaPath) -> Self {
        let mut methods: Vec<_> = path
            .operations
            .iter()
            .map(|one| one.method.as_str())
            .collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.sort_unstable();
        let named =
            |one: &MetaOperation| Some((one.method.clone(), OperationId(one.operation_id?)));
        let template = format!("{BASE_PATH}{}", path.path);
        Self {
            methods: methods.join(", "),
            operations: path.operations.iter().filter_map(named).collect(),
            depth: depth(&template),
            template,
        }
    }
}

fn depth(path: &str) -> usize {
    path.bytes().filter(|&byte| byte == b'/').count()
}

/// Whether a path fits a template that is as deep.
fn fits(template: &str, path: &str) -> bool {
    let mut parts = template.split('/').zip(path.split('/'));
    parts.all(|(part, given)| is_parameter(part) || part == given)
}

fn parameters(template: &str) -> usize {
    template
        .split('/')
        .filter(|part| is_parameter(part))
        .count()
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(operation(Method::GET, "/nowhere"), None);
        let reorder = "/plan-groups/grp_1/plans/reorder";
        assert_eq!(ROUTES.methods_at(&format!("{BASE_PATH}{reorder}")), "PUT");
        assert_eq!(ROUTES.methods_at("/docs"), "GET, HEAD");
    }
}
