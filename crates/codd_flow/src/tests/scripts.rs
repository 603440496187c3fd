//! JavaScript and TypeScript.

use expect_test::expect;

use crate::testing::{check, flows};

/// Whether a command is made of what somebody from outside says.
#[track_caller]
fn runs_commands(path: &str, code: &str, expected: bool) {
    let text = format!("//- /{path}\nimport {{ exec }} from 'child_process';\n{code}\n");
    let found = flows(&text);
    let is_found = found.contains("command-injection");
    assert_eq!(is_found, expected, "{path}\n{code}\n{found}");
}

fn in_route(body: &str) -> String {
    flows(&format!(
        "//- /app.js\nconst express = require('express');\nconst {{ exec }} = require('child_process');\n\
         const app = express();\napp.get('/a', async (req, res) => {{\nconst x = req.query.x;\n{body}\n}});\n"
    ))
}

#[test]
fn text_flows_through_what_passes_it_on() {
    for body in [
        "exec(x);",
        "exec('ls ' + x);",
        "exec(`ls ${x}`);",
        "const { y } = { y: x }; exec(y);",
        "const { a, ...rest } = req.body; exec(rest.b);",
        "const y = [x, 'a'].join(' '); exec(y);",
        "const o = {}; o.a = x; exec(o.a);",
        "[x].forEach((y) => exec(y));",
        "const f = (y) => 'ls ' + y; exec(f(x));",
        "function f(y) { return y; } exec(f(x));",
        "Promise.resolve(x).then((y) => exec(y));",
        "let y = ''; for (const z of [x]) { y += z; } exec(y);",
        "switch (1) { case 1: exec(x); break; }",
        "const a = 1; const b = 2; switch (x) { case a: break; case b: break; default: exec(x); }",
        "const y = await load(x); exec(y);",
        "exec(x || 'ls');",
        "if (!/^.*$/.test(x)) { return; } exec(x);",
        "function A(y) { this.y = y; this.run = () => exec(this.y); } new A(x).run();",
        "class A { constructor(y) { this.y = y; } run() { exec(this.y); } } new A(x).run();",
        "new Promise((resolve) => resolve(x)).then((y) => exec(y));",
        "new Promise((resolve) => setTimeout(() => resolve(x), 1)).then((y) => exec(y));",
        "const y = await new Promise((a) => a(x)); exec(y);",
        "const f = () => { const g = () => exec(x); g(); }; f();",
        "const f = () => { const g = (r) => r(x); g(exec); }; f();",
        "const f = (r) => { const g = () => r(x); g(); }; f(exec);",
        "const f = (r) => { setTimeout(() => r(x), 1); }; f(exec);",
        "const f = (r) => { setTimeout(() => exec(x), 1); }; f(exec);",
        "[x].forEach(exec);",
        "Promise.resolve(x).then(exec);",
        "const m = new Map(); m.set('a', x); exec(m.get('a'));",
        "const m = new Map([['a', x]]); exec(m.get('a'));",
        "function f() { exec(arguments[0]); } f(x);",
        "function f(a) { exec(arguments[1]); } f('a', x);",
        "const f = function (a) { exec(arguments[0]); }; f(x);",
        "const o = { get c() { return this.y; } }; o.y = x; exec(o.c);",
        "class A { static y = ''; } A.y = x; exec(A.y);",
        "let y = 'a'; const f = () => { y = x; }; f(); exec(y);",
        "let y = 'a'; [1].forEach(() => { y = x; }); exec(y);",
    ] {
        let found = in_route(body);
        assert!(found.starts_with("command-injection"), "no flow in\n{body}\n{found}");
    }
}

#[test]
fn text_ends_where_it_is_no_danger() {
    for body in [
        "exec('ls');",
        "exec('ls ' + Number(x));",
        "exec('ls ' + parseInt(x, 10));",
        "const { z } = { y: x, z: 'a' }; exec(z);",
        "const o = {}; o.a = x; exec(o.b);",
        "if (!['a', 'b'].includes(x)) { return; } exec(x);",
        "if (x === 'a') { exec(x); }",
        "if (!/^[a-z]+$/.test(x)) { throw new Error(x); } exec(x);",
        "if (typeof x === 'number') { exec(x); }",
        "switch (2) { case 1: exec(x); break; default: exec('ls'); }",
        "exec({ a: 'ls', b: 'df' }[x]);",
        "return; exec(x);",
        "const m = new Map(); m.set('a', x); m.set('b', 'ls'); exec(m.get('b'));",
        "function f(a, b) { exec(arguments[0]); } f('ls', x);",
        "new Promise((resolve) => resolve('ls')).then((y) => exec(y));",
        "const o = { get c() { return 'ls'; } }; o.y = x; exec(o.c);",
    ] {
        let found = in_route(body);
        assert!(!found.contains("command-injection"), "a flow in\n{body}\n{found}");
    }
}

