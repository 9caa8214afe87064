//! The program: reads the command line and does what it says.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use pricebook::api::document;
use pricebook::api::tls::Tls;
use pricebook::catalog::api_key::KeyWish;
use pricebook::catalog::app::App;
use pricebook::config::{
    Cli, Command, CopyCatalog, CreateKey, DEFAULT_CACHE_MIB, HealthSettings, KeysCommand, Read,
    ServeSettings,
};
use pricebook::demo;
use pricebook::domain::Error;
use pricebook::domain::id::ApiKeyId;
use pricebook::domain::permission::{Permissions, READ_PUBLIC, Rights};
use pricebook::files;
use pricebook::first_key::Bootstrap;
use pricebook::health::Server;
use pricebook::observe::export::Collector;
use pricebook::output;
use pricebook::signals::{self, Signals};
use pricebook::startup::{self, Observation, Opened, Port};
use pricebook::store::db::{DatabaseUrl, Options};
use pricebook::store::{backup, copy};
use pricebook::telemetry;
use tokio::signal::unix::Signal;
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
    let done = match Signals::listen() {
        Ok(signals) => run(Cli::read(), signals).await,
        Err(sentence) => Err(sentence),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            output::tell(&format!("pricebook: {sentence}"));
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

async fn run(read: Read, mut signals: Signals) -> Result<(), String> {
    let Read { cli, warnings } = read;
    let Cli { command, log } = cli;
    let filter = log.log_filter.as_deref().unwrap_or(match command {
        Command::Serve(_) => "info",
        // It says one line.
        Command::Health(_) => "error",
        _ => "warn",
    });
    // Written out when it is dropped, after all else.
    let _log = telemetry::start(log.log_format, filter)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    let ending = match command {
        // On the heap: all that serving is made of would be a type too deep to lay out.
        Command::Serve(settings) => return Box::pin(serve(*settings, signals)).await,
        other => execute(other),
    };
    tokio::select! {
        done = ending => done,
        () = signals.stop() => Err("stopped by a signal".to_owned()),
    }
}

/// Executes a command that ends by itself.
async fn execute(command: Command) -> Result<(), String> {
    match command {
        Command::Serve(_) => Err("serve does not end by itself".to_owned()),
        Command::Openapi => output::print(&document::to_json(&document::DOCUMENT)),
        Command::Health(settings) => health(&settings).await,
        // These neither need the schema of this version nor bring it about in what they read.
        Command::Backup { file, database } => {
            let url = database.address()?.existing();
            backup::write(&url, &file).await?;
            output::tell(&format!("pricebook: backed up {url}"));
            Ok(())
        }
        Command::Copy(catalog) => copy(&catalog).await,
        // Opening the catalog brings its schema up to date.
        Command::Migrate(database) => {
            let (url, options) = (database.address()?.existing(), database.patient_options());
            with_catalog(&url, &options, async |_| Ok(())).await
        }
        Command::Demo {
            organization,
            database,
        } => {
            let run = async |app: &Arc<App>| {
                let made = demo::run(app.clone(), &organization).await?;
                output::print(&format!("{}\n\nKey: {}\n", made.table, made.key))
            };
            with_catalog(&database.address()?, &database.options(), run).await
        }
        Command::Keys(command) => keys(command).await,
    }
}

async fn keys(command: KeysCommand) -> Result<(), String> {
    match command {
        KeysCommand::Create(wish) => {
            let (url, options) = (wish.database.address()?, wish.database.options());
            with_catalog(&url, &options, async |app| create_key(app, wish).await).await
        }
        // No catalog is made by a slip in an address.
        KeysCommand::List(database) => {
            let url = database.address()?.existing();
            with_catalog(&url, &database.options(), async |app| list_keys(app).await).await
        }
        KeysCommand::Revoke { id, database } => {
            let revoke = async |app: &Arc<App>| {
                let revoked = app.revoke_key(ApiKeyId::parse(&id)).await;
                revoked.map(drop).map_err(failed)
            };
            let url = database.address()?.existing();
            with_catalog(&url, &database.options(), revoke).await
        }
    }
}

/// Asks a server how it is.
async fn health(settings: &HealthSettings) -> Result<(), String> {
    let server = match &settings.server {
        Some(url) => Server::parse(url).map_err(|why| format!("--server {why}"))?,
        None => Server::listening_at(settings.place.address()?, settings.tls_cert.is_some())?,
    };
    let probe = if settings.live { "/livez" } else { "/readyz" };
    let answer = server.ask(probe).await?;
    output::print(&format!("{answer}\n"))
}

/// Opens a catalog, does something with it, and closes it.
async fn with_catalog(
    url: &DatabaseUrl,
    options: &Options,
    work: impl AsyncFnOnce(&Arc<App>) -> Result<(), String>,
) -> Result<(), String> {
    let app = open(url, options, DEFAULT_CACHE_MIB).await?;
    output::tell(&format!("pricebook: opened {url}"));
    let done = work(&app).await;
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

fn failed(error: Error) -> String {
    match error {
        Error::ApiKeyNotFound => "no key with this id".to_owned(),
        other => format!("the command failed: {other}"),
    }
}

async fn copy(catalog: &CopyCatalog) -> Result<(), String> {
    let database = &catalog.database;
    let from = match &catalog.from {
        Some(url) => database.parse("--from", url)?,
        None => database.address()?,
    };
    let to = database.parse("--to", &catalog.to)?;
    let copied = copy::copy(&from, &to).await?;
    output::tell(&format!("pricebook: copied {from} to {to}"));
    let mut lines = "TABLE\tROWS\n".to_owned();
    for table in copied {
        lines += &format!("{}\t{}\n", table.table, table.rows);
    }
    output::print(&lines)
}

async fn open(url: &DatabaseUrl, options: &Options, cache_mib: u64) -> Result<Arc<App>, String> {
    startup::open_with(url, options, cache_mib * 1024 * 1024).await
}

/// Listens from the beginning, and opens the catalog meanwhile.
async fn serve(settings: ServeSettings, mut signals: Signals) -> Result<(), String> {
    let hangup = signals::hangup()?;
    // A wrong setting is told before anything is done.
    let collector = collector(&settings)?;
    let url = settings.database.address()?;
    let listen = settings.place.address()?;
    let bootstrap = Bootstrap::new(settings.bootstrap_key.as_deref(), &url)?;
    let mut wire = settings.guards.load(settings.public_url.clone())?;
    wire.max_connections = files::room_for_connections(wire.max_connections);
    if let Some(key) = &settings.guards.tls_key {
        files::warn_if_others_may_read(key, "the key of the certificate");
    }
    let hangup = reload_on_hangup(hangup, wire.tls.clone());
    let observation = Observation::start(settings.metrics, collector).await?;
    let port = Port::bind(listen, wire).await?;
    let metrics = observation.metrics_address();
    let port = port.observed(observation);
    let (greeting, address) = (greeting(&port), port.address());
    let mut opened = None;
    let opening = async {
        let options = settings.database.patient_options();
        let app = open(&url, &options, settings.cache_mib).await?;
        opened = Some(app.clone());
        tracing::info!("opened {url}");
        startup::look_for_damage(&app, startup::MOST_CHECKED_FIRST).await?;
        let is_greeted = bootstrap.run(&app, &greeting).await?;
        let then = move || {
            if !is_greeted && let Err(why) = output::print_in_time(greeting) {
                tracing::warn!("{why}");
            }
            tracing::info!(%address, "listening");
            if let Some(address) = metrics {
                tracing::info!(%address, "metrics");
            }
        };
        Ok(Opened { app, then })
    };
    let served = port.serve(opening, signals.stop()).await;
    hangup.abort();
    if let Some(app) = opened {
        close(&app).await;
    }
    served
}

/// Where traces are sent to, if anywhere.
fn collector(settings: &ServeSettings) -> Result<Option<Collector>, String> {
    let endpoint = settings.otlp_endpoint.as_deref();
    let collector = endpoint.map(|url| Collector::parse(url, &settings.service_name));
    let collector = collector.transpose();
    collector.map_err(|why| format!("OTEL_EXPORTER_OTLP_ENDPOINT {why}"))
}

/// Reads the certificate anew whenever the process gets SIGHUP, which does nothing where there is none.
fn reload_on_hangup(mut hangup: Signal, tls: Option<Arc<Tls>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            match tls.as_ref().map(|tls| tls.reload()) {
                None => {
                    tracing::info!("SIGHUP is ignored: there is no certificate to be read anew")
                }
                Some(Ok(())) => tracing::info!("the certificate was read anew"),
                Some(Err(why)) => tracing::error!("the old certificate stays: {why}"),
            }
        }
    })
}

