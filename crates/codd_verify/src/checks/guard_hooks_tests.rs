//! Functions that run before routes: which of them are guards, by what they ask and do.

use expect_test::expect;

use super::guard_tests::{check, hooked};
use crate::Outcome;

#[test]
fn a_hook_of_flask_is_a_guard_where_it_turns_away_who_is_not_known() {
    use Outcome::{Fail, Pass, Undetermined};
    hooked(
        "//- /a.py\nfrom flask import Flask, request, abort, redirect, session, g\n\
         app = Flask(__name__)\nLANGUAGE = 'Accept-Language'\n@app.before_request\n\
         def hook():\n    HOOK\n@app.get('/x')\ndef x():\n    return ''\n",
        &[
            ("if not session.get('user'): abort(401)", Pass),
            ("if 'user' not in session: return redirect('/login')", Pass),
            ("if request.headers.get('Authorization') != KEY: abort(401)", Pass),
            ("if request.headers['X-Api-Key'] != KEY: return 'no', 401", Pass),
            ("if g.user is None: raise PermissionError()", Pass),
            ("if request.path != '/login' and not session.get('user'): abort(401)", Undetermined),
            (
                "if request.method != 'GET':\n        if not session.get('user'): abort(401)",
                Undetermined,
            ),
            (
                "if request.path == '/x':\n        return\n    if not session.get('user'): abort(401)",
                Undetermined,
            ),
            ("if too_many(): abort(429)\n    if not session.get('user'): abort(401)", Pass),
            (
                "if request.method == 'OPTIONS':\n        return\n    if not session.get('user'): abort(401)",
                Pass,
            ),
            (
                "token = request.headers.get('Authorization')\n    try:\n        g.user = \
                 load(token)\n    except ValueError:\n        abort(401)",
                Pass,
            ),
            (
                "user = find(session.get('id'))\n    if user:\n        g.user = user\n        \
                 return\n    abort(401)",
                Pass,
            ),
            ("if request.headers.get('Accept-Language') == 'xx': return redirect('/xx')", Fail),
            ("if request.headers.get(LANGUAGE) != 'xx': return redirect('/xx')", Fail),
            ("if request.headers.get('Host') != 'x': abort(400)", Fail),
            ("if g.locale is None: return redirect('/xx')", Fail),
            ("if not session.get('cart'): return redirect('/shop')", Fail),
            ("if session.get('strikes', 0) > 3: abort(403)", Fail),
            ("if session.get('user_level', 0) > 3: abort(403)", Undetermined),
            (
                "for it in request.headers.getlist('Authorization'):\n        if not ok(it): abort(401)",
                Fail,
            ),
            ("while True:\n        if not session.get('user'): abort(401)\n        break", Pass),
            ("if request.cookies.get('theme') == 'old': return redirect('/new')", Fail),
            ("if request.headers.get('Authorization'): abort(401)", Fail),
            ("if session.get('user'): return redirect('/home')", Fail),
            ("if not session.get('user'): redirect('/login')", Fail),
            (
                "try:\n        if not session.get('user'): abort(401)\n    except Exception:\n        \
                 pass",
                Undetermined,
            ),
        ],
    );
}

