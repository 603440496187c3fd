//! Taking the terminal and giving it back, exactly once whatever happens.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write, stderr, stdout};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crossterm::cursor::{Hide, Show};
use crossterm::execute;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};

/// Whether the terminal is ours; who turns it off is the one to restore the terminal.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// What a panic of another thread said: told once the terminal is given back.
static REPORT: Mutex<Option<String>> = Mutex::new(None);

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// The terminal while it is ours; dropping it gives it back.
pub(crate) struct Held {
    hook: Arc<Hook>,
}

impl Held {
    /// Takes the terminal, and sees to it that a panic gives it back before it is reported.
    pub(crate) fn take() -> io::Result<Held> {
        let hook: Arc<Hook> = panic::take_hook().into();
        let held = Held { hook: Arc::clone(&hook) };
        let own = std::thread::current().id();
        panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == own {
                leave();
                hook(info);
            } else {
                // This thread may be in the middle of a frame: it is the one to leave.
                let mut report = info.to_string();
                let backtrace = Backtrace::capture();
                if backtrace.status() == BacktraceStatus::Captured {
                    report.push_str(&format!("\n{backtrace}"));
                }
                REPORT.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(report);
            }
        }));
        enter()?;
        Ok(held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        leave();
        if let Some(report) = REPORT.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = writeln!(stderr(), "{}", report.trim_end());
        }
        // The hook cannot be exchanged by a thread that panics; it then does no harm.
        if !std::thread::panicking() {
            let hook = Arc::clone(&self.hook);
            panic::set_hook(Box::new(move |info| hook(info)));
        }
    }
}

/// What the event loop needs of the terminal beside drawing.
pub(crate) trait Screen {
    fn enter(&mut self) -> io::Result<()>;
    fn leave(&mut self);
    /// Stops the process until somebody resumes it.
    fn stop(&mut self) -> io::Result<()>;
    /// Hands text to the terminal's clipboard.
    fn copy(&mut self, text: &str) -> io::Result<()>;
}

/// The terminal of this process.
#[derive(Debug)]
pub(crate) struct RealScreen;

impl Screen for RealScreen {
    fn enter(&mut self) -> io::Result<()> {
        enter()
    }

    fn leave(&mut self) {
        leave();
    }

    fn stop(&mut self) -> io::Result<()> {
        crate::signals::stop()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        // OSC 52, which also works over SSH; terminals that do not know it ignore it.
        let mut out = stdout();
        write!(out, "\u{1b}]52;c;{}\u{7}", base64(text.as_bytes()))?;
        out.flush()
    }
}

fn enter() -> io::Result<()> {
    // First, so that a failure half way is undone.
    ACTIVE.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, Hide)
}

/// Gives the terminal back if it is ours; a terminal that is gone needs nothing.
pub(crate) fn leave() {
    if ACTIVE.swap(false, Ordering::SeqCst) {
        let _ = execute!(stdout(), LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sextet = (bits >> (18 - 6 * at)) & 63;
            let is_there = at <= chunk.len();
            text.push(if is_there { char::from(ALPHABET[sextet as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_pads() {
        // The test vectors of RFC 4648.
        for (text, encoded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