#[test]
fn modules_of_both_kinds_are_followed() {
    check(
        r#"
//- /app.js
const express = require('express');
const { find } = require('./dao');
const app = express();
app.get('/u', async (req, res) => { res.json(await find(req.query.name)); });
//- /dao.js
const db = require('./db');
exports.find = (n) => db.query(`SELECT * FROM users WHERE name = '${n}'`);
//- /db.js
const { Pool } = require('pg');
module.exports = new Pool();
//- /web.ts
import express, { Request, Response } from 'express';
import { Users } from './users';
const users = new Users();
export async function show(request: Request, response: Response) {
  response.send(users.page(request.params.name));
}
//- /users.ts
export class Users {
  page(name: string): string {
    return `<b>${name}</b>`;
  }
}
"#,
        expect![[r#"
            sql-injection dao.js:2 the query string: app.js:4 app.js:4 2 2
            xss web.ts:5 the path of the request: 5 5 users.ts:3 5
        "#]],
    );
}

#[test]
fn handlers_keep_what_was_around_them() {
    check(
        r#"
//- /app.js
const express = require('express');
const { Dao } = require('./dao');
const app = express();
function Handler(db) {
  const dao = new Dao(db);
  this.show = (req, res) => { const { t } = req.query; dao.get(t); };
}
const handler = new Handler(null);
app.get('/a', handler.show);
//- /dao.js
const Dao = function (db) {
  const found = db.collection('a');
  this.get = (t) => {
    const criteria = () => ({ $where: `a ${t}` });
    found.findOne(criteria());
  };
};
module.exports = { Dao };
"#,
        expect![[r#"
            nosql-injection dao.js:5 the query string: app.js:6 5 4 5
        "#]],
    );
}

#[test]
fn injected_services_and_decorated_parameters_are_followed() {
    check(
        r#"
//- /users.controller.ts
import { Controller, Get, Query } from '@nestjs/common';
import { UsersService } from './users.service';

@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  find(@Query('name') name: string) {
    return this.users.find(name);
  }
}
//- /users.service.ts
import { Injectable } from '@nestjs/common';

@Injectable()
export class UsersService {
  constructor(private db: any) {}
  find(name: string) {
    return this.db.query(`SELECT * FROM users WHERE name = '${name}'`);
  }
}
"#,
        expect![[r#"
            sql-injection users.service.ts:7 the query string: users.controller.ts:9 users.controller.ts:10 7 7
        "#]],
    );
}

#[test]
fn services_behind_the_project_s_own_names_of_folders_are_followed() {
    let files = |body: &str| {
        format!(
            r#"
//- /tsconfig.json
{{"compilerOptions": {{"baseUrl": ".", "paths": {{"@shop/api/*": ["apps/api/src/*"]}}}}}}
//- /apps/api/src/items/items.service.ts
import {{ exec }} from 'node:child_process';
export class ItemsService {{
  updateMany(data: any) {{ {body} }}
}}
//- /apps/api/src/items/items.controller.ts
import {{ Body, Controller, Post }} from '@nestjs/common';
import {{ ItemsService }} from '@shop/api/items/items.service';
@Controller('items')
export class ItemsController {{
  constructor(private readonly items: ItemsService) {{}}
  @Post()
  change(@Body() body: any) {{ return this.items.updateMany(body); }}
}}
"#
        )
    };
    // It is called as a method of a database is, and is none.
    assert_eq!(flows(&files("return data.length;")), "");
    assert!(flows(&files("exec(data.name);")).starts_with("command-injection"));
}

#[test]
fn a_parameter_that_a_decorator_gives_is_what_the_decorator_reads() {
    check(
        r#"
//- /a.controller.ts
import { Body, Controller, Get, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import { exec } from 'node:child_process';
@Controller('a')
export class AController {
  @Get()
  query(@Query('name') name: string) { exec(`ls ${name}`); }
  @Get(':id')
  parsed(@Param('id', ParseIntPipe) id: number, @Param('at', new ParseIntPipe()) at: number) {
    exec(`ls ${id} ${at}`);
  }
  @Post()
  body(@Body() body: any) { exec(`ls ${body.name}`); }
}
"#,
        expect![[r#"
            command-injection a.controller.ts:6 the query string: 6 6 6
            command-injection a.controller.ts:12 the request body: 12 12 12
        "#]],
    );
}

#[test]
fn what_handlers_put_where_all_see_it() {
    for setting in [
        "let y = '';\napp.get('/a', (req, res) => { y = req.query.x; });",
        "let y = '';\nconst set = (v) => { y = v; };\napp.get('/a', (req, res) => set(req.query.x));",
        "const o = {};\napp.get('/a', (req, res) => { o.y = req.query.x; });\nlet y;",
        "class K { static y = ''; }\napp.get('/a', (req, res) => { K.y = req.query.x; });",
    ] {
        for read in ["y", "o.y", "K.y"] {
            let owner = read.split('.').next().unwrap();
            let binds = ["let ", "const ", "class "];
            if !binds.iter().any(|it| setting.contains(&format!("{it}{owner} "))) {
                continue;
            }
            let found = flows(&format!(
                "//- /app.js\nconst app = require('express')();\n\
                 const {{ exec }} = require('child_process');\n{setting}\n\
                 app.get('/b', (req, res) => {{ exec({read}); }});\n"
            ));
            assert!(found.starts_with("command-injection"), "no flow in\n{setting}\n{found}");
        }
    }
}

#[test]
fn methods_of_prototypes() {
    check(
        r#"
//- /app.js
const app = require("express")();
const { exec } = require("child_process");
function Job(line) { this.line = line; }
Job.prototype.run = function () { exec(this.line); };
Job.prototype.name = function () { return "job"; };
app.get("/a", (req, res) => { new Job(req.query.line).run(); });
app.get("/b", (req, res) => { exec(new Job(req.query.line).name()); });
"#,
        expect![[r#"
            command-injection app.js:4 the query string: 6 6 6 4
        "#]],
    );
}

#[test]
fn the_options_of_a_mapper_to_sql_are_no_document_query() {
    for (call, is_flow) in [
        ("Users.findOne(req.body)", true),
        ("Users.findOne({ name: req.body.name })", true),
        ("prisma.user.deleteMany({ where: { id: req.body.id } })", false),
        ("const where = req.body; Users.findOne({ where })", false),
        ("prisma.user.updateMany({ where: { id: 1 }, data: { a: req.body.a } })", false),
        ("Users.findOne({ where: 1, password: req.body.p })", true),
        ("Users.findOne({ ...req.body, where: 1 })", true),
    ] {
        let found = in_route(&format!("{call};"));
        assert_eq!(found.contains("nosql-injection"), is_flow, "{call}\n{found}");
    }
}

#[test]
fn requests_of_hono() {
    for (body, expected) in [
        ("exec('ls ' + c.req.query('q'));", true),
        ("const q = c.req.query('q'); exec('ls ' + q);", true),
        ("exec('ls ' + c.req.query().q);", true),
        ("const { q } = c.req.query(); exec('ls ' + q);", true),
        ("const { q: [first] } = c.req.queries(); exec(first);", true),
        ("const { q } = await c.req.parseBody(); exec('ls ' + q);", true),
        ("exec(c.req.url);", true),
        ("ask(c);", true),
        ("const rows = await db.query(c.req.query('q')); exec(rows[0]);", false),
        ("const rows = await find(db, c.req.query('q')); exec(rows[0]);", false),
        ("exec(c.req.method);", false),
    ] {
        let code = format!(
            "import {{ Hono }} from 'hono';\nimport {{ Pool }} from 'pg';\nconst db = new Pool();\n\
             const app = new Hono();\nfunction ask(c) {{ exec(c.req.query('q')); }}\n\
             function find(db, q) {{ return db.query(q); }}\n\
             app.get('/x', async (c) => {{ {body} return c.text(''); }});\nexport default app;"
        );
        runs_commands("a.ts", &code, expected);
    }
}

#[test]
fn requests_of_next() {
    let route = "app/api/x/[id]/route.ts";
    for (path, code, expected) in [
        (
            route,
            "export async function POST(request: Request) { const b = await request.json(); exec('ls ' + b.q); }",
            true,
        ),
        (
            route,
            "export async function POST(request) { const b = await request.json(); exec('ls ' + b.q); }",
            true,
        ),
        (route, "export const POST = async (r) => { exec((await r.formData()).get('q')); };", true),
        (
            route,
            "export async function GET(request: Request) { const { searchParams } = new URL(request.url); exec('ls ' + searchParams.get('q')); }",
            true,
        ),
        (
            route,
            "export async function GET(request: Request) { exec(new URL(request.url).searchParams.get('q')); }",
            true,
        ),
        (
            route,
            "import { NextRequest } from 'next/server';\nexport async function GET(request: NextRequest) { exec('ls ' + request.nextUrl.searchParams.get('q')); }",
            true,
        ),
        (
            route,
            "import { NextRequest } from 'next/server';\nfunction q(request: NextRequest) { return request.nextUrl.searchParams.get('q'); }\nexport async function GET(request: NextRequest) { exec(q(request)); }",
            true,
        ),
        (
            route,
            "export async function GET(_: Request, { params }: { params: { id: string } }) { exec('ls ' + params.id); }",
            true,
        ),
        (
            route,
            "export async function GET(_, context) { const { id } = await context.params; exec('ls ' + id); }",
            true,
        ),
        (route, "export async function GET(_, { params: { id } }) { exec('ls ' + id); }", true),
        // No route is answered by it.
        (
            route,
            "export async function OTHER(request: Request) { exec(await request.json()); }",
            false,
        ),
        (
            "app/api/x/routes.ts",
            "export async function GET(request: Request) { exec(await request.json()); }",
            false,
        ),
        (route, "export async function GET(request: Request) { exec(request.method); }", false),
        (
            "pages/api/x.js",
            "export default function handler(req, res) { exec('ls ' + req.query.q); res.end(); }",
            true,
        ),
        (
            "pages/api/x.ts",
            "export default async function handler(a, b) { const { q } = a.body; exec('ls ' + q); }",
            true,
        ),
        (
            "pages/api/x.ts",
            "import type { NextApiRequest, NextApiResponse } from 'next';\nexport default function handler(req: NextApiRequest, res: NextApiResponse) { exec('ls ' + req.body.q); }",
            true,
        ),
        (
            "lib/x.ts",
            "export default function handler(req, res) { exec('ls ' + req.query.q); }",
            false,
        ),
    ] {
        runs_commands(path, code, expected);
    }
}

#[test]
fn arguments_of_server_functions() {
    for (code, expected) in [
        (
            "'use server';\nexport async function act(data: FormData) { exec('ls ' + data.get('q')); }",
            true,
        ),
        (
            "'use server'\nexport const act = async (before, data) => { exec(data.get('q')); };",
            true,
        ),
        (
            "'use server'\nasync function act(id: number) { exec('ls ' + id); }\nexport { act };",
            true,
        ),
        ("'use server'\nexport default async function act({ q }) { exec(q); }", true),
        (
            "'use server'\nfunction run(q) { exec(q); }\nexport async function act(q) { run(q); }",
            true,
        ),
        (
            "export function Page() {\n  async function act(data) {\n    'use server';\n    exec(data.get('q'));\n  }\n  return act;\n}",
            true,
        ),
        ("export const act = async (data) => { 'use server'; exec(data.get('q')); };", true),
        (
            "import { log } from './log';\n'use server';\nexport async function act(data) { exec(data.get('q')); }",
            true,
        ),
        // Nobody outside calls what is not exported, or is of no such file.
        (
            "'use server'\nasync function act(data) { exec(data.get('q')); }\nexport async function other() {}",
            false,
        ),
        ("export async function act(data: FormData) { exec('ls ' + data.get('q')); }", false),
        (
            "'use client'\nexport async function act(data: FormData) { exec('ls ' + data.get('q')); }",
            false,
        ),
        ("export async function act(data) { log(); 'use server'; exec(data.get('q')); }", false),
    ] {
        let text = code.strip_prefix("'use server'").map_or_else(
            || format!("//- /app/a.ts\nimport {{ exec }} from 'child_process';\n{code}\n"),
            |rest| format!("//- /app/a.ts\n'use server';\nimport {{ exec }} from 'child_process';\n{rest}\n"),
        );
        let found = flows(&text);
        assert_eq!(found.contains("command-injection"), expected, "{text}\n{found}");
    }
}

#[test]
fn what_a_repository_of_typeorm_is_asked_for_is_no_document_query() {
    for (call, is_flow) in [
        ("this.users.findOne({ name: body.name })", false),
        ("this.users.find({ name: body.name })", false),
        ("getRepository(User).findOne({ name: body.name })", false),
        ("this.one({ name: body.name })", false),
        ("this.users.findOne(body)", true),
        ("this.one(body)", true),
        ("this.documents.findOne({ name: body.name })", true),
        ("this.model.findOne({ name: body.name })", true),
    ] {
        let text = format!(
            "//- /a.ts\nimport {{ Controller, Post, Body }} from '@nestjs/common';\n\
             import {{ InjectRepository }} from '@nestjs/typeorm';\n\
             import {{ getRepository, MongoRepository, Repository }} from 'typeorm';\n\
             import {{ Model }} from 'mongoose';\nimport {{ User }} from './user';\n\
             @Controller()\nexport class Users {{\n  constructor(\n    @InjectRepository(User)\n    \
             private readonly users: Repository<User>,\n    private readonly documents: MongoRepository<User>,\n    private model: Model<User>,\n  ) {{}}\n  \
             one(options) {{ return this.users.findOne(options); }}\n  \
             @Post()\n  create(@Body() body) {{ return {call}; }}\n}}\n//- /user.ts\nexport class User {{}}\n"
        );
        let found = flows(&text);
        assert_eq!(found.contains("nosql-injection"), is_flow, "{call}\n{found}");
    }
}
