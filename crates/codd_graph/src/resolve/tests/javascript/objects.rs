//! Objects that hold functions, as a module's variable, its default export or the module.

use expect_test::expect;

use super::check;

#[test]
fn who_takes_one_thing_of_an_object_depends_on_that() {
    check(
        r#"
//- /ch.ts
export function parse() {}
export function insert() {}
export default { enabled: true, limits: { low: 1 }, parse, insert, shut() {} };
//- /index.ts
export { default as again } from './ch';
//- /use.ts
import ch from './ch';
import * as all from './ch';
import { again } from './index';
export function asks() { return ch.enabled; }
export function inserts() { return ch.insert(); }
export function takes() { const { insert, enabled } = ch; return insert(enabled); }
export function star() { return all.default.enabled; }
export function renamed() { return again.shut(); }
export function deep() { return ch.limits.low; }
export function hands() { return parse(ch); }
export function rest() { const { parse, ...others } = ch; return others; }
export function computed(key) { return ch[key]; }
export function missing() { return ch.nothing; }
export function switches() { ch.enabled = false; }
"#,
        &expect![[r#"
            ch.ts -reads exact- ch.ts:parse
            ch.ts -reads exact- ch.ts:insert
            ch.ts:default -reads exact- ch.ts:parse
            ch.ts:default -reads exact- ch.ts:insert
            use.ts:asks -mentions exact- ch.ts:default
            use.ts:asks -reads probable- ch.ts:default.enabled
            use.ts:inserts -calls probable- ch.ts:insert
            use.ts:inserts -mentions exact- ch.ts:default
            use.ts:takes -calls probable- ch.ts:insert
            use.ts:takes -reads probable- ch.ts:insert
            use.ts:takes -mentions exact- ch.ts:default
            use.ts:takes -reads probable- ch.ts:default.enabled
            use.ts:star -mentions exact- ch.ts:default
            use.ts:star -reads probable- ch.ts:default.enabled
            use.ts:renamed -mentions exact- ch.ts:default
            use.ts:renamed -calls probable- ch.ts:default.shut
            use.ts:deep -mentions exact- ch.ts:default
            use.ts:deep -reads probable- ch.ts:default.limits
            use.ts:hands -reads exact- ch.ts:default
            use.ts:rest -reads probable- ch.ts:parse
            use.ts:rest -reads exact- ch.ts:default
            use.ts:computed -reads exact- ch.ts:default
            use.ts:missing -reads exact- ch.ts:default
            use.ts:switches -mentions exact- ch.ts:default
            ch.ts:default.enabled -writtenby probable- use.ts:switches
        "#]],
    );
}

#[test]
fn objects_of_variables_and_of_commonjs_modules_have_parts() {
    check(
        r#"
//- /own.js
const { run } = require('./run');
const key = 'computed';
const api = { run, level: 2, [key]: 3, get size() { return run(); }, nested: { on: 1, go() {} } };
const plain = { level: 2, other: 3 };
function reads() { return api.level + api.size + api.nested.go(); }
function texts() { return plain.level; }
module.exports = { api, texts, limit: 4 };
//- /run.js
exports.run = function () {};
exports.shared = { run: exports.run, again: true };
//- /use.js
const own = require('./own');
const { api, limit } = require('./own');
const { shared } = require('./run');
exports.first = () => own.api.level;
exports.second = () => api.run();
exports.third = () => own.limit + limit;
exports.fourth = () => shared.again;
"#,
        &expect![[r#"
            own.js -reads exact- own.js:key
            own.js -reads exact- own.js:api
            own.js -reads exact- own.js:texts
            own.js -reads exact- run.js:run
            own.js:api -reads exact- own.js:key
            own.js:api -reads exact- run.js:run
            own.js:api.size -calls exact- run.js:run
            own.js:reads -mentions exact- own.js:api
            own.js:reads -reads probable- own.js:api.level
            own.js:reads -calls probable- own.js:api.size
            own.js:reads -mentions probable- own.js:api.nested
            own.js:reads -calls probable- own.js:api.nested.go
            own.js:texts -reads exact- own.js:plain
            run.js -reads probable- run.js:run
            run.js:shared -reads probable- run.js:run
            use.js:first -mentions exact- own.js:api
            use.js:first -reads probable- own.js:api.level
            use.js:second -mentions exact- own.js:api
            use.js:second -calls probable- run.js:run
            use.js:third -reads exact- own.js:limit
            use.js:fourth -mentions exact- run.js:shared
            use.js:fourth -reads probable- run.js:shared.again
        "#]],
    );
}

#[test]
fn components_that_are_loaded_late_are_what_their_module_exports() {
    check(
        r#"
//- /page.jsx
export default function Page() { return null; }
//- /app.jsx
import React, { lazy } from "react";
import dynamic from "next/dynamic";
const Late = lazy(() => import("./page"));
const Other = dynamic(() => import("./page"), { ssr: false });
const Third = React.lazy(async () => import("./page"));
export function App() { return <Late />; }
export function Two() { return <Other />; }
export function Three() { return <Third />; }
"#,
        &expect![[r#"
            app.jsx:App -reads exact- app.jsx:Late
            app.jsx:App -calls probable- page.jsx:Page
            app.jsx:Two -reads exact- app.jsx:Other
            app.jsx:Two -calls probable- page.jsx:Page
            app.jsx:Three -reads exact- app.jsx:Third
            app.jsx:Three -calls probable- page.jsx:Page
        "#]],
    );
}

#[test]
fn who_has_an_emitter_may_run_its_listeners() {
    check(
        r#"
//- /bus.js
const { EventEmitter } = require('events');
exports.bus = new EventEmitter();
//- /ship.js
const { bus } = require('./bus');
function ship() {}
function late() {}
bus.on('paid', ship);
exports.listen = () => { bus.once('paid', () => late()); };
//- /pay.js
const { bus } = require('./bus');
exports.pay = () => { bus.emit('paid'); };
//- /own.js
const { EventEmitter } = require('events');
class Job extends EventEmitter {
  constructor() { super(); this.on('go', this.run.bind(this)); }
  run() {}
  go() { this.emit('go'); }
}
process.on('exit', function () {});
"#,
        &expect![[r#"
            own.js:Job -calls possible- own.js:Job.run
            own.js:Job.constructor -reads exact- own.js:Job.run
            pay.js:pay -reads exact- bus.js:bus
            ship.js -reads exact- bus.js:bus
            ship.js -reads exact- ship.js:ship
            ship.js:listen -reads exact- bus.js:bus
            ship.js:listen -calls exact- ship.js:late
            bus.js:bus -calls possible- ship.js:ship
            bus.js:bus -calls possible- ship.js:listen
        "#]],
    );
}
