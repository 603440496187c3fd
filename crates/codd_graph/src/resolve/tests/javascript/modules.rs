//! Modules, classes and values across files.

use expect_test::expect;

use super::check;

#[test]
fn named_default_and_namespace_imports() {
    check(
        r#"
//- /b.js
export function f() {}
export default function g() {}
//- /a.js
import g, { f as h } from "./b";
import * as b from "./b";
function run() { g(); h(); b.f(); b.missing(); }
"#,
        &expect![[r#"
            a.js:run -calls exact- b.js:f
            a.js:run -calls exact- b.js:g
            a.js: MissingName missing
        "#]],
    );
}

#[test]
fn barrels_are_seen_through() {
    check(
        r#"
//- /lib/index.ts
export * from "./one";
export { two as zwei } from "./two";
//- /lib/one.ts
export const one = () => 1;
//- /lib/two.ts
export function two() {}
//- /a.ts
import { one, zwei } from "./lib";
export function run() { one(); zwei(); }
"#,
        &expect![[r#"
            a.ts:run -calls exact- lib/one.ts:one
            a.ts:run -calls exact- lib/two.ts:two
        "#]],
    );
}

#[test]
fn commonjs_objects_and_functions() {
    check(
        r#"
//- /db.js
function find() {}
module.exports = { find, save() { find(); } };
//- /one.js
module.exports = function one() {};
//- /a.js
const db = require("./db");
const { find } = require("./db");
const one = require("./one");
function run() { db.find(); db.save(); find(); one(); }
"#,
        &expect![[r#"
            a.js:run -calls exact- db.js:find
            a.js:run -calls exact- db.js:save
            a.js:run -calls exact- one.js:one
            db.js -reads exact- db.js:find
            db.js:save -calls exact- db.js:find
        "#]],
    );
}

#[test]
fn classes_with_inheritance_and_super() {
    check(
        r#"
//- /base.ts
export class Base {
  constructor() { this.setup(); }
  setup() {}
  run() {}
}
//- /a.ts
import { Base } from "./base";
class Child extends Base {
  constructor() { super(); }
  run() { super.run(); this.setup(); }
}
export function make() { const it = new Child(); it.run(); it.setup(); return it; }
export function use() { make().run(); }
"#,
        &expect![[r#"
            a.ts:Child -inherits exact- base.ts:Base
            a.ts:Child.constructor -calls exact- base.ts:Base.constructor
            a.ts:Child.run -calls exact- base.ts:Base.setup
            a.ts:Child.run -calls exact- base.ts:Base.run
            a.ts:make -calls exact- a.ts:Child
            a.ts:make -calls exact- a.ts:Child.constructor
            a.ts:make -calls probable- a.ts:Child.run
            a.ts:make -calls probable- base.ts:Base.setup
            a.ts:use -calls probable- a.ts:Child.run
            a.ts:use -calls exact- a.ts:make
            base.ts:Base.constructor -calls exact- base.ts:Base.setup
        "#]],
    );
}

#[test]
fn annotations_give_receivers() {
    check(
        r#"
//- /db.ts
export interface Store { get(key: string): string }
export class Db implements Store { get(key: string) { return key; } }
//- /a.ts
import { Store, Db } from "./db";
export function read(store: Store, db: Db) { store.get("a"); db.get("b"); }
class Service {
  constructor(private db: Db) {}
  run() { return this.db.get("c"); }
}
"#,
        &expect![[r#"
            a.ts:read -mentions exact- db.ts:Store
            a.ts:read -calls probable- db.ts:Store.get
            a.ts:read -mentions exact- db.ts:Db
            a.ts:read -calls probable- db.ts:Db.get
            a.ts:Service.constructor -mentions exact- db.ts:Db
            a.ts:Service.run -reads exact- a.ts:Service.db
            a.ts:Service.run -calls probable- db.ts:Db.get
            db.ts:Db -inherits exact- db.ts:Store
        "#]],
    );
}

#[test]
fn callbacks_are_followed_to_where_they_are_called() {
    check(
        r#"
//- /a.js
function task() {}
function apply(fn) { fn(); }
function run() { apply(task); }
"#,
        &expect![[r#"
            a.js:apply -calls probable- a.js:task
            a.js:run -reads exact- a.js:task
            a.js:run -calls exact- a.js:apply
        "#]],
    );
}

#[test]
fn unknown_receiver_means_methods_of_that_name_and_arity() {
    check(
        r#"
//- /a.js
class A { save(a) {} }
class B { save(a, b) {} }
export function run(it) { it.save(1); it.push(2); }
"#,
        &expect![[r#"
            a.js:run -calls possible- a.js:A.save
        "#]],
    );
}

#[test]
fn routes_reach_handlers_and_middleware() {
    check(
        r#"
//- /app.js
const express = require("express");
const app = express();
function auth(req, res, next) {}
function list(req, res) {}
app.get("/users", auth, list);
"#,
        &expect![[r#"
            app.js -reads exact- app.js:app
            app.js -reads exact- app.js:auth
            app.js -reads exact- app.js:list
            app.js:GET /users -calls exact- app.js:auth
            app.js:GET /users -calls exact- app.js:list
        "#]],
    );
}

#[test]
fn who_uses_imported_data_depends_on_its_file() {
    check(
        r#"
//- /limits.json
{ "max": 1 }
//- /a.ts
import limits from "./limits.json";
import { max } from "./limits.json";
const required = require("./limits.json");
export function one() { return limits.max; }
export function two() { return max; }
export function three() { return required.max; }
export function other() {}
export const MAX = limits.max;
"#,
        &expect![[r#"
            a.ts -reads exact- limits.json
            a.ts:one -reads exact- limits.json
            a.ts:two -reads exact- limits.json
            a.ts:three -reads exact- limits.json
            a.ts:MAX -reads exact- limits.json
        "#]],
    );
}

#[test]
fn amd_and_umd_modules_are_what_their_factories_give() {
    check(
        r#"
//- /util.js
define(function () {
    function trim() {}
    return { trim: trim };
});
//- /plain.js
define(function (require, exports, module) {
    var util = require("./util");
    exports.clean = function () { util.trim(); };
});
//- /umd.js
(function (root, factory) {
    if (typeof define === "function" && define.amd) {
        define(["./util"], factory);
    } else if (typeof module === "object") {
        module.exports = factory(require("./util"));
    } else {
        root.widget = factory(root.util);
    }
})(this, function (util) {
    function open() { util.trim(); }
    return { open: open };
});
//- /a.js
define(["./util", "./plain", "./umd"], function (util, plain, umd) {
    function start() { util.trim(); plain.clean(); umd.open(); }
    return start;
});
"#,
        &expect![[r#"
            a.js -reads exact- a.js:start
            a.js:start -calls exact- plain.js:clean
            a.js:start -calls exact- umd.js:open
            a.js:start -calls exact- util.js:trim
            plain.js:clean -calls exact- util.js:trim
            umd.js -reads exact- umd.js:open
            umd.js:open -calls exact- util.js:trim
            util.js -reads exact- util.js:trim
        "#]],
    );
}

#[test]
fn packages_of_a_workspace_are_one_graph() {
    check(
        r#"
//- /package.json
{ "workspaces": ["packages/*"] }
//- /packages/core/package.json
{ "name": "@shop/core", "main": "dist/index.js", "exports": { ".": "./dist/index.js", "./db": "./dist/db.js" } }
//- /packages/core/src/index.ts
export * as pricing from "./pricing";
export { default as Cart, type Item } from "./cart";
//- /packages/core/src/pricing.ts
export const total = () => 1;
//- /packages/core/src/cart.ts
export interface Item { price(): number }
export default class Cart { add(item: Item) {} }
//- /packages/core/src/db.ts
export function open() {}
//- /packages/web/tsconfig.json
{ "references": [{ "path": "../core" }], "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }
//- /packages/web/src/main.ts
import { Cart, pricing, type Item } from "@shop/core";
import { open } from "@shop/core/db";
import { show } from "~/view";
export function main(item: Item) { new Cart().add(item); pricing.total(); open(); show(); item.price(); }
//- /packages/web/src/view.ts
export function show() {}
"#,
        &expect![[r#"
            packages/core/src/cart.ts:Cart.add -mentions exact- packages/core/src/cart.ts:Item
            packages/web/src/main.ts:main -mentions exact- packages/core/src/cart.ts:Item
            packages/web/src/main.ts:main -calls probable- packages/core/src/cart.ts:Item.price
            packages/web/src/main.ts:main -calls exact- packages/core/src/cart.ts:Cart
            packages/web/src/main.ts:main -calls probable- packages/core/src/cart.ts:Cart.add
            packages/web/src/main.ts:main -calls exact- packages/core/src/db.ts:open
            packages/web/src/main.ts:main -calls exact- packages/core/src/pricing.ts:total
            packages/web/src/main.ts:main -calls exact- packages/web/src/view.ts:show
        "#]],
    );
}

#[test]
fn components_of_vue_are_modules() {
    check(
        r#"
//- /list.vue
<template><Row @done="add" /></template>
<script>
import Row from "./row.vue";
import { save } from "./store";
export default {
  components: { Row },
  data() { return { items: [] }; },
  methods: { add() { save(Row.data()); this.data(); } },
};
</script>
//- /row.vue
<script lang="ts">
import type { Item } from "./store";
export default { data(): Item { return { price: 1 }; } };
</script>
//- /store.ts
export interface Item { price: number }
export function save(item: Item) {}
//- /setup.vue
<script setup lang="ts">
import { save } from "./store";
const add = () => save({ price: 1 });
</script>
//- /full.vue
<script>
import { save } from "./store";
export default {
  computed: { z() { return this.hi(); } },
  mounted() { this.hi(); },
  watch: { x: { handler() { save(1); } } },
  methods: { hi() { save(2); } },
};
</script>
//- /lone.vue
<template><b/></template>
<script setup>
import { save } from "./store";
import Full from "./full.vue";
save(3);
</script>
//- /main.ts
import Setup from "./setup.vue";
export const app = mount(Setup);
"#,
        &expect![[r#"
            full.vue:default -calls probable- full.vue:default.computed.z
            full.vue:default -calls probable- full.vue:default.mounted
            full.vue:default -calls probable- full.vue:default.watch.handler
            full.vue:default -calls probable- full.vue:default.methods.hi
            full.vue:default.computed.z -calls possible- full.vue:default.methods.hi
            full.vue:default.mounted -calls possible- full.vue:default.methods.hi
            full.vue:default.watch.handler -calls exact- store.ts:save
            full.vue:default.methods.hi -calls exact- store.ts:save
            list.vue -reads exact- row.vue:default
            list.vue:default -calls probable- list.vue:default.data
            list.vue:default -calls probable- list.vue:default.methods.add
            list.vue:default -reads exact- row.vue:default
            list.vue:default.components -reads exact- row.vue:default
            list.vue:default.methods.add -calls possible- list.vue:default.data
            list.vue:default.methods.add -mentions exact- row.vue:default
            list.vue:default.methods.add -calls probable- row.vue:default.data
            list.vue:default.methods.add -calls exact- store.ts:save
            lone.vue -calls exact- store.ts:save
            lone.vue:default -reads exact- full.vue:default
            lone.vue:default -calls exact- store.ts:save
            main.ts -reads exact- setup.vue:default
            main.ts:app -reads exact- setup.vue:default
            row.vue:default -calls probable- row.vue:default.data
            row.vue:default.data -mentions exact- store.ts:Item
            setup.vue:add -calls exact- store.ts:save
            setup.vue:default -calls probable- setup.vue:add
            store.ts:save -mentions exact- store.ts:Item
        "#]],
    );
}

#[test]
fn components_of_svelte_are_modules() {
    check(
        r#"
//- /list.svelte
<script lang="ts">
  import Row from "./row.svelte";
  import { save } from "./store";
  export let items: string[] = [];
  function add() { save(items); }
</script>
<Row on:done={add} />
//- /row.svelte
<script context="module">
  export function helper() {}
</script>
<script>
  import { save } from "./store";
  $: save([]);
</script>
//- /store.ts
export function save(items: string[]) {}
//- /list.test.ts
import { render } from "@testing-library/svelte";
import List from "./list.svelte";
test("adds", () => { render(List); });
"#,
        &expect![[r#"
            list.svelte:add -reads exact- list.svelte:items
            list.svelte:add -calls exact- store.ts:save
            list.svelte:default -calls probable- list.svelte:add
            list.svelte:default -reads exact- row.svelte:default
            list.test.ts:adds -reads exact- list.svelte:default
            list.test.ts:adds -tests exact- list.test.ts:adds
            row.svelte -calls exact- store.ts:save
            row.svelte:default -calls probable- row.svelte:helper
            row.svelte:default -calls exact- store.ts:save
        "#]],
    );
}