#[test]
fn a_middleware_is_a_guard_where_it_asks_before_it_goes_on() {
    use Outcome::{Fail, Pass, Undetermined};
    hooked(
        "//- /a.py\nfrom aiohttp import web\n@web.middleware\nasync def hook(request, handler):\n    \
         HOOK\nasync def h(request):\n    return web.Response(text='x')\n\
         app = web.Application(middlewares=[hook])\napp.router.add_get('/x', h)\n",
        &[
            (
                "if not request.headers.get('Authorization'):\n        raise \
                 web.HTTPUnauthorized()\n    return await handler(request)",
                Pass,
            ),
            (
                "if request.get('user'):\n        return await handler(request)\n    if \
                 request.cookies.get('session'):\n        return await handler(request)\n    \
                 return web.HTTPFound('/login')",
                Pass,
            ),
            (
                "r = await handler(request)\n    if not request.headers.get('Authorization'):\n        \
                 raise web.HTTPUnauthorized()\n    return r",
                Fail,
            ),
            (
                "if not request.headers.get('Authorization'):\n        \
                 web.HTTPUnauthorized()\n    return await handler(request)",
                Fail,
            ),
            (
                "if int(request.headers.get('Content-Length', 0)) > 9:\n        raise \
                 web.HTTPRequestEntityTooLarge(1, 2)\n    return await handler(request)",
                Fail,
            ),
            (
                "try:\n        if not request.headers.get('Authorization'):\n            raise \
                 web.HTTPUnauthorized()\n    except web.HTTPException:\n        pass\n    return \
                 await handler(request)",
                Undetermined,
            ),
        ],
    );
    hooked(
        "//- /a.js\nconst app = require('express')();\napp.use((req, res, next) => { HOOK });\n\
         app.get('/x', (req, res) => res.end());\n",
        &[
            ("if (!req.session.user) return res.status(401).end(); next();", Pass),
            ("if (req.isAuthenticated()) { next(); } else { res.redirect('/login'); }", Pass),
            (
                "if (req.get('Authorization') !== KEY) { res.sendStatus(401); return; } next();",
                Pass,
            ),
            (
                "const t = req.headers.authorization; verify(t, (e, u) => { if (e) return \
              res.sendStatus(401); next(); });",
                Pass,
            ),
            ("if (!req.session.user) { res.status(401).end(); } next();", Fail),
            ("if (req.cookies.theme === 'x') return res.redirect('/y'); next();", Fail),
            ("if (req.headers['accept-language']) return res.redirect('/y'); next();", Fail),
            ("if (req.user) return res.redirect('/home'); next();", Fail),
            (
                "if (req.path === '/x') return next(); if (!req.user) return res.status(401).end(); \
                 next();",
                Undetermined,
            ),
            (
                "switch (req.user.role) { case 'blocked': return res.status(403).end(); } next();",
                Undetermined,
            ),
        ],
    );
}

#[test]
fn a_name_is_no_guard_where_nobody_reads_the_answer() {
    use Outcome::{Fail, Pass};
    hooked(
        "//- /a.py\nfrom flask import Flask, request, abort\nimport gateway\napp = Flask(__name__)\n\
         HOOK\n",
        &[
            (
                "def authorize(card): return gateway.hold(card)\n@app.post('/pay')\ndef pay():\n    \
                 authorize(request.form['card'])\n    return ''",
                Fail,
            ),
            (
                "class Card:\n    def authorize(self, n): return n\n@app.post('/pay')\ndef pay():\n    \
                 c = Card()\n    c.authorize(1)\n    return ''",
                Fail,
            ),
            (
                "class authorize: pass\n@app.post('/pay')\ndef pay():\n    authorize()\n    return ''",
                Fail,
            ),
            (
                "def auth(): return {}\n@app.post('/pay')\ndef pay():\n    gateway.get('x', \
                 auth=auth())\n    return ''",
                Fail,
            ),
            (
                "def authorize(u): return u == 'a'\n@app.post('/pay')\ndef pay():\n    if not \
                 authorize(request.form['u']):\n        return 'no', 403\n    return ''",
                Pass,
            ),
            (
                "def authorize(u):\n    if u != 'a': abort(403)\n@app.post('/pay')\ndef pay():\n    \
                 authorize(request.form['u'])\n    return ''",
                Pass,
            ),
            (
                "def authorize(f): return f\n@app.post('/pay')\n@authorize\ndef pay():\n    return ''",
                Fail,
            ),
            (
                "def current_user(): return gateway.user()\n@app.get('/me')\ndef me():\n    user = \
                 current_user()\n    if user is None: abort(401)\n    return user.name",
                Pass,
            ),
        ],
    );
}

