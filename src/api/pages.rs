//! Pages for people and machines beside the API: documentation, the document, and health.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use poem::http::header;
use poem::web::{Data, Path, Redirect};
use poem::{IntoResponse, Response, Result, Route, get, handler};
use poem_openapi::OpenApiService;

use super::document::{JSON, YAML};
use super::error::{Code, Rejection};
use crate::catalog::app::App;

const SWAGGER_PAGE: &str = include_str!("pages/swagger.html");
const ERROR_PAGE: &str = include_str!("pages/error.html");
const STYLE: &str = include_str!("pages/error.css");

/// How long a browser may keep what only changes with the server's version.
const ASSET_CACHE: &str = "public, max-age=3600";

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
        .at("/livez", get(livez))
        .at("/readyz", get(readyz))
}

#[handler]
fn root() -> Redirect {
    Redirect::temporary("/docs")
}

fn page(content_type: &'static str, body: impl Into<poem::Body>) -> Response {
    Response::builder().content_type(content_type).body(body)
}

fn asset(content_type: &'static str, body: Bytes) -> Response {
    page(content_type, body)
        .with_header(header::CACHE_CONTROL, ASSET_CACHE)
        .into_response()
}

#[handler]
fn docs() -> Response {
    page("text/html; charset=utf-8", SWAGGER_PAGE)
}

/// Swagger UI as poem-openapi embeds it: the script and the style, cut out of its page.
struct SwaggerUi {
    script: Bytes,
    style: Bytes,
}

static SWAGGER_UI: LazyLock<SwaggerUi> = LazyLock::new(|| {
    let html = OpenApiService::new((), "", "").swagger_ui_html();
    let between = |start: &str, end: &str| {
        let rest = html.split_once(start).map_or("", |(_, rest)| rest);
        rest.split_once(end).map_or("", |(part, _)| part).to_owned()
    };
    SwaggerUi {
        script: between("<script charset=\"UTF-8\">", "</script>\n</head>").into(),
        style: between("<style charset=\"UTF-8\">", "</style>").into(),
    }
});

#[handler]
fn swagger_script() -> Response {
    asset("text/javascript; charset=utf-8", SWAGGER_UI.script.clone())
}

#[handler]
fn swagger_style() -> Response {
    asset("text/css; charset=utf-8", SWAGGER_UI.style.clone())
}

#[handler]
fn start_script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        Bytes::from_static(include_bytes!("pages/start.js")),
    )
}

#[handler]
fn error_style() -> Response {
    asset(
        "text/css; charset=utf-8",
        Bytes::from_static(STYLE.as_bytes()),
    )
}

#[handler]
fn openapi_json() -> Response {
    page("application/json", Bytes::from_static(JSON.as_bytes()))
}

#[handler]
fn openapi_yaml() -> Response {
    page(
        "application/yaml; charset=utf-8",
        Bytes::from_static(YAML.as_bytes()),
    )
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

fn status(body: &'static str) -> Response {
    page("application/json", body)
}

/// The process runs.
#[handler]
fn livez() -> Response {
    status(r#"{"status":"ok"}"#)
}

/// The process can serve: its database answers.
#[handler]
async fn readyz(Data(app): Data<&Arc<App>>) -> Result<Response> {
    app.ping().await.map_err(Rejection::from)?;
    Ok(status(r#"{"status":"ok"}"#))
}
