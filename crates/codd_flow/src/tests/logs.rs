//! What a log line holds of what comes from outside: a line end in it makes a line of its own.

use crate::testing::{flows, in_route};

/// Bodies of a route in which `x`, a parameter of the query, gets into a log line as it is.
const FORGED: &[&str] = &[
    "app.logger.info(x)",
    "app.logger.info('%s', x)",
    "app.logger.info('%r %s', 1, x)",
    "app.logger.info(f'{x}')",
    "app.logger.info(request.form['a'])",
    "app.logger.info(request.args.get('a', 'b'))",
    "app.logger.info(request.data.decode())",
    "app.logger.info(request.json)",
    "app.logger.info(str(request.json))",
    "for key in request.form:\n    app.logger.info(key)",
    "import json\napp.logger.info(json.loads(request.headers['a'])['b'])",
    "import base64\napp.logger.info(base64.b64decode(request.headers['a']).decode())",
    "{'a': 1}.get(x, x)\napp.logger.info({'a': 1}.get('b', x))",
    "def f(it):\n    app.logger.info(it['a'])\nf(request.form)",
    "def f(it):\n    app.logger.info(it)\nf(request.form['a'])",
    "def f(it):\n    app.logger.info(f'got {it}')\nf(x)",
    "def f(it):\n    app.logger.info(f'got {it[0]}')\nf(request.form)",
    "def f(it):\n    return it\napp.logger.info(f(x))",
    "def f(it):\n    return it.decode()\napp.logger.info(f(request.data))",
    "y = request.json\nif not isinstance(y, dict):\n    app.logger.info(y)",
    "class A:\n    def __init__(self, y):\n        self.y = y\n    def __str__(self):\n        return f'<{self.y}>'\napp.logger.info('%s', A(x))",
    "class A(Exception):\n    pass\napp.logger.info('%s', A(x))",
];

/// Bodies in which each line end is escaped on the way, or there is none.
const ESCAPED: &[&str] = &[
    "app.logger.info('%r', x)",
    "app.logger.info('%s %r', 1, x)",
    "app.logger.info('%d', x)",
    "app.logger.info(f'{x!r}')",
    "app.logger.info(repr(x))",
    "import pprint\napp.logger.info(pprint.pformat(x))",
    "app.logger.info('%s', request.form)",
    "app.logger.info(f'got {request.form}')",
    "app.logger.info('got %s' % request.form)",
    "app.logger.info('got {}'.format(request.form))",
    "app.logger.info(str(request.data))",
    "app.logger.info(request.data[:64])",
    "app.logger.info(dict(request.form))",
    "app.logger.info(request.headers['a'])",
    "app.logger.info(request.headers.get('a', '').split(','))",
    "app.logger.info([x, 'a'])",
    "app.logger.info({'a': x})",
    "def f(it):\n    app.logger.info(it)\nf(request.form)",
    "def f(it):\n    app.logger.info(f'got {it}')\nf(request.form)",
    "def f(it):\n    return it\napp.logger.info(f(request.form))",
    "def f(it):\n    if isinstance(it, str):\n        return it\n    return {**it}\napp.logger.info(f({'a': x}))",
    "y = request.json\nif isinstance(y, (dict, list)):\n    app.logger.info(y)",
    "HANDLERS = load()\napp.logger.info(HANDLERS.get(x))",
    "class A:\n    def __init__(self, y):\n        self.y = y\n    def __repr__(self):\n        return 'A'\napp.logger.info('%s', A(x))",
    "class A:\n    def __init__(self, y):\n        self.y = y\napp.logger.info('%s', A(x))",
];

#[test]
fn a_text_from_outside_may_hold_a_line_end() {
    for body in FORGED {
        let found = in_route(body);
        assert!(found.contains("log-injection"), "{body}\n{found}");
    }
}

#[test]
fn what_is_written_with_its_line_ends_escaped_forges_nothing() {
    for body in ESCAPED {
        let found = in_route(body);
        assert!(!found.contains("log-injection"), "{body}\n{found}");
    }
}

#[test]
fn what_is_escaped_for_logs_is_a_danger_to_all_else() {
    for body in ["os.system(str(request.form))", "os.system(request.headers['a'])"] {
        let found = in_route(body);
        assert!(found.contains("command-injection"), "{body}\n{found}");
    }
}

#[test]
fn objects_are_inspected_by_the_console_and_texts_are_not() {
    let found = |line: &str| {
        flows(&format!(
            "//- /app.js\nconst express = require('express');\nconst app = express();\n\
             app.get('/a', (req, res) => {{\n  {line}\n}});\n"
        ))
    };
    for line in
        ["console.log(req.body)", "console.log('got', req.query)", "console.log(req.get('a'))"]
    {
        assert_eq!(found(line), "", "{line}");
    }
    for line in ["console.log(req.body.a)", "console.log(`got ${req.query.a}`)"] {
        assert!(found(line).contains("log-injection"), "{line}");
    }
}

#[test]
fn bytes_and_addresses_are_written_without_line_ends() {
    let found = |line: &str| {
        flows(&format!(
            "//- /app.py\nimport logging\nfrom aiohttp import web\nlog = logging.getLogger(__name__)\n\
             async def handle(request):\n    {line}\n    return web.Response()\n\
             app = web.Application()\napp.router.add_get('/a', handle)\n"
        ))
    };
    for line in [
        "log.info(await request.read())",
        "log.info(f'{request.rel_url} {request.headers[\"User-Agent\"]}')",
    ] {
        assert_eq!(found(line), "", "{line}");
    }
    for line in [
        "log.info(await request.text())",
        "log.info((await request.content.read(64)).decode())",
        "log.info(request.rel_url.path)",
    ] {
        assert!(found(line).contains("log-injection"), "{line}");
    }
}