#[test]
fn where_some_call_counts_and_another_does_not_each_route_has_its_own_answer() {
    check(
        "- guard: {use: [named-auth]}",
        "//- /a.py\nfrom flask import Flask, request, abort\napp = Flask(__name__)\n\
         def authorize(u): return u == 'a'\n@app.post('/pay')\ndef pay():\n    authorize(1)\n\
         @app.post('/see')\ndef see():\n    if request.args:\n        if not authorize(2): \
         abort(403)\n    return ''\n@app.post('/buy')\ndef buy():\n    if not authorize(2): \
         abort(403)\n    return ''\n",
        expect![[r#"
            guard: Fail, 3 anchors
              a.py:4 POST /pay: no guard runs before `POST /pay`
              a.py:7 POST /see: whether a guard runs before `POST /see` is not sure: `authorize` may be skipped, or is one of several
              assumes a.py authorize
        "#]],
    );
}

#[test]
fn what_loads_somebody_asks_nobody() {
    check(
        "- guard: {use: [named-auth]}",
        r#"
//- /package.json
{"dependencies": {"express": "4"}}
//- /src/auth/auth.service.ts
import { PrismaClient } from "@prisma/client";
import generateToken from "./token.utils";
const prisma = new PrismaClient();
export const getCurrentUser = async (id: number) => {
  const user = (await prisma.user.findUnique({ where: { id } })) as User;
  return { ...user, token: generateToken(user.id) };
};
//- /src/auth/token.utils.ts
import * as jwt from "jsonwebtoken";
const generateToken = (id: number): string => jwt.sign({ user: { id } }, process.env.SECRET);
export default generateToken;
//- /src/tags.ts
import { Request, Response, Router } from "express";
import { getCurrentUser } from "./auth/auth.service";
const router = Router();
router.delete("/wipe", async (req: Request, res: Response) => {
  const user = await getCurrentUser(1);
  res.json({ user });
});
router.delete("/mine", async (req: Request, res: Response) => {
  const user = await getCurrentUser(req.headers.token);
  if (!user) return res.status(401).end();
  res.json({ user });
});
export default router;
"#,
        expect![[r#"
            guard: Fail, 2 anchors
              src/tags.ts:4 DELETE /wipe: no guard runs before `DELETE …/wipe`
              assumes jsonwebtoken 
              assumes src/auth/auth.service.ts getCurrentUser
        "#]],
    );
}

#[test]
fn middleware_and_signatures_are_guards_however_they_are_written() {
    check(
        "- guard: {use: [framework-auth, named-auth]}",
        r#"
//- /app.ts
import { createHmac, timingSafeEqual } from "crypto";
import express, { NextFunction, Request, Response } from "express";
const app = express();
const gate = (req: Request, res: Response, next: NextFunction) => {
  if (!req.session.user) { return res.status(401).json({ error: "no" }); }
  next();
};
const open = (req: Request, res: Response, next: NextFunction) => { next(); };
const verifySignature = (req: Request) => {
  const own = createHmac("sha256", process.env.KEY).update(req.body).digest();
  return timingSafeEqual(own, Buffer.from(req.headers["x-signature"]));
};
app.get("/a", gate, (req, res) => res.end());
app.get("/b", open, (req, res) => res.end());
app.post("/hook", (req, res) => {
  if (!verifySignature(req)) return res.status(400).end();
  res.end();
});
app.post("/hook2", (req, res) => { verifySignature(req); res.end(); });
"#,
        expect![[r#"
            guard: Fail, 4 anchors
              app.ts:14 GET /b: no guard runs before `GET /b`
              app.ts:19 POST /hook2: no guard runs before `POST /hook2`
              assumes app.ts gate
              assumes app.ts verifySignature
        "#]],
    );
}

#[test]
fn middleware_of_hono_is_a_guard() {
    use Outcome::{Fail, Pass, Undetermined};
    hooked(
        "//- /a.ts\nimport { Hono } from 'hono';\nimport { jwt, decode } from 'hono/jwt';\n\
         import { bearerAuth } from 'hono/bearer-auth';\nimport { basicAuth } from 'hono/basic-auth';\n\
         import { some, every } from 'hono/combine';\nimport { logger } from 'hono/logger';\n\
         const app = new Hono();\nHOOK\nconst x = (c) => c.text('a');\napp.post('/x', x);\nexport default app;\n",
        &[
            ("app.use('/*', jwt({ secret: process.env.S, alg: 'HS256' }));", Pass),
            ("app.use('*', bearerAuth({ token: process.env.T }));", Pass),
            ("app.use(basicAuth({ username: 'a', password: process.env.P }));", Pass),
            ("app.use('/x', (c, next) => jwt({ secret: process.env.S })(c, next));", Pass),
            (
                "app.use('/x', (c, next) => { const check = jwt({ secret: process.env.S }); return check(c, next); });",
                Pass,
            ),
            (
                "app.use('/x', (c, next) => { jwt({ secret: process.env.S }); return next(); });",
                Fail,
            ),
            (
                "app.use('/x', (c, next) => { if (c.req.path !== '/x') return jwt({ secret: process.env.S })(c, next); return next(); });",
                Undetermined,
            ),
            ("app.use('/y/*', jwt({ secret: process.env.S }));", Fail),
            ("app.use('/*', some(jwt({ secret: process.env.S }), logger()));", Undetermined),
            ("if (process.env.S) app.use('/*', jwt({ secret: process.env.S }));", Undetermined),
            ("app.use('/*', logger());", Fail),
            (
                "app.use('/*', async (c, next) => { decode(c.req.header('Authorization')); await next(); });",
                Fail,
            ),
            ("jwt({ secret: process.env.S });", Fail),
        ],
    );
}

#[test]
fn a_hook_of_fastify_that_verifies_a_token_is_a_guard() {
    use Outcome::{Fail, Pass, Undetermined};
    hooked(
        "//- /a.js\nconst f = require('fastify')();\nf.register(require('@fastify/jwt'), { secret: process.env.S });\n\
         HOOK\nasync function x() { return 1; }\n",
        &[
            ("f.addHook('onRequest', (request) => request.jwtVerify());\nf.post('/x', x);", Pass),
            (
                "f.addHook('preHandler', async (request, reply) => { await request.jwtVerify(); });\nf.post('/x', x);",
                Pass,
            ),
            (
                "f.addHook('onRequest', async (request) => { const who = await request.jwtVerify({ onlyCookie: true }); request.who = who; });\nf.post('/x', x);",
                Pass,
            ),
            (
                "f.addHook('onRequest', async (request, reply) => { try { await request.jwtVerify(); } catch (e) { reply.send(e); } });\nf.post('/x', x);",
                Pass,
            ),
            (
                "f.addHook('onRequest', async (request, reply) => { try { await request.jwtVerify(); } catch (e) { return reply.code(401).send(); } });\nf.post('/x', x);",
                Pass,
            ),
            (
                "f.addHook('onRequest', async (request, reply) => { try { await request.jwtVerify(); } catch (e) { throw e; } });\nf.post('/x', x);",
                Pass,
            ),
            (
                "f.addHook('onRequest', async (request) => { try { await request.jwtVerify(); } catch (e) { request.log.info(e); } });\nf.post('/x', x);",
                Undetermined,
            ),
            (
                "f.addHook('onRequest', async (request) => { if (request.url !== '/x') await request.jwtVerify(); });\nf.post('/x', x);",
                Undetermined,
            ),
            (
                "f.addHook('onRequest', async (request) => { request.jwtVerify(); });\nf.post('/x', x);",
                Fail,
            ),
            (
                "f.addHook('onRequest', async (request) => { request.jwtVerify((error) => {}); });\nf.post('/x', x);",
                Fail,
            ),
            (
                "f.addHook('onResponse', async (request) => { await request.jwtVerify(); });\nf.post('/x', x);",
                Fail,
            ),
            (
                "f.decorate('check', async (request, reply) => { try { await request.jwtVerify(); } catch (e) { reply.send(e); } });\nf.post('/x', { onRequest: [f.check] }, x);",
                Pass,
            ),
            (
                "f.decorate('check', async function (request, reply) { if (!request.headers.authorization) reply.code(401).send(); });\nf.post('/x', { preHandler: f.check }, x);",
                Pass,
            ),
            (
                "f.decorate('check', async (request) => { await request.jwtVerify(); });\nf.addHook('onRequest', f.check);\nf.post('/x', x);",
                Pass,
            ),
            (
                "f.decorate('check', async (request) => { await request.jwtVerify(); });\nf.route({ method: 'POST', url: '/x', onRequest: [f.check], handler: x });",
                Pass,
            ),
            (
                "f.decorate('check', async (request) => { await request.jwtVerify(); });\nf.post('/x', { onRequest: [f.other] }, x);",
                Fail,
            ),
            (
                "f.decorate('check', async (request) => { await request.jwtVerify(); });\nf.post('/x', { onResponse: [f.check] }, x);",
                Fail,
            ),
            (
                "f.decorate('check', async (request) => { request.log.info('a'); });\nf.post('/x', { onRequest: [f.check] }, x);",
                Fail,
            ),
            (
                "f.decorate('check', async (request) => { await request.jwtVerify(); });\nf.decorate('check', async () => {});\nf.post('/x', { onRequest: [f.check] }, x);",
                Fail,
            ),
        ],
    );
}
