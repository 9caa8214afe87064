//! Pages for people and machines beside the API: documentation, and the document.

use std::sync::LazyLock;

use poem::http::{HeaderMap, header};
use poem::web::{Path, Redirect};
use poem::{IntoResponse, Response, Result, Route, get, handler};
use poem_openapi::OpenApiService;

use super::asset::Asset;
use super::document::{JSON, YAML};
use super::error::{Code, Rejection};

mod contents;

const SWAGGER_PAGE: &str = include_str!("pages/swagger.html");
const ERROR_PAGE: &str = include_str!("pages/error.html");

/// How long a browser may keep what only changes with the server's version.
const ASSET_CACHE: &str = "public, max-age=3600";

const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";
const STYLE_TYPE: &str = "text/css; charset=utf-8";

/// The page holds the key of whoever tries operations there, so nothing from another host gets in
/// and nothing is sent to one. Swagger UI styles its parts inline and has its icons as `data:`.
const DOCS_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// The routes of all pages.
pub fn routes() -> Route {
    Route::new()
        .at("/", get(root))
        .at("/docs", get(docs))
        .at("/docs/swagger-ui.js", get(swagger_script))
        .at("/docs/swagger-ui.css", get(swagger_style))
        .at("/docs/start.js", get(start_script))
        .at("/docs/errors.css", get(error_style))
        .at("/docs/errors/:code", get(error_page))
        .at("/openapi.json", get(openapi_json))
        .at("/openapi.yaml", get(openapi_yaml))
}

#[handler]
fn root() -> Redirect {
    Redirect::temporary("/docs")
}

fn page(content_type: &'static str, body: impl Into<poem::Body>) -> Response {
    Response::builder().content_type(content_type).body(body)
}

/// Content that a browser may keep for a while.
fn kept(asset: &Asset, headers: &HeaderMap) -> Response {
    asset
        .answer(headers)
        .with_header(header::CACHE_CONTROL, ASSET_CACHE)
        .into_response()
}

static DOCS: LazyLock<String> =
    LazyLock::new(|| SWAGGER_PAGE.replace("{contents}", &contents::html()));

#[handler]
fn docs() -> Response {
    LazyLock::force(&AHEAD);
    page("text/html; charset=utf-8", DOCS.as_str())
        .with_header(header::CONTENT_SECURITY_POLICY, DOCS_POLICY)
        .into_response()
}

/// Swagger UI as poem-openapi embeds it: the script and the style, cut out of its page.
struct SwaggerUi {
    script: Asset,
    style: Asset,
}

static SWAGGER_UI: LazyLock<SwaggerUi> = LazyLock::new(|| {
    let html = OpenApiService::new((), "", "").swagger_ui_html();
    let between = |start: &str, end: &str| {
        let rest = html.split_once(start).map_or("", |(_, rest)| rest);
        rest.split_once(end).map_or("", |(part, _)| part).to_owned()
    };
    SwaggerUi {
        script: Asset::new(
            SCRIPT_TYPE,
            between("<script charset=\"UTF-8\">", "</script>\n</head>"),
        ),
        style: Asset::new(STYLE_TYPE, between("<style charset=\"UTF-8\">", "</style>")),
    }
});

static START: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(SCRIPT_TYPE, include_str!("pages/start.js")));

static ERROR_STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(STYLE_TYPE, include_str!("pages/error.css")));

static DOCUMENT_JSON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("application/json", JSON.as_str()));

static DOCUMENT_YAML: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("application/yaml; charset=utf-8", YAML.as_str()));

/// Makes and compresses what the page will ask for next, in the background. A server whose
/// documentation nobody reads does not keep it in memory.
static AHEAD: LazyLock<()> = LazyLock::new(|| {
    std::thread::spawn(|| {
        LazyLock::force(&SWAGGER_UI);
        LazyLock::force(&START);
        LazyLock::force(&DOCUMENT_JSON);
    });
});

#[handler]
fn swagger_script(headers: &HeaderMap) -> Response {
    kept(&SWAGGER_UI.script, headers)
}

#[handler]
fn swagger_style(headers: &HeaderMap) -> Response {
    kept(&SWAGGER_UI.style, headers)
}

#[handler]
fn start_script(headers: &HeaderMap) -> Response {
    kept(&START, headers)
}

#[handler]
fn error_style(headers: &HeaderMap) -> Response {
    kept(&ERROR_STYLE, headers)
}

#[handler]
fn openapi_json(headers: &HeaderMap) -> Response {
    DOCUMENT_JSON.answer(headers)
}

#[handler]
fn openapi_yaml(headers: &HeaderMap) -> Response {
    DOCUMENT_YAML.answer(headers)
}

/// What an error code means, what to do, and whether to try again.
#[handler]
fn error_page(Path(code): Path<String>) -> Result<Response> {
    let code = Code::from_text(&code).ok_or_else(|| Rejection::of(Code::NotFound))?;
    let html = ERROR_PAGE
        .replace("{code}", code.as_str())
        .replace("{status}", code.status().as_str())
        .replace(
            "{reason}",
            code.status().canonical_reason().unwrap_or_default(),
        )
        .replace("{type}", code.kind())
        .replace("{meaning}", &paragraph(code.meaning()))
        .replace("{remedy}", &paragraph(code.remedy()))
        .replace("{retry}", &paragraph(code.retry()));
    Ok(page("text/html; charset=utf-8", html))
}

/// The words of the table as HTML: what stands in backticks is code.
fn paragraph(words: &str) -> String {
    let escaped = words.replace('&', "&amp;").replace('<', "&lt;");
    let parts = escaped.split('`').enumerate();
    parts
        .map(|(index, part)| {
            if index % 2 == 1 {
                format!("<code>{part}</code>")
            } else {
                part.to_owned()
            }
        })
        .collect()
}
