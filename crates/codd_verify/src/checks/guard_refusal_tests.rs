//! Hooks and guards that look as if they refused and do not.

use super::guard_tests::hooked;
use crate::Outcome::{Fail, Pass, Undetermined};

#[test]
fn who_says_nothing_is_somebody_where_there_is_a_default() {
    hooked(
        "//- /a.py\nfrom flask import Flask, request, abort, session, g\napp = Flask(__name__)\n\
         @app.before_request\ndef hook():\n    HOOK\n@app.get('/x')\ndef x():\n    return ''\n",
        &[
            ("if not session.get('user', None): abort(401)", Pass),
            ("if not session.get('user', 'anon'): abort(401)", Fail),
            ("if not session.get('user', default='anon'): abort(401)", Fail),
            ("if not request.headers.get('Authorization', 'none'): abort(401)", Fail),
            ("user = session.get('user') or 'guest'\n    if not user: abort(401)", Fail),
            ("user = session.get('user') or ''\n    if not user: abort(401)", Pass),
            (
                "user = session['user'] if 'user' in session else 'x'\n    if not user: abort(401)",
                Fail,
            ),
            ("if not getattr(g, 'user', 'anon'): abort(401)", Fail),
            ("if getattr(g, 'user', None) is None: abort(401)", Pass),
            ("g.user = session.get('user') or 'guest'\n    if not g.user: abort(401)", Fail),
            ("g.user = 'guest'\n    if not g.user: abort(401)", Fail),
            ("g.user = request.args.get('u', 'anon')\n    if not g.user: abort(401)", Undetermined),
            (
                "if request.args:\n        g.user = 'guest'\n    if not g.user: abort(401)",
                Undetermined,
            ),
            ("g.user = find(session.get('id'))\n    if not g.user: abort(401)", Pass),
        ],
    );
    hooked(
        "//- /a.js\nconst app = require('express')();\napp.use((req, res, next) => { HOOK });\n\
         app.get('/x', (req, res) => res.end());\n",
        &[
            (
                "const u = req.session.user || 'guest'; if (!u) return res.sendStatus(401); next();",
                Fail,
            ),
            (
                "const u = req.session.user ?? 'guest'; if (!u) return res.sendStatus(401); next();",
                Fail,
            ),
            (
                "const u = req.session.user || null; if (!u) return res.sendStatus(401); next();",
                Pass,
            ),
        ],
    );
}

#[test]
fn a_refusal_that_is_forgotten_is_none() {
    hooked(
        "//- /a.py\nfrom contextlib import suppress\nfrom flask import Flask, abort, session\n\
         app = Flask(__name__)\n@app.before_request\ndef hook():\n    HOOK\n@app.get('/x')\n\
         def x():\n    return ''\n",
        &[
            (
                "try:\n        if not session.get('user'): abort(401)\n    finally:\n        return",
                Fail,
            ),
            (
                "try:\n        if not session.get('user'): abort(401)\n    finally:\n        \
                 if DEBUG: return",
                Undetermined,
            ),
            (
                "try:\n        if not session.get('user'): abort(401)\n    finally:\n        log()",
                Pass,
            ),
            (
                "with suppress(Exception):\n        if not session.get('user'): abort(401)",
                Undetermined,
            ),
            ("with lock:\n        if not session.get('user'): abort(401)", Pass),
        ],
    );
}

#[test]
fn a_refusal_that_comes_later_is_none() {
    hooked(
        "//- /a.py\nfrom threading import Thread, Timer\nfrom flask import Flask, abort, session\n\
         app = Flask(__name__)\n@app.before_request\ndef hook():\n    HOOK\n@app.get('/x')\n\
         def x():\n    return ''\n",
        &[
            ("if not session.get('user'): Timer(1, lambda: abort(401)).start()", Fail),
            ("if not session.get('user'): Thread(target=lambda: abort(401)).start()", Fail),
        ],
    );
    hooked(
        "//- /a.js\nconst app = require('express')();\napp.use((req, res, next) => { HOOK });\n\
         app.get('/x', (req, res) => res.end());\n",
        &[
            ("if (!req.session.user) setTimeout(() => res.sendStatus(401), 9); next();", Fail),
            ("if (!req.session.user) setTimeout(() => { throw new Error(); }, 9); next();", Fail),
            (
                "if (!req.session.user) { setTimeout(() => res.sendStatus(401), 9); return; } next();",
                Pass,
            ),
            (
                "process.nextTick(() => { if (!req.session.user) res.sendStatus(401); }); next();",
                Fail,
            ),
            ("req.on('end', () => { if (!req.session.user) res.sendStatus(401); }); next();", Fail),
            (
                "verify(req.headers.authorization, (e) => { if (e) res.sendStatus(401); }); next();",
                Fail,
            ),
            (
                "verify(req.headers.authorization).then(() => next()).catch(() => \
                 res.sendStatus(401));",
                Pass,
            ),
            (
                "try { if (!req.session.user) return res.sendStatus(401); } finally { return next(); }",
                Fail,
            ),
        ],
    );
}

