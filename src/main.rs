//! The program: reads the command line and does what it says.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use pricebook::api::document;
use pricebook::api::tls::Tls;
use pricebook::catalog::api_key::{KeyWish, NewApiKey};
use pricebook::catalog::app::App;
use pricebook::config::{Cli, Command, CopyCatalog, CreateKey, KeysCommand, Settings};
use pricebook::demo;
use pricebook::domain::Error;
use pricebook::domain::id::ApiKeyId;
use pricebook::domain::permission::{Permissions, Rights};
use pricebook::domain::scope::DEFAULT_ORGANIZATION;
use pricebook::files;
use pricebook::observe::export::Collector;
use pricebook::startup::{self, Observation, Opened, Port};
use pricebook::store::db::{DatabaseUrl, Options};
use pricebook::store::{backup, copy};
use pricebook::telemetry;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

/// Answering is mostly taking and giving back small pieces of memory, at which the system's own
/// allocator spent a fifth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long the database may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    take_small_pages();
    let Cli { command, settings } = Cli::read();
    match run(command.unwrap_or(Command::Serve), settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("pricebook: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Has the system give memory out in small pages. In pages of 2 MiB, which it may prefer, a server
/// with 10,000 plans takes a quarter more, and is no faster. The allocator, which asks for them
/// unless it is built not to (`no_thp`), has memory before this is called.
fn take_small_pages() {
    // Where that is not allowed, no more than some memory is lost.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

async fn run(command: Command, settings: Settings) -> Result<(), String> {
    let filter = settings.log_filter.as_deref().unwrap_or(match command {
        Command::Serve => "info",
        _ => "warn",
    });
    telemetry::start(settings.log_format, filter)?;
    if let Command::Openapi = command {
        print!("{}", *document::JSON);
        return Ok(());
    }
    match command {
        Command::Serve => return serve(settings).await,
        // These neither need the schema of this version nor bring it about in what they read.
        Command::Backup { file } => return backup::write(&database_url(&settings)?, &file).await,
        Command::Copy(catalog) => return copy(&catalog, &settings).await,
        _ => {}
    }
    let options = match command {
        Command::Migrate => settings.database.patient_options(),
        _ => settings.database.options(),
    };
    let app = open(&database_url(&settings)?, &settings, &options).await?;
    let done = with_catalog(&app, command).await;
    close(&app).await;
    done
}

async fn close(app: &App) {
    match tokio::time::timeout(CLOSE_TIMEOUT, app.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database does not close"),
        Err(_) => tracing::warn!("the database does not close in time"),
    }
}

async fn with_catalog(app: &Arc<App>, command: Command) -> Result<(), String> {
    match command {
        // Opening the catalog has brought its schema up to date; the others need none.
        Command::Migrate
        | Command::Serve
        | Command::Openapi
        | Command::Backup { .. }
        | Command::Copy(_) => Ok(()),
        Command::Demo { organization } => {
            let made = demo::run(app.clone(), &organization).await?;
            println!("{}\n\nKey: {}", made.table, made.key);
            Ok(())
        }
        Command::Keys(command) => keys(app, command).await.map_err(|error| match error {
            Error::ApiKeyNotFound => "no key with this id".to_owned(),
            other => format!("the command failed: {other}"),
        }),
    }
}

/// The setting `DATABASE_URL`, or what is in the file that stands for it.
fn database_url(settings: &Settings) -> Result<DatabaseUrl, String> {
    if let Some(file) = &settings.database_url_file {
        let name = format!("DATABASE_URL_FILE {}", file.display());
        let text = std::fs::read_to_string(file);
        let text = text.map_err(|why| format!("{name} cannot be read: {why}"))?;
        return parse_url(&format!("the address in {name}"), text.trim(), settings);
    }
    parse_url("DATABASE_URL", &settings.database_url, settings)
}

fn parse_url(name: &str, text: &str, settings: &Settings) -> Result<DatabaseUrl, String> {
    let url = DatabaseUrl::parse(text).map_err(|why| format!("{name} {why}"))?;
    Ok(settings.database.encrypted(url))
}

async fn copy(catalog: &CopyCatalog, settings: &Settings) -> Result<(), String> {
    let from = match &catalog.from {
        Some(url) => parse_url("--from", url, settings)?,
        None => database_url(settings)?,
    };
    let to = parse_url("--to", &catalog.to, settings)?;
    let copied = copy::copy(&from, &to).await?;
    println!("TABLE\tROWS");
    for table in copied {
        println!("{}\t{}", table.table, table.rows);
    }
    Ok(())
}

async fn open(
    url: &DatabaseUrl,
    settings: &Settings,
    options: &Options,
) -> Result<Arc<App>, String> {
    startup::open_with(url, options, settings.cache_mib * 1024 * 1024).await
}

/// Listens from the beginning, and opens the catalog meanwhile.
async fn serve(settings: Settings) -> Result<(), String> {
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|why| format!("cannot listen for signals: {why}"))?;
    let mut interrupt = signal(SignalKind::interrupt())
        .map_err(|why| format!("cannot listen for signals: {why}"))?;
    let mut wire = settings.guards.load(settings.public_url.clone())?;
    wire.max_connections = files::room_for_connections(wire.max_connections);
    if let Some(key) = &settings.guards.tls_key {
        files::warn_if_others_may_read(key, "the key of the certificate");
    }
    let hangup = wire.tls.clone().map(reload_on_hangup).transpose()?;
    let collector = collector(&settings)?;
    let url = database_url(&settings)?;
    let observation = Observation::start(settings.metrics, collector).await?;
    let port = Port::bind(settings.listen, wire).await?;
    let metrics = observation.metrics_address();
    let port = port.observed(observation);
    let (base, address) = (port.base_url(), port.address());
    let mut opened = None;
    let opening = async {
        let app = open(&url, &settings, &settings.database.patient_options()).await?;
        opened = Some(app.clone());
        let first_key = startup::bootstrap(&app).await;
        let first_key = first_key.map_err(|error| format!("cannot make the first key: {error}"))?;
        let then = move || {
            greet(&base, first_key);
            tracing::info!(%address, "listening");
            if let Some(address) = metrics {
                tracing::info!(%address, "metrics");
            }
        };
        Ok(Opened { app, then })
    };
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    };
    let served = port.serve(opening, stop).await;
    if let Some(hangup) = hangup {
        hangup.abort();
    }
    if let Some(app) = opened {
        close(&app).await;
    }
    served
}

/// Where traces are sent to, if anywhere.
fn collector(settings: &Settings) -> Result<Option<Collector>, String> {
    // An empty address is none, as OpenTelemetry has it.
    let endpoint = settings.otlp_endpoint.as_deref();
    let endpoint = endpoint.filter(|endpoint| !endpoint.is_empty());
    let collector = endpoint.map(|url| Collector::parse(url, &settings.service_name));
    let collector = collector.transpose();
    collector.map_err(|why| format!("OTEL_EXPORTER_OTLP_ENDPOINT {why}"))
}

/// Reads the certificate anew whenever the process gets SIGHUP.
fn reload_on_hangup(tls: Arc<Tls>) -> Result<JoinHandle<()>, String> {
    let mut hangup =
        signal(SignalKind::hangup()).map_err(|why| format!("cannot listen for signals: {why}"))?;
    Ok(tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match tls.reload() {
                Ok(()) => tracing::info!("the certificate was read anew"),
                Err(why) => tracing::error!("the old certificate stays: {why}"),
            }
        }
    }))
}

