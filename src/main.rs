//! The program: runs the command of the command line.

use std::process::ExitCode;

use pricebook::cli::settings::CommandLine;
use pricebook::cli::signals::Signals;
use pricebook::cli::{output, run};

/// Requests mostly allocate and free small pieces of memory; the system allocator took a fifth of
/// the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    use_small_pages();
    let result = match Signals::listen() {
        Ok(signals) => run(CommandLine::read(), signals).await,
        Err(message) => Err(message),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(message) => {
            output::tell(&format!("pricebook: {message}"));
            ExitCode::FAILURE
        }
    }
}

/// Disables transparent huge pages. With pages of 2 MiB, a server with 10,000 plans takes a quarter
/// more memory and is no faster. The allocator has memory before this is called, but is built not
/// to ask for huge pages (`no_thp`).
fn use_small_pages() {
    // A failure costs only memory.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
