//! The settings: each is a flag and an environment variable.
// The comments of settings are the text of `--help`, where Markdown would show.
#![allow(clippy::doc_markdown, rustdoc::bare_urls)]

mod catalog;
mod changeset;
mod client;
mod command;
mod command_line;
mod command_order;
mod copy;
mod database;
mod explain;
mod health;
mod history;
mod keys;
mod limits;
mod listen;
mod log;
mod rates;
mod serve;
mod value;

pub use catalog::{LintSettings, PullSettings, ShowSettings};
pub use changeset::{ApplyOptions, ApplySettings, PartSettings, PlanSettings, PromoteSettings};
pub use client::ClientSettings;
pub use command::Command;
pub use command_line::CommandLine;
pub use copy::CopySettings;
pub use database::DatabaseSettings;
pub use explain::ExplainSettings;
pub use health::HealthSettings;
pub use history::{DiffSettings, HistorySettings, RevertSettings};
pub use keys::{CreateKeySettings, KeysCommand};
pub use limits::{LimitSettings, RateLimit};
pub use listen::ListenSettings;
pub use log::{LogFormat, LogSettings};
pub use rates::{RatesCommand, RatesSettings};
pub use serve::{DEFAULT_CACHE_MIB, MetricsAt, ServeSettings};
