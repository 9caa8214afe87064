//! The routes of the API: the methods of each path, and the operation of each call.

use poem::Request;
use poem::http::Method;
use poem_openapi::registry::{MetaOperation, MetaParamIn, MetaPath};
use poem_openapi::{OpenApi, OperationId};

use crate::api::protocol::BASE_PATH;
use crate::domain::Error;
use crate::observe::span::Operation;

/// The paths of the API, each with its operations.
#[derive(Debug)]
pub struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    template: String,
    depth: usize,
    operations: Vec<Call>,
    methods: String,
}

/// An operation at its path.
#[derive(Debug)]
struct Call {
    method: Method,
    id: OperationId,
    /// The summary, such as "Create a plan".
    summary: &'static str,
    /// The names of its query parameters.
    query: Vec<String>,
}

/// The last segment of paths that change plans and features.
const MANAGE: &str = "manage";

impl Routes {
    /// The routes of operations, without those that are hidden from the document.
    pub fn of<O: OpenApi>(_operations: &O) -> Self {
        let paths = O::meta().into_iter().flat_map(|api| api.paths);
        Self(paths.map(Route::from).collect())
    }

    /// The routes that serve a request.
    ///
    /// # Errors
    /// `Internal`, when the server does not pass them with its requests.
    pub fn serving(request: &Request) -> Result<&'static Self, Error> {
        let routes = request.data::<&'static Self>().copied();
        routes.ok_or_else(|| Error::internal("the server was put together without its routes"))
    }

    /// The methods of a path, for the `Allow` header. Other paths are read-only pages.
    pub fn methods_at(&self, path: &str) -> &str {
        self.at(path).map_or("GET, HEAD", |route| &route.methods)
    }

    /// The operation for a method and a normalized path.
    pub fn operation(&self, method: &Method, path: &str) -> Option<OperationId> {
        Some(self.at(path)?.call(method)?.id)
    }

    /// The query parameters of an operation.
    pub fn query_of(&self, method: &Method, path: &str) -> &[String] {
        let call = self.at(path).and_then(|route| route.call(method));
        call.map_or(&[], |call| &call.query)
    }

    /// The template of a path, such as `/api/v1/plans/{id}`.
    pub fn template_at(&self, path: &str) -> Option<&str> {
        Some(&self.at(path)?.template)
    }

    /// Suggests a call to a client that used a method which the path does not have.
    pub fn suggestion(&self, method: &Method, path: &str) -> Option<String> {
        let (route, call) = self.likely_call(method, path)?;
        let mut words = call.summary.chars();
        let first = words.next()?.to_lowercase();
        Some(format!(
            "This path does not take this method. To {first}{}, send `{} {}`.",
            words.as_str(),
            call.method,
            route.template
        ))
    }

    fn likely_call(&self, method: &Method, path: &str) -> Option<(&Route, &Call)> {
        const CHANGES: &[Method] = &[Method::PUT, Method::POST, Method::PATCH];
        // Paths outside the API get no suggestion.
        let here = self.at(path)?;
        let alike = match *method {
            Method::GET | Method::HEAD => return self.showing(path),
            Method::DELETE => &[Method::DELETE],
            Method::PUT | Method::POST | Method::PATCH => CHANGES,
            _ => return None,
        };
        let managing = self.at(&format!("{path}/{MANAGE}"));
        let managing = managing.filter(|route| route.template.ends_with(MANAGE));
        let by_method = managing.and_then(|route| route.any(std::slice::from_ref(method)));
        by_method
            .or_else(|| here.any(alike))
            .or_else(|| managing?.any(alike))
    }

    /// The nearest ancestor of a path that can be read.
    fn showing(&self, path: &str) -> Option<(&Route, &Call)> {
        let above = std::iter::successors(Some(path), |path| Some(path.rsplit_once('/')?.0));
        let mut routes = above.skip(1).filter_map(|path| self.at(path));
        routes.find_map(|route| route.any(&[Method::GET]))
    }

    /// All operations by name, with the templates of their paths.
    pub fn named(&'static self) -> Vec<Operation> {
        let mut named = Vec::new();
        for route in &self.0 {
            let ids = route.operations.iter().map(|call| call.id.0);
            named.extend(ids.map(|name| Operation {
                name,
                route: &route.template,
            }));
        }
        named
    }

    /// The route of a path. Of several templates that match, the one with the fewest parameters
    /// wins, as in the router.
    fn at(&self, path: &str) -> Option<&Route> {
        let depth = depth(path);
        let as_deep = self.0.iter().filter(|route| route.depth == depth);
        let fitting = as_deep.filter(|route| fits(&route.template, path));
        fitting.min_by_key(|route| parameters(&route.template))
    }
}

impl Route {
    /// The operation of a method; HEAD is served like GET.
    fn call(&self, method: &Method) -> Option<&Call> {
        let method = match *method {
            Method::HEAD => &Method::GET,
            _ => method,
        };
        self.operations.iter().find(|call| call.method == *method)
    }

    /// The operation of the first of these methods that the route has.
    fn any(&self, methods: &[Method]) -> Option<(&Self, &Call)> {
        let mut calls = methods.iter().filter_map(|method| self.call(method));
        calls.next().map(|call| (self, call))
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
        let named = |one: &MetaOperation| {
            let query = one.params.iter();
            let query = query.filter(|parameter| parameter.in_type == MetaParamIn::Query);
            Some(Call {
                method: one.method.clone(),
                id: OperationId(one.operation_id?),
                summary: one.summary.unwrap_or_default(),
                query: query.map(|parameter| parameter.name.clone()).collect(),
            })
        };
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

/// Whether a path matches a template of the same depth.
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
