//! Writes the log to its file: through a queue, on a separate thread.
//!
//! A log problem never affects a request. A line is lost and counted if the queue is full, for
//! example because nothing reads a pipe, or if it cannot be written, for example because the disk
//! is full or a pipe is closed. Once lines can be written again, the log reports how many were
//! lost.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// Maximum number of lines that wait to be written: about 3 MB.
const MAX_QUEUE: usize = 8192;

/// How long the last lines may delay the exit of the program.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(1500);

/// The losses of the process's only log, for [`lost_lines`].
static LOSSES: OnceLock<Arc<Losses>> = OnceLock::new();

/// The number of log lines that were lost since the process started.
pub fn lost_lines() -> u64 {
    LOSSES.get().map_or(0, |losses| losses.count())
}

/// Replaces secrets in a line before it is written.
pub type Redact = fn(&str) -> Cow<'_, str>;

/// The running log of the process. Dropping it writes the remaining lines.
#[derive(Debug)]
pub struct Log {
    guard: Option<WorkerGuard>,
}

/// Starts the thread that writes the log, and returns the writer that lines are given to.
///
/// # Panics
/// If the system cannot start a thread.
pub fn start(to: impl Write + Send + 'static, redact: Redact) -> (NonBlocking, Log) {
    let losses = Arc::clone(LOSSES.get_or_init(Arc::default));
    let (lines, guard) = queue(to, redact, losses, MAX_QUEUE);
    (lines, Log { guard: Some(guard) })
}

fn queue(
    to: impl Write + Send + 'static,
    redact: Redact,
    losses: Arc<Losses>,
    max_lines: usize,
) -> (NonBlocking, WorkerGuard) {
    let writer = Writer {
        to,
        redact,
        losses: losses.clone(),
        reported: 0,
        works: true,
        is_torn: false,
    };
    let (lines, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(max_lines)
        .thread_name("log")
        .finish(writer);
    // There is only one queue, so this is not set yet.
    let _ = losses.dropped.set(lines.error_counter());
    (lines, guard)
}

impl Drop for Log {
    /// Writes the remaining lines, within a timeout: the thread never ends if it writes to a pipe
    /// that nothing reads.
    fn drop(&mut self) {
        let guard = self.guard.take();
        let (ended, wait) = mpsc::channel::<()>();
        let flush = thread::Builder::new().spawn(move || {
            drop(guard);
            drop(ended);
        });
        if flush.is_ok() {
            let _ = wait.recv_timeout(FLUSH_TIMEOUT);
        }
    }
}

/// Counts lost lines.
#[derive(Debug, Default)]
struct Losses {
    /// Lines that could not be written.
    failed: AtomicU64,
    /// Lines that did not fit into the queue.
    dropped: OnceLock<ErrorCounter>,
}

impl Losses {
    fn count(&self) -> u64 {
        let dropped = self.dropped.get().map_or(0, ErrorCounter::dropped_lines);
        let dropped = u64::try_from(dropped).unwrap_or(u64::MAX);
        self.failed.load(Relaxed).saturating_add(dropped)
    }
}

/// Writes one line at a time. It never fails, since there is nowhere to report an error.
struct Writer<W> {
    to: W,
    redact: Redact,
    losses: Arc<Losses>,
    /// The number of losses that the log has reported.
    reported: u64,
    /// Whether the last line was written.
    works: bool,
    /// Whether only a part of the last line was written.
    is_torn: bool,
}

impl<W: Write> Writer<W> {
    fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        if self.is_torn {
            self.to.write_all(b"\n")?;
            self.is_torn = false;
        }
        while !bytes.is_empty() {
            match self.to.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    bytes = &bytes[count..];
                    self.is_torn = !bytes.is_empty();
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        }
        Ok(())
    }
}

impl<W: Write> Write for Writer<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let clean = (self.redact)(&text);
        self.works = self.put(clean.as_bytes()).is_ok();
        if !self.works {
            self.losses.failed.fetch_add(1, Relaxed);
        }
        Ok(line.len())
    }

    /// Reports lost lines. The queue is empty now, so it has room for the report.
    fn flush(&mut self) -> io::Result<()> {
        let lost = self.losses.count();
        if self.works && lost > self.reported {
            let lines = lost - self.reported;
            self.reported = lost;
            tracing::warn!(lines, "lines of the log were lost");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard};

    use super::*;

    /// A file that accepts a limited number of bytes.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Disk {
        fn state(&self) -> MutexGuard<'_, (Vec<u8>, usize)> {
            self.0.lock().unwrap()
        }

        fn grow(&self, bytes: usize) {
            self.state().1 += bytes;
        }

        fn text(&self) -> String {
            String::from_utf8(self.state().0.clone()).unwrap()
        }
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut state = self.state();
            let (file, room) = &mut *state;
            let count = bytes.len().min(*room);
            if count == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            file.extend_from_slice(&bytes[..count]);
            *room -= count;
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            unreachable!("it keeps nothing back")
        }
    }

    fn writer(disk: &Disk) -> Writer<Disk> {
        Writer {
            to: disk.clone(),
            redact: |line| Cow::Borrowed(line),
            losses: Arc::default(),
            reported: 0,
            works: true,
            is_torn: false,
        }
    }

    #[test]
    fn a_full_disk_loses_lines_and_no_more() {
        let disk = Disk::default();
        let mut writer = writer(&disk);
        disk.grow(6);
        for line in ["one\n", "two\n", "three\n"] {
            writer.write_all(line.as_bytes()).unwrap();
            writer.flush().unwrap();
        }
        assert_eq!((writer.losses.count(), writer.reported), (2, 0));
        disk.grow(100);
        writer.write_all(b"four\n").unwrap();
        writer.flush().unwrap();
        assert_eq!((writer.losses.count(), writer.reported), (2, 2));
        assert_eq!(disk.text(), "one\ntw\nfour\n");
    }

    #[test]
    fn lines_are_redacted() {
        let disk = Disk::default();
        disk.grow(100);
        let mut writer = writer(&disk);
        writer.redact = |line| line.replace("secret", "…").into();
        writer.write_all(b"a secret\n").unwrap();
        assert_eq!(disk.text(), "a …\n");
    }

    /// A pipe that nothing reads until the sender is dropped.
    struct Pipe(mpsc::Receiver<()>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // This returns when the sender is dropped; from then on the pipe is read.
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_unread_pipe_delays_nobody() {
        let (read, blocked) = mpsc::channel();
        let losses = Arc::<Losses>::default();
        let redact: Redact = |line| Cow::Borrowed(line);
        let (mut lines, guard) = queue(Pipe(blocked), redact, losses.clone(), 4);
        for _ in 0..100 {
            lines.write_all(b"line\n").unwrap();
        }
        // Four lines wait, and the thread may hold one.
        assert!((95..=96).contains(&losses.count()), "{}", losses.count());
        drop(Log { guard: Some(guard) });
        drop(read);
    }
}