/// Says where the server is and, on an empty database, prints the first key, once.
fn greet(base: &str, first_key: Option<NewApiKey>) {
    println!("API:  {base}{}", document::BASE_PATH);
    println!("Docs: {base}/docs");
    if let Some(first) = first_key {
        println!("Key:  {}", first.secret.expose());
        println!(
            "      A sandbox key of the organization \"{DEFAULT_ORGANIZATION}\". Keep it: it is shown only now."
        );
    }
}

async fn keys(app: &App, command: KeysCommand) -> Result<(), Error> {
    match command {
        KeysCommand::Create(CreateKey {
            organization,
            mode,
            name,
            expires_in_days,
            permissions,
        }) => {
            let new = KeyWish {
                name,
                expires_in_days,
                rights: permissions.map_or(Rights::Full, Rights::Restricted),
            };
            let created = app.create_key_for(&organization, mode, new).await?;
            println!("{}", created.secret.expose());
        }
        KeysCommand::List => list_keys(app).await?,
        KeysCommand::Revoke { id } => {
            app.revoke_key(ApiKeyId::parse(&id)).await?;
        }
    }
    Ok(())
}

async fn list_keys(app: &App) -> Result<(), Error> {
    let never = || "never".to_owned();
    println!("ID\tORGANIZATION\tMODE\tNAME\tPREFIX\tCREATED\tEXPIRES\tLAST USED\tPERMISSIONS");
    for owned in app.all_api_keys().await? {
        let key = owned.key;
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            key.id,
            owned.organization.as_str().escape_debug(),
            owned.mode,
            key.name.as_str().escape_debug(),
            key.prefix,
            key.created_at,
            key.expires_at.map_or_else(never, |at| at.to_string()),
            key.last_used_at.map_or_else(never, |at| at.to_string()),
            shown(&key.rights),
        );
    }
    Ok(())
}

/// What a key may do, in one word that is never empty, so that columns stay where they are.
fn shown(rights: &Rights) -> String {
    match rights {
        Rights::Full => "full".to_owned(),
        Rights::Restricted(permissions) if *permissions == Permissions::NONE => "none".to_owned(),
        Rights::Restricted(permissions) => permissions.to_string(),
    }
}
