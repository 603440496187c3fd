//! What files take from others and offer.

use expect_test::expect;

use super::{check, check_only};

#[test]
fn es_imports_and_exports() {
    check(
        "ts",
        r#"
import def, { a as b, type T } from "./m";
import * as ns from "./n";
import "./setup";
import type { U } from "pkg";
export { x, y as z } from "./other";
export * from "./all";
export * as all from "./all";
export const one = b(), two = 2;
export function f(): T { return def; }
export default class K {}
const late = 1;
export { late as renamed };
const lazy = () => import("./lazy").then(m => m.run());
"#,
        &expect![[r#"
            Variable one = b()
            Variable two = _
            Function f : T@1 returns [def@1]
            Class K
            Variable late = _
            Function lazy returns [(<import ./lazy>.then(?) | m@4.run())] private
            scope 0 Module
              K -> definition K
              T -> import ./m:T
              U -> import pkg:U
              b -> import ./m:a
              def -> import ./m:default
              f -> definition f
              late -> definition late
              lazy -> definition lazy
              ns -> import ./n
              one -> definition one
              two -> definition two
            scope 4 Function of lazy in 3
              m -> value (<import ./lazy> | <passed 0 to <passed 0 to <import ./lazy>.then>>)
            import ./m:default
            import ./m:a
            import ./m:T
            import ./n
            import ./setup for its effect
            import pkg:U
            import ./other:x
            import ./other:y
            import ./all:*
            import ./all
            import ./lazy in lazy
            export x = <import ./other:x>
            export z = <import ./other:y>
            export all = <import ./all>
            export one = one
            export two = two
            export f = f
            export default = K
            export renamed = late
            export star ./all:*
            Call b/0 initialises one
            Type T@1 in f
            Read def@1 in f
            Read late
            Call m@4.run/0 in lazy
        "#]],
    );
}

#[test]
fn commonjs_modules() {
    check(
        "js",
        r#"
const fs = require("fs");
const { a, b: c } = require("./m");
const join = require("path").join;
exports.one = function () { return a(); };
exports.two = 2;
module.exports.three = c;
function helper() {}
module.exports = { helper, other() { return this.helper(); } };
require("./effect");
"#,
        &expect![[r#"
            Function one returns [a@2()]
            Variable two = _
            Function helper
            Method other returns [?.helper()]
            scope 0 Module
              a -> import ./m:a
              c -> import ./m:b
              exports -> value {one: <one>, two: <two>, three: c, helper: helper, other: <other>}
              fs -> import fs
              helper -> definition helper
              join -> import path:join
              module -> value {exports: {helper: helper, other: <other>}}
            scope 1 Block in 0
              one -> definition one
            import fs
            import ./m:a
            import ./m:b
            import path:join
            import ./effect
            export one = <one>
            export two = <two>
            export three = c
            export helper = helper
            export other = <other>
            export whole {helper: helper, other: <other>}
            Call a@2/0 in one
            Read c
            Read helper
            Call ?.helper/0 in other
        "#]],
    );
}

#[test]
fn what_calls_put_on_the_modules_object_is_exported() {
    check_only(
        "js",
        &["export", "Function", "Variable", "import", "Class"],
        r#"
function guard() {}
Object.defineProperty(exports, "guard", { value: guard, enumerable: flag() });
const value = guard;
Object.defineProperty(exports, "short", { value });
Object.defineProperty(exports, "quoted", { "value": guard });
Object.defineProperty(exports, "inline", { value: function () { return guard(); } });
Object.defineProperty(module.exports, "LIMIT", { value: 3 });
Object.defineProperties(exports, { six: { value: guard }, seven: { get: () => guard } });
Object.assign(exports, { guard2: guard, size: 4, made() {} }, require("./all"));
function apart(exports) { Object.assign(exports, { hidden: guard }); }
"#,
        &expect![[r#"
            Function guard
            Variable value = guard
            Function inline returns [guard@3()]
            Variable LIMIT = _
            Function apart(exports) private
            import ./all:*
            export guard = guard
            export short = value
            export quoted = guard
            export inline = <inline>
            export LIMIT = <LIMIT>
            export six = guard
            export seven = guard@4
            export guard2 = guard
            export size = <size>
            export made = <made>
            export star ./all:*
        "#]],
    );
}

#[test]
fn what_is_put_on_the_object_that_a_module_is_belongs_to_it() {
    check_only(
        "js",
        &["export", "Function", "Method", "member"],
        r#"
function main() {}
module.exports = main;
module.exports.later = function () {};
Object.assign(module.exports, require("./all"), more);
"#,
        &expect![[r#"
            Function main
            Function later
            export later = <later>
            export whole (main | <import ./all> | more)
            member main.later = <later>
        "#]],
    );
    check_only(
        "js",
        &["export", "Function", "Method"],
        r#"
const api = module.exports;
api.one = function () { return api.two(); };
api.two = two;
function two() {}
const helpers = { three() {} };
Object.assign(api, helpers);
"#,
        &expect![[r#"
            Function one returns [api@2.two()]
            Function two
            Method helpers.three
            export one = <one>
            export two = two
            export whole ({one: <one>, two: two} | helpers)
        "#]],
    );
}

#[test]
fn a_getter_that_computes_is_a_definition() {
    check_only(
        "js",
        &["export", "Function", "Method", "Call"],
        r#"
Object.defineProperty(exports, "lazy", { enumerable: true, get() { return compute(); } });
Object.defineProperty(exports, "given", { get: function () { return m.given; } });
Object.defineProperties(exports, { both: { get: () => compute() } });
"#,
        &expect![[r#"
            Method lazy returns [compute@1()] property
            Method both returns [compute@3()] property
            export lazy = <lazy>
            export given = m@2.given
            export both = <both>
            Call Object.defineProperty/3
            Call compute@1/0 in lazy
            Call Object.defineProperty/3
            Call Object.defineProperties/2
            Call compute@3/0 in both
        "#]],
    );
}

#[test]
fn compiled_modules() {
    check_only(
        "js",
        &["export", "Function", "Variable", "import", "member"],
        r#"
"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.a = exports.b = void 0;
var m_1 = require("./m");
Object.defineProperty(exports, "x", { enumerable: true, get: function () { return m_1.x; } });
__exportStar(require("./all"), exports);
var Shape = (function (_super) {
    function Shape() { this.size = 1; }
    Shape.prototype.area = function () { return this.size; };
    return Shape;
}(Base));
exports.Shape = Shape;
const made = [1].map((n) => new Shape(n));
"#,
        &expect![[r#"
            Variable Shape = Shape@2
            Function Shape.Shape
            Variable made = ([_].map(?) | [Shape@5(n@5)]) private
            import ./m
            import ./all:*
            export x = m_1@1.x
            export Shape = Shape
            export star ./all:*
            member Shape.Shape.size = _ defines Shape.Shape.size
            member Shape.Shape.area = <Shape.Shape.area> defines Shape.Shape.area
        "#]],
    );
}