/// Where the server is.
fn greeting(port: &Port) -> String {
    let base = port.base_url();
    format!("API:  {base}{}\nDocs: {base}/docs\n", document::BASE_PATH)
}

/// Makes a key and prints its secret. One that nobody has seen is revoked.
async fn create_key(app: &App, wish: CreateKey) -> Result<(), String> {
    let CreateKey {
        organization,
        mode,
        name,
        expires_in_days,
        permissions,
        publishable,
        database: _,
    } = wish;
    let rights = match publishable {
        true => Rights::Publishable,
        false => permissions.map_or(Rights::Full, Rights::Restricted),
    };
    let new = KeyWish {
        name,
        expires_in_days,
        rights,
    };
    let created = app.create_key_for(&organization, mode, new).await;
    let created = created.map_err(failed)?;
    let printed = output::print(&format!("{}\n", created.secret.expose()));
    if let Err(why) = printed {
        let revoked = app.revoke_key(Some(created.key.id)).await;
        revoked.map_err(failed)?;
        return Err(format!(
            "{why}; the key is revoked, since nobody has seen it"
        ));
    }
    Ok(())
}

async fn list_keys(app: &App) -> Result<(), String> {
    let never = || "never".to_owned();
    let mut lines =
        "ID\tORGANIZATION\tMODE\tNAME\tPREFIX\tCREATED\tEXPIRES\tLAST USED\tPERMISSIONS\n"
            .to_owned();
    for owned in app.all_api_keys().await.map_err(failed)? {
        let key = owned.key;
        lines += &format!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
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
    output::print(&lines)
}

/// What a key may do, in one word that is never empty, so that columns stay where they are.
fn shown(rights: &Rights) -> String {
    match rights {
        Rights::Full => "full".to_owned(),
        Rights::Restricted(permissions) if *permissions == Permissions::NONE => "none".to_owned(),
        Rights::Restricted(permissions) => permissions.to_string(),
        Rights::Publishable => format!("plan:{READ_PUBLIC}"),
    }
}