#[test]
fn what_is_only_called_as_what_ends_a_request_does_not_end_it() {
    hooked(
        "//- /own.py\ndef abort(code): print(code)\ndef deny(code): raise Exception(code)\n\
         def answer(code): return 'no', code\n\
         //- /a.py\nfrom flask import Flask, session\nfrom own import abort, deny, answer\n\
         app = Flask(__name__)\n@app.before_request\ndef hook():\n    HOOK\n@app.get('/x')\n\
         def x():\n    return ''\n",
        &[
            ("if not session.get('user'): abort(401)", Fail),
            ("if not session.get('user'): return abort(401)", Fail),
            ("if not session.get('user'): return answer(401)", Pass),
            ("if not session.get('user'): answer(401)", Fail),
        ],
    );
}

#[test]
fn what_is_written_down_answers_nobody() {
    hooked(
        "//- /a.py\nimport logging\nfrom flask import Flask, abort, session\n\
         app = Flask(__name__)\n@app.before_request\ndef hook():\n    HOOK\n@app.get('/x')\n\
         def x():\n    return ''\n",
        &[
            ("if not session.get('user'): abort(403)", Pass),
            ("if not session.get('user'): logging.warning('denied', 403)", Fail),
            ("if not session.get('user'): app.logger.warning('denied', 403)", Fail),
        ],
    );
    hooked(
        "//- /a.js\nconst app = require('express')();\napp.use((req, res, next) => { HOOK });\n\
         app.get('/x', (req, res) => res.end());\n",
        &[
            ("if (!req.session.user) return res.sendStatus(401); next();", Pass),
            ("if (!req.session.user) { res.sendStatus(401); return; } next();", Pass),
            ("if (!req.session.user) { stats.count('denied', 401); } next();", Fail),
        ],
    );
}

#[test]
fn a_context_manager_may_swallow_what_a_guard_raises() {
    let program = r#"
//- /auth.py
from flask import abort, session
def check_auth():
    if not session.get("user"): abort(401)
//- /managers.py
from contextlib import contextmanager
@contextmanager
def quiet():
    try:
        yield
    except Exception:
        pass
@contextmanager
def told():
    try:
        yield
    except Exception:
        print("failed")
        raise
class Quiet:
    def __enter__(self): return self
    def __exit__(self, kind, *rest): return kind is not None
class Timed:
    def __enter__(self): return self
    def __exit__(self, *rest): return False
//- /app.py
import managers
from contextlib import suppress
from flask import Flask
from auth import check_auth
from managers import Timed, quiet, told
app = Flask(__name__)
class Own:
    def __enter__(self): return self
    def __exit__(self, *rest):
        print("left")
        return True
@app.get("/a")
def a():
    HOOK
    return ""
"#;
    hooked(
        program,
        &[
            ("with told(): check_auth()", Pass),
            ("with Timed() as timer: check_auth()", Pass),
            ("check_auth()\n    with quiet(): print()", Pass),
            ("with quiet(): check_auth()", Undetermined),
            ("with Timed(), managers.Quiet(): check_auth()", Undetermined),
            ("with Own(): check_auth()", Undetermined),
            ("with suppress(Exception): check_auth()", Undetermined),
        ],
    );
}

#[test]
fn what_runs_where_a_route_fails_guards_nothing() {
    let refuses = [("if not session.get('user'): abort(401)", Fail)];
    for registers in ["errorhandler(ValueError)", "errorhandler(404)", "after_request"] {
        let program = format!(
            "//- /a.py\nfrom flask import Flask, abort, session\napp = Flask(__name__)\n\
             @app.{registers}\ndef hook(it):\n    HOOK\n@app.get('/x')\ndef x():\n    return ''\n"
        );
        hooked(&program, &refuses);
    }
    hooked(
        "//- /a.js\nconst app = require('express')();\n\
         app.param('id', (req, res, next, id) => { HOOK });\n\
         app.get('/x/:id', (req, res) => res.end());\n\
         app.use((err, req, res, next) => { HOOK });\n",
        &[("if (!req.session.user) return res.status(401).end(); next();", Fail)],
    );
}

