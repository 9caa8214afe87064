//! Pages beside the API: the documentation and the document.

use std::sync::{Arc, LazyLock, Once, OnceLock};

use poem::endpoint::make_sync;
use poem::http::{HeaderMap, header};
use poem::web::{Data, Path, Redirect};
use poem::{EndpointExt, IntoResponse, Response, Result, Route, RouteMethod, get, handler};
use poem_openapi::OpenApiService;

use self::asset::Asset;
use super::document::{self, DOCUMENT_PATHS};
use super::kit::error::{Code, Rejection};
use super::kit::settings::Settings;

pub(in crate::api) mod asset;
pub mod metrics;
pub(in crate::api) mod probes;

const SWAGGER_PAGE: &str = include_str!("swagger.html");
const ERROR_PAGE: &str = include_str!("error.html");

/// Caching of content that changes only with the version of the server.
const ASSET_CACHE: &str = "public, max-age=3600";
/// Caching of content that browsers revalidate each time.
const REVALIDATED: &str = "no-cache";

const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";
const STYLE_TYPE: &str = "text/css; charset=utf-8";

/// The content security policy of the documentation page. The page holds the key of whoever tries
/// operations, so it loads nothing from other hosts and sends nothing to them. Swagger UI has
/// inline styles, and icons in `data:` URLs.
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
        .at("/docs/swagger-ui.js", kept(|| &SWAGGER_UI.script))
        .at("/docs/swagger-ui.css", kept(|| &SWAGGER_UI.style))
        .at("/docs/start.js", kept(|| &START))
        .at("/docs/docs.css", kept(|| &DOCS_STYLE))
        .at("/docs/errors.css", kept(|| &ERROR_STYLE))
        .at("/docs/errors/:code", get(error_page))
        .at(json, get(openapi_json).data(document.clone()))
        .at(yaml, get(openapi_yaml).data(document))
}

#[handler]
fn root() -> Redirect {
    Redirect::temporary("/docs")
}

fn page(body: impl Into<poem::Body>) -> Response {
    Response::builder()
        .content_type("text/html; charset=utf-8")
        .body(body)
}

/// Content with its caching policy.
fn answer(asset: &Asset, headers: &HeaderMap, cache: &'static str) -> Response {
    asset
        .answer(headers)
        .with_header(header::CACHE_CONTROL, cache)
        .into_response()
}

/// A route to content that never changes while the server runs.
fn kept(asset: fn() -> &'static Asset) -> RouteMethod {
    get(make_sync(move |request| {
        answer(asset(), request.headers(), ASSET_CACHE)
    }))
}

#[handler]
fn docs(Data(document): Data<&Arc<Document>>) -> Response {
    prepare(document);
    page(SWAGGER_PAGE)
        .with_header(header::CONTENT_SECURITY_POLICY, DOCS_POLICY)
        .into_response()
}

/// The script and the style of Swagger UI, cut out of the page that poem-openapi embeds.
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

static START: LazyLock<Asset> = LazyLock::new(|| Asset::new(SCRIPT_TYPE, include_str!("start.js")));

static DOCS_STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(STYLE_TYPE, include_str!("docs.css")));

static ERROR_STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new(STYLE_TYPE, include_str!("error.css")));

/// The document of this server, made on the first request for it.
struct Document {
    public_url: Option<String>,
    json: OnceLock<Asset>,
    yaml: OnceLock<Asset>,
    /// Set when its preparation starts.
    begun: Once,
}

impl Document {
    fn new(settings: &Settings) -> Self {
        Self {
            public_url: settings.public_url.clone(),
            json: OnceLock::new(),
            yaml: OnceLock::new(),
            begun: Once::new(),
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

/// Makes and compresses in the background the content that the page requests next. This is not done
/// at startup, so that a server whose documentation nobody reads does not hold it in memory.
fn prepare(document: &Arc<Document>) {
    let made = document.clone();
    document.begun.call_once(|| {
        std::thread::spawn(move || {
            LazyLock::force(&SWAGGER_UI);
            LazyLock::force(&START);
            made.json();
        });
    });
}

#[handler]
fn openapi_json(headers: &HeaderMap, Data(document): Data<&Arc<Document>>) -> Response {
    answer(document.json(), headers, REVALIDATED)
}

#[handler]
fn openapi_yaml(headers: &HeaderMap, Data(document): Data<&Arc<Document>>) -> Response {
    answer(document.yaml(), headers, REVALIDATED)
}

/// The page of an error code: its meaning, the remedy, and whether to retry.
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
    Ok(page(html))
}

/// A text of the error table as HTML: backticks become code.
fn paragraph(words: &str) -> String {
    let escaped = escaped(words);
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

/// A text as HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
