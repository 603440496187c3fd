//! Sharing what is kept, against real servers on the loopback: `tests/services/run` installs them
//! and runs this.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests start servers and look at what lies there, and a failed step is a failed test"
)]

mod machine;
mod proxy;
mod server;

use std::net::TcpListener;
use std::thread;

use machine::{Machine, Run, SECRET};
use proxy::Proxy;
use server::{Server, every_server};

const LEFT: &str = "def left(text):\n    return eval(text)\n";
const RIGHT: &str = "from left import left\n\ndef right(text):\n    return left(text)\n";

/// A machine with an empty folder and a project of two files.
fn machine() -> Machine {
    Machine::with_files(&[("left.py", LEFT), ("right.py", RIGHT)])
}

/// What every run answers, whatever befalls the place.
fn alone() -> Run {
    let run = machine().run(&["check"], &[]);
    assert!(run.output.contains("NO-EVAL") && run.code == 1 && run.has_parsed(), "{run:?}");
    run
}

fn check_shared(server: &Server) -> Run {
    machine().run(&["check"], &server.variables())
}

#[test]
fn the_second_machine_parses_nothing() {
    let alone = alone();
    for server in every_server() {
        let first = check_shared(&server);
        assert_eq!((&first.output, first.has_parsed()), (&alone.output, true), "{server:?}");
        assert_eq!(first.notes(), "", "{server:?}");
        let second = check_shared(&server);
        assert_eq!((&second.output, second.has_parsed()), (&alone.output, false), "{server:?}");
        assert_eq!(second.notes(), "", "{server:?}");
        // Nothing new was found out, so there is one pack still.
        let info = machine().run(&["cache", "info"], &server.variables());
        assert!(info.output.contains("there       1 pack, 1 MB\n"), "{}", info.output);
        assert!(info.output.contains(&format!("shared at   {}\n", server.shown())), "{info:?}");
        server.assert_hides_credentials(&info);
    }
}

#[test]
fn a_folder_of_its_own_keeps_what_was_taken() {
    let server = Server::folder();
    check_shared(&server);
    let machine = machine();
    let kept = ["--cache-dir", "../kept", "check"];
    assert!(!machine.run(&kept, &server.variables()).has_parsed());
    // With the secret and without the place.
    let secret = [("CODD_CACHE_SECRET".to_owned(), SECRET.to_owned())];
    let inside = machine.run(&kept, &secret);
    assert!(inside.has_parsed(), "a folder outside of the project has no seal of its own");
    assert!(!machine.run(&kept, &server.variables()).has_parsed());
}

#[test]
fn what_is_not_as_it_was_given_is_refused_and_given_again() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [Damage; 4] = [
        |bytes| bytes.truncate(bytes.len() / 2),
        |bytes| bytes[200] ^= 1,
        |bytes| bytes.fill(b'x'),
        Vec::clear,
    ];
    let alone = alone();
    for server in every_server() {
        for damage in damages {
            server.clear();
            check_shared(&server);
            server.change_objects(damage);
            let run = check_shared(&server);
            assert_eq!((&run.output, run.code), (&alone.output, alone.code), "{server:?}");
            assert!(run.has_parsed());
            assert!(run.notes().contains("1 pack refused"), "{server:?}: {}", run.error);
        }
    }
}

#[test]
fn a_pack_of_another_secret_approves_nothing() {
    let alone = alone();
    for server in every_server() {
        let forger = Machine::with_files(&[("left.py", LEFT), ("right.py", RIGHT)]);
        let mut variables = server.variables();
        variables.push(("CODD_CACHE_SECRET".to_owned(), "the secret of somebody else".to_owned()));
        forger.run(&["check"], &variables);
        let run = check_shared(&server);
        assert_eq!((&run.output, run.has_parsed()), (&alone.output, true), "{server:?}");
    }
}

#[test]
fn a_server_that_breaks_off_changes_no_answer() {
    let alone = alone();
    for server in every_server().into_iter().filter(|it| it.port().is_some()) {
        check_shared(&server);
        for budget in [0, 60, 400, 900, 2000, 5000] {
            let proxy = Proxy::cutting_after(server.port().unwrap(), budget);
            let run = machine().run(&["check"], &server.variables_at(proxy.port()));
            assert_eq!((&run.output, run.code), (&alone.output, alone.code), "{server:?} {budget}");
        }
        let killed = server.variables();
        drop(server);
        let run = machine().run(&["check"], &killed);
        assert_eq!((&run.output, run.code), (&alone.output, alone.code));
        assert_eq!(run.notes().lines().count(), 1, "{}", run.error);
        assert!(run.notes().contains("it cannot be reached"), "{}", run.error);
    }
}

#[test]
fn a_server_that_never_answers_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // The system takes the connections; nobody reads from them.
    let alone = alone();
    for server in every_server().into_iter().filter(|it| it.port().is_some()) {
        let run = machine().run(&["check"], &server.variables_at(port));
        assert_eq!((&run.output, run.code), (&alone.output, alone.code), "{server:?}");
        assert_eq!(run.notes().lines().count(), 1, "{}", run.error);
    }
    drop(listener);
}

#[test]
fn refused_credentials_are_one_note_and_are_not_shown() {
    let alone = alone();
    for server in every_server().into_iter().filter(|it| it.port().is_some()) {
        let run = machine().run(&["check"], &server.wrong_variables());
        assert_eq!((&run.output, run.code), (&alone.output, alone.code), "{server:?}");
        assert_eq!(run.notes().lines().count(), 1, "{}", run.error);
        assert!(run.notes().contains("it refuses these credentials"), "{}", run.error);
        server.assert_hides_credentials(&run);
        let info = machine().run(&["cache", "info"], &server.wrong_variables());
        assert!(info.output.contains("not used    it refuses these credentials"), "{info:?}");
        server.assert_hides_credentials(&info);
    }
}

#[test]
fn two_that_give_at_once_lose_nothing() {
    for server in every_server() {
        let machines = [[("left.py", LEFT)], [("right.py", RIGHT)]];
        thread::scope(|scope| {
            for files in &machines {
                scope.spawn(|| Machine::with_files(files).run(&["scan"], &server.variables()));
            }
        });
        let run = machine().run(&["scan"], &server.variables());
        assert!(!run.has_parsed(), "{server:?}: {}", run.error);
    }
}

#[test]
fn without_a_secret_nobody_is_believed_and_nothing_is_given() {
    let server = Server::folder();
    let url = [("CODD_CACHE_URL".to_owned(), server.shown())];
    let run = machine().run(&["check"], &url);
    assert_eq!(run.output, alone().output);
    assert!(run.notes().contains("`CODD_CACHE_SECRET` is not set"), "{}", run.error);
    assert_eq!(run.notes().lines().count(), 1);
    assert_eq!(server.objects(), Vec::<String>::new());
    let info = machine().run(&["cache", "info"], &url);
    assert!(info.output.contains("give all machines that share the same secret"), "{info:?}");
}

#[test]
fn the_project_cannot_name_a_place() {
    let machine = machine();
    machine.write("codd.yaml", "cache_url: file:///tmp/codd-must-not-be-made\n");
    let run = machine.run(&["check"], &[]);
    assert!(run.error.contains("unknown") && run.error.contains("cache_url"), "{}", run.error);
}
