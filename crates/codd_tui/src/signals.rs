//! Signals as messages, so that the terminal is given back before the process ends.

use std::io;
use std::sync::mpsc::Receiver;

use crate::state::Msg;

/// The signals that end the interface or stop it, as messages.
pub(crate) struct Signals {
    pub(crate) messages: Receiver<Msg>,
    #[cfg(unix)]
    handle: signal_hook::iterator::Handle,
}

#[cfg(unix)]
mod unix {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    use signal_hook::low_level::emulate_default_handler;

    use super::{Msg, Receiver, Signals, io};

    /// How long the interface has to end by itself after a signal.
    const GRACE: Duration = Duration::from_secs(2);

    /// The same where the terminal is gone, on which the loop cannot but hang.
    const GRACE_WITHOUT_TERMINAL: Duration = Duration::from_millis(300);

    pub(super) fn watch() -> io::Result<Signals> {
        let mut signals =
            signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP])?;
        let handle = signals.handle();
        let own = handle.clone();
        let (sender, messages): (_, Receiver<Msg>) = channel();
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                if signal == SIGTSTP {
                    let _ = sender.send(Msg::Stop);
                    continue;
                }
                let _ = sender.send(Msg::Signal(signal));
                // The loop may hang in a terminal that is gone: then end as the signal does.
                let is_gone = signal == SIGHUP;
                std::thread::sleep(if is_gone { GRACE_WITHOUT_TERMINAL } else { GRACE });
                if !own.is_closed() {
                    crate::terminal::leave();
                    let _ = emulate_default_handler(signal);
                }
            }
        })?;
        Ok(Signals { messages, handle })
    }

    pub(super) fn stop() -> io::Result<()> {
        emulate_default_handler(SIGTSTP)
    }
}

impl Signals {
    #[cfg(unix)]
    pub(crate) fn watch() -> io::Result<Signals> {
        unix::watch()
    }

    #[cfg(not(unix))]
    pub(crate) fn watch() -> io::Result<Signals> {
        let (_, messages) = std::sync::mpsc::channel();
        Ok(Signals { messages })
    }
}

#[cfg(unix)]
impl Drop for Signals {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Stops the process until somebody resumes it.
#[cfg(unix)]
pub(crate) fn stop() -> io::Result<()> {
    unix::stop()
}

#[cfg(not(unix))]
pub(crate) fn stop() -> io::Result<()> {
    Ok(())
}
