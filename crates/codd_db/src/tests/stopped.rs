//! An analysis that is stopped midway leaves an engine that still gives right answers.

use std::sync::atomic::{AtomicUsize, Ordering};

use codd_source::{CancelToken, Cancelled};

use super::{Fixture, assert_as_from_scratch};
use crate::{Engine, Progress, Stage};

/// Stops after so many steps.
struct StopAfter {
    steps: usize,
    seen: AtomicUsize,
    cancel: CancelToken,
}

impl Progress for StopAfter {
    fn begin(&self, _stage: Stage, _steps: usize) {
        self.step();
    }

    fn step(&self) {
        if self.seen.fetch_add(1, Ordering::Relaxed) >= self.steps {
            self.cancel.cancel();
        }
    }
}

#[test]
fn stopping_anywhere_gives_cancelled_and_the_engine_goes_on() {
    let mut fixture = Fixture::new("");
    for at in 0..8 {
        let import = (at + 1) % 8;
        let text = format!("from m{import} import f{import}\ndef f{at}():\n    f{import}()\n");
        fixture.set(&format!("m{at}.py"), text);
    }
    let mut engine = Engine::default();
    let mut stopped = 0;
    for steps in 0..30 {
        // Each round has something new to find out.
        fixture.replace("m3.py", "def f3", "# moved\ndef f3");
        fixture.replace("m5.py", "def f5():\n", "def f5():\n    f6(f6)\n");
        let cancel = CancelToken::default();
        let progress = StopAfter { steps, seen: AtomicUsize::new(0), cancel: cancel.clone() };
        match engine.analyse(&fixture.request(), &cancel, &progress) {
            Err(Cancelled) => stopped += 1,
            Ok(answer) => assert_as_from_scratch(&answer, &fixture),
        }
        if steps % 3 == 0 {
            let answer = fixture.analysed_by(&mut engine);
            assert_as_from_scratch(&answer, &fixture);
        }
    }
    assert!((10..30).contains(&stopped), "{stopped} of 30 were stopped");
}

#[test]
fn a_token_that_is_set_before_stops_at_once() {
    let fixture = Fixture::new("//- /a.py\nx = 1\n");
    let cancel = CancelToken::default();
    cancel.cancel();
    let executed = Engine::default().executed_by(|engine| {
        let answer = engine.analyse(&fixture.request(), &cancel, &crate::Silent);
        assert!(matches!(answer, Err(Cancelled)));
    });
    assert_eq!(executed, [""; 0]);
}
