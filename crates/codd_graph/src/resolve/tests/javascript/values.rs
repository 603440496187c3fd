//! Where values go: containers, spreading, destructuring, bound functions.

use expect_test::expect;

use super::check;

#[test]
fn functions_in_containers_are_found_where_they_are_taken_out() {
    check(
        r#"
//- /a.js
function one() {}
function two() {}
function three() {}
function four() {}
const list = [one];
list.push(two);
const table = { three };
table.later = four;
const map = new Map();
map.set("one", one);
export function loop() { for (const each of list) each(); }
export function visit() { list.forEach((each) => each()); }
export function keyed(key) { table[key](); }
export function named() { table.later(); table["three"](); }
export function mapped() { map.get("one")(); }
export class Bus {
    constructor() { this.handlers = []; }
    on() { this.handlers.push(two); }
    emit() { this.handlers.forEach((it) => it()); }
}
"#,
        &expect![[r#"
            a.js -reads exact- a.js:one
            a.js -reads exact- a.js:two
            a.js -reads exact- a.js:three
            a.js -reads exact- a.js:four
            a.js -reads exact- a.js:list
            a.js -reads exact- a.js:table
            a.js -reads exact- a.js:map
            a.js:list -reads exact- a.js:one
            a.js:table -reads exact- a.js:three
            a.js:loop -calls probable- a.js:one
            a.js:loop -calls probable- a.js:two
            a.js:loop -reads exact- a.js:list
            a.js:visit -calls probable- a.js:one
            a.js:visit -calls probable- a.js:two
            a.js:visit -reads exact- a.js:list
            a.js:keyed -calls probable- a.js:three
            a.js:keyed -calls probable- a.js:four
            a.js:keyed -reads exact- a.js:table
            a.js:named -calls probable- a.js:three
            a.js:named -calls probable- a.js:four
            a.js:named -reads exact- a.js:table
            a.js:mapped -calls probable- a.js:one
            a.js:mapped -reads exact- a.js:map
            a.js:Bus.handlers -writtenby exact- a.js:Bus.constructor
            a.js:Bus.on -reads exact- a.js:two
            a.js:Bus.on -reads exact- a.js:Bus.handlers
            a.js:Bus.emit -calls probable- a.js:two
            a.js:Bus.emit -reads exact- a.js:Bus.handlers
        "#]],
    );
}

#[test]
fn spread_destructured_and_default_values_are_followed() {
    check(
        r#"
//- /a.js
function one() {}
function two() {}
function run(first, second) { first(); second(); }
function rest(...all) { for (const each of all) each(); }
function object({ callback, other = two }) { callback(); other(); }
function fallback(f = two) { f(); }
export function spread() { const both = [one, two]; run(...both); }
export function many() { rest(one); }
export function named() { object({ callback: one }); }
export function absent() { fallback(); }
export function swapped() { const [, second] = [one, two]; second(); }
export function merged() { const all = { ...{ f: one }, g: two }; all.f(); all.g(); }
"#,
        &expect![[r#"
            a.js:run -calls probable- a.js:one
            a.js:run -calls probable- a.js:two
            a.js:rest -calls probable- a.js:one
            a.js:object -calls probable- a.js:one
            a.js:object -reads probable- a.js:one
            a.js:object -calls probable- a.js:two
            a.js:object -reads exact- a.js:two
            a.js:fallback -calls probable- a.js:two
            a.js:fallback -reads exact- a.js:two
            a.js:spread -reads exact- a.js:one
            a.js:spread -reads exact- a.js:two
            a.js:spread -calls exact- a.js:run
            a.js:many -reads exact- a.js:one
            a.js:many -calls exact- a.js:rest
            a.js:named -reads exact- a.js:one
            a.js:named -calls exact- a.js:object
            a.js:absent -calls exact- a.js:fallback
            a.js:swapped -reads exact- a.js:one
            a.js:swapped -calls probable- a.js:two
            a.js:swapped -reads exact- a.js:two
            a.js:merged -calls probable- a.js:one
            a.js:merged -reads exact- a.js:one
            a.js:merged -calls probable- a.js:two
            a.js:merged -reads exact- a.js:two
        "#]],
    );
}

#[test]
fn bound_and_applied_functions_are_themselves() {
    check(
        r#"
//- /a.js
function greet(callback) { callback(); }
function hello() {}
const bound = greet.bind(null);
export function later() { bound(hello); }
export function called() { greet.call(null, hello); }
export function reflected() { Reflect.apply(greet, null, [hello]); }
export class Button {
    constructor() { this.click = this.click.bind(this); }
    click() {}
    press() { this.click(); }
    bind() {}
    own() { this.bind(); }
}
"#,
        &expect![[r#"
            a.js -reads exact- a.js:greet
            a.js:greet -calls probable- a.js:hello
            a.js:bound -reads exact- a.js:greet
            a.js:later -calls probable- a.js:greet
            a.js:later -reads exact- a.js:hello
            a.js:later -reads exact- a.js:bound
            a.js:called -calls exact- a.js:greet
            a.js:called -reads exact- a.js:greet
            a.js:called -reads exact- a.js:hello
            a.js:reflected -calls exact- a.js:greet
            a.js:reflected -reads exact- a.js:hello
            a.js:Button.constructor -reads exact- a.js:Button.click
            a.js:Button.press -calls exact- a.js:Button.click
            a.js:Button.own -calls exact- a.js:Button.bind
        "#]],
    );
}

#[test]
fn promises_generators_and_tagged_templates_are_followed() {
    check(
        r#"
//- /store.ts
export class Row { save() {} }
export async function load(): Promise<Row> { return new Row(); }
export function* rows() { yield new Row(); }
export function sql(parts: TemplateStringsArray) { return new Row(); }
//- /a.ts
import { load, rows, sql } from "./store";
export async function awaited() { const row = await load(); row.save(); }
export function chained() { load().then((row) => row.save()).catch(report); }
export function looped() { for (const row of rows()) row.save(); }
export function tagged() { sql`select`.save(); }
export function optional(row?: Row) { load?.(); }
export async function dynamic() { const store = await import("./store"); store.load(); }
export function lazy() { import("./store").then((store) => store.sql``); }
function report() {}
"#,
        &expect![[r#"
            a.ts:awaited -calls probable- store.ts:Row.save
            a.ts:awaited -calls exact- store.ts:load
            a.ts:chained -reads exact- a.ts:report
            a.ts:chained -calls probable- store.ts:Row.save
            a.ts:chained -calls exact- store.ts:load
            a.ts:looped -calls probable- store.ts:Row.save
            a.ts:looped -calls exact- store.ts:rows
            a.ts:tagged -calls probable- store.ts:Row.save
            a.ts:tagged -calls exact- store.ts:sql
            a.ts:optional -calls exact- store.ts:load
            a.ts:dynamic -calls exact- store.ts:load
            a.ts:lazy -calls probable- store.ts:sql
            store.ts:load -calls exact- store.ts:Row
            store.ts:load -mentions exact- store.ts:Row
            store.ts:rows -calls exact- store.ts:Row
            store.ts:sql -calls exact- store.ts:Row
        "#]],
    );
}

#[test]
fn what_a_collection_was_made_of_is_called_from_it() {
    check(
        r#"
//- /a.js
function f() {}
function g() {}
const table = { f, g };
function inline(key) { ({ f, g })[key](); }
function listed(at) { [f, g][at](); [g][0](); }
function looped() { const set = new Set([f]); for (const it of set) it(); }
function visited() { new Set([f]).forEach((it) => it()); }
function found() { const map = new Map([["f", f], ["g", g]]); map.get("f")(); }
function paired() { for (const [key, it] of new Map([["f", f]])) it(); }
function copied() { Array.from([f], (it) => it()); }
function run(it) { it(); }
function handed() { [f].forEach(run); Array.from([g], run); }
function made() { return f; }
function mapped() { [table].map(made)[0](); }
function defined() { const it = {}; Object.defineProperty(it, "f", { value: f }); it.f(); it.g(); }
function described() { const it = {}; Object.defineProperties(it, { f: { value: f }, g: { get: g } }); it.g; }
"#,
        &expect![[r#"
            a.js -reads exact- a.js:f
            a.js -reads exact- a.js:g
            a.js:table -reads exact- a.js:f
            a.js:table -reads exact- a.js:g
            a.js:inline -calls probable- a.js:f
            a.js:inline -reads exact- a.js:f
            a.js:inline -calls probable- a.js:g
            a.js:inline -reads exact- a.js:g
            a.js:listed -calls probable- a.js:f
            a.js:listed -reads exact- a.js:f
            a.js:listed -calls probable- a.js:g
            a.js:listed -reads exact- a.js:g
            a.js:looped -calls probable- a.js:f
            a.js:looped -reads exact- a.js:f
            a.js:visited -calls probable- a.js:f
            a.js:visited -reads exact- a.js:f
            a.js:found -calls probable- a.js:f
            a.js:found -reads exact- a.js:f
            a.js:found -reads exact- a.js:g
            a.js:paired -calls probable- a.js:f
            a.js:paired -reads exact- a.js:f
            a.js:copied -calls probable- a.js:f
            a.js:copied -reads exact- a.js:f
            a.js:run -calls probable- a.js:f
            a.js:run -calls probable- a.js:g
            a.js:handed -reads exact- a.js:f
            a.js:handed -reads exact- a.js:g
            a.js:handed -reads exact- a.js:run
            a.js:made -reads exact- a.js:f
            a.js:mapped -calls probable- a.js:f
            a.js:mapped -reads exact- a.js:table
            a.js:mapped -reads exact- a.js:made
            a.js:defined -calls probable- a.js:f
            a.js:defined -reads exact- a.js:f
            a.js:described -reads exact- a.js:f
            a.js:described -reads exact- a.js:g
            a.js:described -mentions probable- a.js:g
        "#]],
    );
}

#[test]
fn what_a_module_is_can_be_depended_on() {
    check(
        r#"
//- /list.js
module.exports = ["a", "b"];
//- /conf.js
module.exports = { limit: 3, unit: "m" };
//- /use.js
const list = require("./list");
const conf = require("./conf");
const { unit } = require("./conf");
function has(x) { return list.includes(x); }
function over(n) { return n > conf.limit; }
function shown(n) { return n + unit; }
"#,
        &expect![[r#"
            use.js:has -reads exact- list.js:module.exports
            use.js:over -reads exact- conf.js:limit
            use.js:shown -reads exact- conf.js:unit
        "#]],
    );
}

#[test]
fn names_that_take_a_value_apart_depend_on_it() {
    check(
        r#"
//- /s.ts
import { mk } from 'lib';
function red() { return 1; }
function other() {}
const sl = mk({ red });
export const { inc } = sl.actions;
export const [first, second] = sl.list;
export const { a, b: { c = other(), d } } = mk(red);
const own = { run() {}, stop() {} };
export const { run, stop } = own;
export const { [key()]: e, ...rest } = own;
function key() { return "run"; }
//- /c.ts
import { inc, second } from './s';
export function uses() { return inc(); }
export function sees() { return second; }
"#,
        &expect![[r#"
            c.ts:uses -reads exact- s.ts:inc
            c.ts:sees -reads exact- s.ts:second
            s.ts -reads exact- s.ts:red
            s.ts -calls exact- s.ts:other
            s.ts -reads exact- s.ts:sl
            s.ts -reads exact- s.ts:own
            s.ts -mentions exact- s.ts:own
            s.ts -reads probable- s.ts:own.run
            s.ts -reads probable- s.ts:own.stop
            s.ts -calls exact- s.ts:key
            s.ts:sl -reads exact- s.ts:red
            s.ts:inc -reads exact- s.ts:sl
            s.ts:first -reads exact- s.ts:sl
            s.ts:second -reads exact- s.ts:sl
            s.ts:a -reads exact- s.ts:red
            s.ts:c -reads exact- s.ts:red
            s.ts:c -calls exact- s.ts:other
            s.ts:d -reads exact- s.ts:red
            s.ts:run -mentions exact- s.ts:own
            s.ts:run -reads probable- s.ts:own.run
            s.ts:stop -mentions exact- s.ts:own
            s.ts:stop -reads probable- s.ts:own.stop
            s.ts:e -reads exact- s.ts:own
            s.ts:e -calls exact- s.ts:key
            s.ts:rest -reads exact- s.ts:own
        "#]],
    );
}

#[test]
fn who_asks_for_a_context_has_what_is_provided() {
    check(
        r#"
//- /ctx.tsx
import { createContext, useContext } from "react";
export const Ctx = createContext({ f: () => 1 });
export const OtherContext = createContext(null);
export const useF = () => useContext(Ctx);
//- /app.tsx
import { Ctx, OtherContext } from "./ctx";
export function Provide({ children }) { return <Ctx.Provider value={{ f: () => help() }}>{children}</Ctx.Provider>; }
export function Newer({ children }) { return <OtherContext value={help}>{children}</OtherContext>; }
export function Plain() { return <Ctx.Consumer>{() => 1}</Ctx.Consumer>; }
function help() { return 1; }
"#,
        &expect![[r#"
            app.tsx:Provide -calls exact- app.tsx:help
            app.tsx:Provide -reads exact- ctx.tsx:Ctx
            app.tsx:Newer -reads exact- app.tsx:help
            app.tsx:Newer -reads exact- ctx.tsx:OtherContext
            app.tsx:Plain -reads exact- ctx.tsx:Ctx
            ctx.tsx:Ctx -writtenby exact- app.tsx:Provide
            ctx.tsx:OtherContext -writtenby exact- app.tsx:Newer
            ctx.tsx:useF -reads exact- ctx.tsx:Ctx
        "#]],
    );
}
