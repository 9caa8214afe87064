//! The program: reads the command line and does what it says.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use pricebook::api::tls::Tls;
use pricebook::api::{self, document};
use pricebook::catalog::api_key::KeyWish;
use pricebook::catalog::app::App;
use pricebook::config::{Cli, Command, CreateKey, KeysCommand, Settings};
use pricebook::demo;
use pricebook::domain::Error;
use pricebook::domain::id::ApiKeyId;
use pricebook::domain::permission::{Permissions, Rights};
use pricebook::domain::scope::DEFAULT_ORGANIZATION;
use pricebook::files;
use pricebook::startup::{self, Server};
use pricebook::store::db::DatabaseUrl;
use pricebook::telemetry;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

/// How long the database may take to close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

#[tokio::main]
async fn main() -> ExitCode {
    let Cli { command, settings } = Cli::parse();
    match run(command.unwrap_or(Command::Serve), settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("pricebook: {sentence}");
            ExitCode::FAILURE
        }
    }
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
    let app = open(&settings).await?;
    let done = with_catalog(&app, command, settings).await;
    match tokio::time::timeout(CLOSE_TIMEOUT, app.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database does not close"),
        Err(_) => tracing::warn!("the database does not close in time"),
    }
    done
}

async fn with_catalog(app: &Arc<App>, command: Command, settings: Settings) -> Result<(), String> {
    match command {
        Command::Serve => serve(app, settings).await,
        // Opening the catalog has brought its schema up to date; the document needs none.
        Command::Migrate | Command::Openapi => Ok(()),
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

async fn open(settings: &Settings) -> Result<Arc<App>, String> {
    let url = DatabaseUrl::parse(&settings.database_url);
    let url = url.map_err(|why| format!("DATABASE_URL {why}"))?;
    startup::open(&url, settings.cache_mib * 1024 * 1024).await
}

async fn serve(app: &Arc<App>, settings: Settings) -> Result<(), String> {
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|why| format!("cannot listen for signals: {why}"))?;
    let mut interrupt = signal(SignalKind::interrupt())
        .map_err(|why| format!("cannot listen for signals: {why}"))?;
    let mut wire = settings.guards.load(settings.public_url)?;
    wire.max_connections = files::room_for_connections(wire.max_connections);
    if let Some(key) = &settings.guards.tls_key {
        files::warn_if_others_may_read(key, "the key of the certificate");
    }
    let hangup = wire.tls.clone().map(reload_on_hangup).transpose()?;
    let server = Server::bind(app.clone(), settings.listen, wire).await?;
    // Beside the server: no call waits for the pages.
    std::thread::spawn(api::prepare_pages);
    greet(app, &server).await?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    };
    server.run(stop).await;
    if let Some(hangup) = hangup {
        hangup.abort();
    }
    Ok(())
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
async fn greet(app: &App, server: &Server) -> Result<(), String> {
    let first_key = startup::bootstrap(app).await;
    let first_key = first_key.map_err(|error| format!("cannot make the first key: {error}"))?;
    let base = server.base_url();
    println!("API:  {base}{}", document::BASE_PATH);
    println!("Docs: {base}/docs");
    if let Some(first) = first_key {
        println!("Key:  {}", first.secret.expose());
        println!(
            "      A sandbox key of the organization \"{DEFAULT_ORGANIZATION}\". Keep it: it is shown only now."
        );
    }
    tracing::info!(address = %server.address(), "listening");
    Ok(())
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
