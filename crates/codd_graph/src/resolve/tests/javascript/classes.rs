//! Classes in all the forms that JavaScript has them in.

use expect_test::expect;

use super::check;

#[test]
fn prototypes_and_objects_made_from_others() {
    check(
        r#"
//- /a.js
function Animal(name) { this.name = name; this.init(); }
Animal.prototype.init = function () {};
Animal.prototype.speak = function () { return this.sound(); };
Animal.prototype.sound = function () {};
function Dog() { Animal.call(this); }
Dog.prototype = Object.create(Animal.prototype);
Dog.prototype.constructor = Dog;
Dog.prototype.fetch = function () { this.speak(); };
const base = { shared() {} };
const derived = Object.create(base);
const mixed = Object.assign({}, base, { extra() {} });
export function run() {
    const dog = new Dog();
    dog.fetch();
    dog.speak();
    derived.shared();
    mixed.shared();
    mixed.extra();
}
"#,
        &expect![[r#"
            a.js -reads exact- a.js:Animal
            a.js -reads exact- a.js:Dog
            a.js -reads exact- a.js:base
            a.js:Animal -calls exact- a.js:Animal.init
            a.js:Animal.name -writtenby exact- a.js:Animal
            a.js:Animal.speak -calls exact- a.js:Animal.sound
            a.js:Dog -calls exact- a.js:Animal
            a.js:Dog -reads exact- a.js:Animal
            a.js:Dog -inherits exact- a.js:Animal
            a.js:Dog.constructor -reads exact- a.js:Dog
            a.js:Dog.fetch -calls exact- a.js:Animal.speak
            a.js:derived -reads exact- a.js:base
            a.js:mixed -reads exact- a.js:base
            a.js:run -calls probable- a.js:Animal.speak
            a.js:run -calls exact- a.js:Dog
            a.js:run -calls probable- a.js:Dog.fetch
            a.js:run -calls probable- a.js:base.shared
            a.js:run -mentions exact- a.js:derived
            a.js:run -reads exact- a.js:mixed
            a.js:run -calls probable- a.js:mixed.extra
        "#]],
    );
}

#[test]
fn getters_statics_fields_and_computed_keys() {
    check(
        r#"
//- /a.ts
const KEY = "made";
export class Box {
    static made = 0;
    static create() { return new Box(); }
    #hidden = 1;
    get size() { return this.measure(); }
    set size(value) { this.resize(value); }
    measure() { return this.#hidden; }
    resize(value: number) {}
    [KEY]() {}
    close = () => { this.measure(); };
    static { Box.create(); }
}
export const box = Box.create();
export function read() { return box.size; }
export function write() { box.size = 2; }
export function arrow() { box.close(); }
export const tools = {
    get box() { return box; },
    use() { this.box.close(); },
};
"#,
        &expect![[r#"
            a.ts -reads exact- a.ts:Box
            a.ts -calls exact- a.ts:Box.create
            a.ts:Box -reads exact- a.ts:KEY
            a.ts:Box -calls exact- a.ts:Box.create
            a.ts:Box.create -calls exact- a.ts:Box
            a.ts:Box.size -calls exact- a.ts:Box.measure
            a.ts:Box.size#1 -calls exact- a.ts:Box.resize
            a.ts:Box.measure -reads exact- a.ts:Box.#hidden
            a.ts:Box.close -calls exact- a.ts:Box.measure
            a.ts:box -reads exact- a.ts:Box
            a.ts:box -calls exact- a.ts:Box.create
            a.ts:read -calls probable- a.ts:Box.size
            a.ts:read -reads exact- a.ts:box
            a.ts:write -calls probable- a.ts:Box.size#1
            a.ts:write -reads exact- a.ts:box
            a.ts:arrow -calls probable- a.ts:Box.close
            a.ts:arrow -reads exact- a.ts:box
            a.ts:tools.box -reads exact- a.ts:box
            a.ts:tools.use -calls probable- a.ts:Box.close
            a.ts:tools.use -calls probable- a.ts:tools.box
        "#]],
    );
}

#[test]
fn mixins_super_calls_and_class_expressions() {
    check(
        r#"
//- /a.ts
type Constructor = new (...args: any[]) => object;
class Base { hello() {} }
function Loud<T extends typeof Base>(Super: T) {
    return class extends Super { hello() { super.hello(); } shout() {} };
}
class Speaker extends Loud(Base) { run() { this.shout(); this.hello(); } }
export const Late = class Named extends Base { again() { this.hello(); } };
export function run() { new Speaker().run(); new Late().again(); }
"#,
        &expect![[r#"
            a.ts:Loud -mentions exact- a.ts:Base
            a.ts:Loud.class.hello -calls probable- a.ts:Base.hello
            a.ts:Speaker -reads exact- a.ts:Base
            a.ts:Speaker -calls exact- a.ts:Loud
            a.ts:Speaker -inherits probable- a.ts:Loud.class
            a.ts:Speaker.run -calls probable- a.ts:Loud.class.hello
            a.ts:Speaker.run -calls probable- a.ts:Loud.class.shout
            a.ts:Late -inherits exact- a.ts:Base
            a.ts:Late.again -calls exact- a.ts:Base.hello
            a.ts:run -calls exact- a.ts:Speaker
            a.ts:run -calls probable- a.ts:Speaker.run
            a.ts:run -calls exact- a.ts:Late
            a.ts:run -calls probable- a.ts:Late.again
        "#]],
    );
}

#[test]
fn methods_are_given_to_classes_of_other_files_and_of_the_language() {
    check(
        r#"
//- /a.js
import { Shop } from "./shop";
function help() {}
String.prototype.shout = function () { return help(); };
Array.prototype.last = function () { return help(); };
Shop.prototype.added = function () { return this.own(); };
//- /shop.js
export class Shop { own() {} }
//- /b.js
import "./a";
import { Shop } from "./shop";
export function text() { "x".shout(); }
export function list() { [1].last(); }
export function own() { new Shop().added(); }
"#,
        &expect![[r#"
            a.js -reads exact- shop.js:Shop
            a.js:String.shout -calls exact- a.js:help
            a.js:Array.last -calls exact- a.js:help
            a.js:Shop.added -calls probable- shop.js:Shop.own
            shop.js:Shop -contains exact- a.js:Shop.added
            b.js:text -calls probable- a.js:String.shout
            b.js:list -calls probable- a.js:Array.last
            b.js:own -calls probable- a.js:Shop.added
            b.js:own -calls exact- shop.js:Shop
        "#]],
    );
}
