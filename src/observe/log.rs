//! The way of the log to its file: a queue, and a thread that writes.
//!
//! No trouble of the log touches a request. A line that the queue has no room for, because nobody
//! reads a pipe, and a line that cannot be written, because a disk is full or a pipe closed, is lost
//! and counted. Once lines can be written again, the log tells how many were lost.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// Most lines that wait to be written: some 3 MB.
const LONGEST_QUEUE: usize = 8192;

/// How long the last lines may delay the end of the program.
const FLUSH_TIMEOUT: Duration = Duration::from_millis(1500);

/// The losses of the one log of the process, for [`lost_lines`].
static LOSSES: OnceLock<Arc<Losses>> = OnceLock::new();

/// How many lines of the log were lost since the process began.
pub fn lost_lines() -> u64 {
    LOSSES.get().map_or(0, |losses| losses.count())
}

/// What takes a line before it is written, and answers how it is written.
pub type Redact = fn(&str) -> Cow<'_, str>;

/// The log of the process, started.
#[derive(Debug)]
pub struct Log {
    guard: Option<WorkerGuard>,
}

/// Starts the thread that writes the log, and answers what to give lines to.
///
/// # Panics
/// When the system has no thread to give.
pub fn start(to: impl Write + Send + 'static, redact: Redact) -> (NonBlocking, Log) {
    let losses = Arc::clone(LOSSES.get_or_init(Arc::default));
    let (lines, guard) = queue(to, redact, losses, LONGEST_QUEUE);
    (lines, Log { guard: Some(guard) })
}

fn queue(
    to: impl Write + Send + 'static,
    redact: Redact,
    losses: Arc<Losses>,
    longest: usize,
) -> (NonBlocking, WorkerGuard) {
    let writer = Writer {
        to,
        redact,
        losses: losses.clone(),
        told: 0,
        works: true,
        is_torn: false,
    };
    let (lines, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(longest)
        .thread_name("log")
        .finish(writer);
    // There is one queue, so it is not set yet.
    let _ = losses.dropped.set(lines.error_counter());
    (lines, guard)
}

impl Drop for Log {
    /// Writes the lines that wait, if that does not take long: a thread whose pipe nobody reads
    /// never ends, and the program does not wait for it.
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

/// Lines that were lost.
#[derive(Debug, Default)]
struct Losses {
    /// Those that could not be written.
    failed: AtomicU64,
    /// Those that the queue had no room for.
    dropped: OnceLock<ErrorCounter>,
}

impl Losses {
    fn count(&self) -> u64 {
        let dropped = self.dropped.get().map_or(0, ErrorCounter::dropped_lines);
        let dropped = u64::try_from(dropped).unwrap_or(u64::MAX);
        self.failed.load(Relaxed).saturating_add(dropped)
    }
}

/// Writes one line at a time, and never fails: there is nobody to tell.
struct Writer<W> {
    to: W,
    redact: Redact,
    losses: Arc<Losses>,
    /// The losses that the log has told.
    told: u64,
    /// Whether the last line was written.
    works: bool,
    /// Whether only a part of it was.
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

    /// The queue is empty now, so it has room for a line of our own.
    fn flush(&mut self) -> io::Result<()> {
        let lost = self.losses.count();
        if self.works && lost > self.told {
            let lines = lost - self.told;
            self.told = lost;
            tracing::warn!(lines, "lines of the log were lost");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard};

    use super::*;

    /// A file that takes so many bytes and no more.
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
            told: 0,
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
        assert_eq!((writer.losses.count(), writer.told), (2, 0));
        disk.grow(100);
        writer.write_all(b"four\n").unwrap();
        writer.flush().unwrap();
        assert_eq!((writer.losses.count(), writer.told), (2, 2));
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

    /// A pipe that nobody reads until it is told to.
    struct Pipe(mpsc::Receiver<()>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // The sender going away means that it is read from now on.
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_pipe_that_nobody_reads_holds_up_nobody() {
        let (read, blocked) = mpsc::channel();
        let losses = Arc::<Losses>::default();
        let redact: Redact = |line| Cow::Borrowed(line);
        let (mut lines, guard) = queue(Pipe(blocked), redact, losses.clone(), 4);
        for _ in 0..100 {
            lines.write_all(b"line\n").unwrap();
        }
        // Four wait, and one may be on its way.
        assert!((95..=96).contains(&losses.count()), "{}", losses.count());
        drop(Log { guard: Some(guard) });
        drop(read);
    }
}
