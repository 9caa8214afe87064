//! The resources that a process uses, as Linux reports them.

use std::fs;

/// The resources of a process at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    /// Resident memory, in KiB.
    pub memory: u64,
    pub files: usize,
    pub threads: u64,
}

impl Usage {
    pub fn of(process: u32) -> Self {
        let status = fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            number.and_then(|text| text.parse().ok()).expect(name)
        };
        let files = fs::read_dir(format!("/proc/{process}/fd")).expect("its files");
        Self {
            memory: number("VmRSS:"),
            files: files.count(),
            threads: number("Threads:"),
        }
    }
}

impl std::fmt::Display for Usage {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            memory,
            files,
            threads,
        } = self;
        write!(
            out,
            "{} MB, {files} files, {threads} threads",
            memory / 1024
        )
    }
}