#[test]
fn who_is_passed_on_under_another_name_is_not_turned_away() {
    let refusing = "if (!req.session.user) return res.status(401).end();";
    let late = [
        "next(); REFUSE",
        "next.bind(null)(); REFUSE",
        "next.call(null); REFUSE",
        "const go = next; go(); REFUSE",
        "const go = next.bind(null); go(); REFUSE",
        "res.locals.n = next; res.locals.n(); REFUSE",
        "res.locals['n'] = next; res.locals.n(); REFUSE",
        "const held = { n: next }; held.n(); REFUSE",
        "[...[next]][0](); REFUSE",
        "[...[next]].forEach((f) => f()); REFUSE",
        "const [n] = [...[next]]; n(); REFUSE",
        "arguments[2](); REFUSE",
        "setImmediate(() => next()); REFUSE",
        "setImmediate(next); REFUSE",
        "setTimeout(() => { if (req.x) next(); }, 1); REFUSE",
        "void next(); REFUSE",
        "(0, next)(); REFUSE",
        "if (req.x) next(); else next(); REFUSE",
    ];
    let sure = [
        "REFUSE next();",
        "REFUSE next.bind(null)();",
        "REFUSE res.locals.n = next; res.locals.n();",
        "REFUSE setImmediate(() => next());",
        "res.locals.n = next; REFUSE res.locals.n();",
        "setTimeout(() => { log(req); }, 1); REFUSE next();",
        "res.on('finish', () => log(req)); REFUSE next();",
    ];
    let answering = "if (!req.session.user) { res.sendStatus(401); }";
    let answered = late.iter().map(|it| it.replace("REFUSE", answering));
    let late = answered.chain(late.iter().map(|it| it.replace("REFUSE", refusing)));
    let late: Vec<String> = late.collect();
    let otherwise = "if (!req.session.user) { res.sendStatus(401); } else { next(); }";
    let sure = sure.iter().map(|it| it.replace("REFUSE", refusing));
    let sure: Vec<String> = sure.chain([otherwise.to_owned()]).collect();
    let all = late.iter().map(|it| (it.as_str(), Fail));
    let all: Vec<_> = all.chain(sure.iter().map(|it| (it.as_str(), Pass))).collect();
    hooked(
        "//- /a.js\nconst app = require('express')();\n\
         app.use(function (req, res, next) { HOOK });\n\
         app.get('/x', (req, res) => res.end());\n",
        &all,
    );
}

#[test]
fn what_goes_on_with_a_request_out_of_sight_may_have_gone_on() {
    let program = "//- /a.js\nconst app = require('express')();\nfunction later(f) { f(); }\n\
        app.use(function (req, res, next) { HOOK if (!req.session.user) return \
        res.status(401).end(); next(); });\napp.get('/x', (req, res) => res.end());\n";
    let all = [
        ("", Pass),
        ("Promise.resolve().then(next);", Undetermined),
        ("later(next);", Undetermined),
        ("later({ next });", Undetermined),
        ("[1].map(() => next());", Undetermined),
        ("new Promise((go) => go(next()));", Undetermined),
        ("(async () => { next(); })();", Undetermined),
        ("[...arguments].pop()();", Undetermined),
        ("const { go } = { go: next }; go();", Undetermined),
        ("class K { static go = next; } K.go();", Undetermined),
        ("go(); function go() { next(); }", Undetermined),
        ("load().catch(next);", Pass),
        ("const deny = (text) => res.status(403).send(text);", Pass),
    ];
    hooked(program, &all);
    let rest =
        program.replace("(req, res, next)", "(req, ...a)").replace("res.status", "a[0].status");
    hooked(&rest.replace("next();", ""), &[("a[1]();", Undetermined)]);
    // What comes behind the refusal, nobody gets to who is turned away.
    let behind = "//- /a.js\nconst app = require('express')();\n\
        app.use((req, res, next) => { if (!req.session.user) return res.status(401).end(); HOOK });\n\
        app.get('/x', (req, res) => res.end());\n";
    hooked(behind, &[("setImmediate(next);", Pass), ("wrap(load)(req, res, next);", Pass)]);
}
