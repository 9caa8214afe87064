//! Pages for people and machines beside the API: documentation, the document, and health.

use std::sync::{Arc, LazyLock, Once, OnceLock};

use poem::http::{HeaderMap, header};
use poem::web::{Data, Path, Redirect};
use poem::{EndpointExt, IntoResponse, Response, Result, Route, get, handler};
use poem_openapi::OpenApiService;

use super::asset::Asset;
use super::document::{self, DOCUMENT_PATHS};
use super::error::{Code, Rejection};
use super::settings::Settings;
use crate::catalog::app::App;

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
pub fn routes(settings: &Settings) -> Route {
    let document = Arc::new(Document::new(settings));
    let [json, yaml] = DOCUMENT_PATHS;
    Route::new()
        .at("/", get(root))
        .at("/docs", get(docs).data(document.clone()))
        .at("/docs/swagger-ui.js", get(swagger_script))
        .at("/docs/swagger-ui.css", get(swagger_style))
        .at("/docs/start.js", get(start_script))
        .at("/docs/docs.css", get(docs_style))
        .at("/docs/errors.css", get(error_style))
        .at("/docs/errors/:code", get(error_page))
        .at(json, get(openapi_json).data(document.clone()))
        .at(yaml, get(openapi_yaml).data(document))
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

/// Content that a browser may keep for a while.
fn kept(asset: &Asset, headers: &HeaderMap) -> Response {
    asset
        .answer(headers)
        .with_header(header::CACHE_CONTROL, ASSET_CACHE)
        .into_response()
}

/// Content that a browser may keep, and asks for again each time, which mostly costs no more than that.
fn current(asset: &Asset, headers: &HeaderMap) -> Response {
    asset
        .answer(headers)
        .with_header(header::CACHE_CONTROL, "no-cache")
        .into_response()
}

static DOCS: LazyLock<String> =
    LazyLock::new(|| SWAGGER_PAGE.replace("{contents}", &contents::html()));

#[handler]
fn docs(Data(document): Data<&Arc<Document>>) -> Response {
    prepare(document);
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

static DOCS_STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(STYLE_TYPE, include_str!("pages/docs.css")));

static ERROR_STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(STYLE_TYPE, include_str!("pages/error.css")));

/// The document as this server serves it, made when it is first asked for.
struct Document {
    public_url: Option<String>,
    json: OnceLock<Asset>,
    yaml: OnceLock<Asset>,
}

impl Document {
    fn new(settings: &Settings) -> Self {
        Self {
            public_url: settings.public_url.clone(),
            json: OnceLock::new(),
            yaml: OnceLock::new(),
        }
    }

    fn value(&self) -> serde_json::Value {
        document::at(self.public_url.as_deref())
    }

    fn json(&self) -> &Asset {
        let json = || Asset::new("application/json", document::to_json(&self.value()));
        self.json.get_or_init(json)
    }

    fn yaml(&self) -> &Asset {
        let content_type = "application/yaml; charset=utf-8";
        let yaml = || Asset::new(content_type, document::to_yaml(&self.value()));
        self.yaml.get_or_init(yaml)
    }
}

/// Makes and compresses what the page will ask for next, in the background. A server whose
/// documentation nobody reads does not keep it in memory.
fn prepare(document: &Arc<Document>) {
    static BEGUN: Once = Once::new();
    let document = document.clone();
    BEGUN.call_once(|| {
        std::thread::spawn(move || {
            LazyLock::force(&SWAGGER_UI);
            LazyLock::force(&START);
            document.json();
        });
    });
}

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
fn docs_style(headers: &HeaderMap) -> Response {
    kept(&DOCS_STYLE, headers)
}

#[handler]
fn error_style(headers: &HeaderMap) -> Response {
    kept(&ERROR_STYLE, headers)
}

#[handler]
fn openapi_json(headers: &HeaderMap, Data(document): Data<&Arc<Document>>) -> Response {
    current(document.json(), headers)
}

#[handler]
fn openapi_yaml(headers: &HeaderMap, Data(document): Data<&Arc<Document>>) -> Response {
    current(document.yaml(), headers)
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

/// The process runs, and nothing is wrong that a new start would mend.
#[handler]
async fn livez(Data(app): Data<&Arc<App>>) -> Result<Response> {
    app.check_file_name().await.map_err(Rejection::from)?;
    Ok(status(r#"{"status":"ok"}"#))
}

/// The process can serve: its database answers.
#[handler]
async fn readyz(Data(app): Data<&Arc<App>>) -> Result<Response> {
    app.check_file().await.map_err(Rejection::from)?;
    app.ping().await.map_err(Rejection::from)?;
    Ok(status(r#"{"status":"ok"}"#))
}
