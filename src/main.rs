//! The program: reads the command line and does what it says.

use std::process::ExitCode;

use pricebook::cli::settings::Cli;
use pricebook::cli::signals::Signals;
use pricebook::cli::{output, run};

/// Answering is mostly taking and giving back small pieces of memory, at which the system's own
/// allocator spent a fifth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
