//! What TypeScript's types say of values.

use expect_test::expect;

use super::check;

#[test]
fn interfaces_are_implemented_by_what_is_assigned_to_them() {
    check(
        r#"
//- /types.ts
export interface Store { load(id: string): string; save?(): void }
export type Options = { store: Store };
//- /a.ts
import type { Options, Store } from "./types";
class MemoryStore { load(id: string) { return id; } save() {} }
export const literal: Store = { load: (id) => id };
export const made: Store = new MemoryStore();
export function factory(): Store { return new MemoryStore(); }
export const options: Options = { store: { load(id) { return id; } } };
export class Service {
    constructor(private store: Store) {}
    run() { return this.store.load(""); }
}
export const service = new Service(new MemoryStore());
"#,
        &expect![[r#"
            a.ts -calls exact- a.ts:MemoryStore
            a.ts -calls exact- a.ts:Service
            a.ts -calls exact- a.ts:Service.constructor
            a.ts:MemoryStore -inherits probable- types.ts:Store
            a.ts:literal -mentions exact- types.ts:Store
            a.ts:made -calls exact- a.ts:MemoryStore
            a.ts:made -mentions exact- types.ts:Store
            a.ts:factory -calls exact- a.ts:MemoryStore
            a.ts:factory -mentions exact- types.ts:Store
            a.ts:options -mentions exact- types.ts:Options
            a.ts:Service.constructor -mentions exact- types.ts:Store
            a.ts:Service.run -calls probable- a.ts:MemoryStore.load
            a.ts:Service.run -reads exact- a.ts:Service.store
            a.ts:Service.run -calls probable- types.ts:Store.load
            a.ts:service -calls exact- a.ts:MemoryStore
            a.ts:service -calls exact- a.ts:Service
            a.ts:service -calls exact- a.ts:Service.constructor
            types.ts:Store.load -inherits probable- a.ts:literal.load
            types.ts:Store.load -inherits probable- a.ts:options.load
            types.ts:Options -mentions exact- types.ts:Store
        "#]],
    );
}

#[test]
fn generics_overloads_enums_and_merged_declarations() {
    check(
        r#"
//- /lib.ts
export class Repo<T> { find(): T { throw 0; } first(visit: (item: T) => void) {} }
export class User { name() {} }
export enum Color { Red, Blue }
export namespace Color { export function parse() { return Color.Red; } }
export function pick(a: string): User;
export function pick(a: number): User;
export function pick(a: any) { return new User(); }
export interface Box { one(): void }
export interface Box { two(): void }
//- /a.ts
import { Repo, User, Color, pick, type Box } from "./lib";
export function generic(repo: Repo<User>) { repo.find().name(); }
export function callback(repo: Repo<User>) { repo.first((user) => user.name()); }
export function inferred<T extends User>(item: T) { item.name(); }
export function listed(users: User[], byId: Map<string, User>) { users[0].name(); byId.get("")!.name(); }
export function color() { Color.parse(); return Color.Red; }
export function over() { pick(1).name(); }
export function box(it: Box) { it.one(); it.two(); }
export function record(all: Record<string, User>) { all.x.name(); Object.values(all).forEach(u => u.name()); }
"#,
        &expect![[r#"
            a.ts:generic -mentions exact- lib.ts:Repo
            a.ts:generic -calls probable- lib.ts:Repo.find
            a.ts:generic -mentions exact- lib.ts:User
            a.ts:generic -calls probable- lib.ts:User.name
            a.ts:callback -mentions exact- lib.ts:Repo
            a.ts:callback -calls probable- lib.ts:Repo.first
            a.ts:callback -mentions exact- lib.ts:User
            a.ts:callback -calls probable- lib.ts:User.name
            a.ts:inferred -mentions exact- lib.ts:User
            a.ts:inferred -calls probable- lib.ts:User.name
            a.ts:listed -mentions exact- lib.ts:User
            a.ts:listed -calls probable- lib.ts:User.name
            a.ts:color -reads exact- lib.ts:Color
            a.ts:color -reads exact- lib.ts:Color.Red
            a.ts:color -reads exact- lib.ts:Color#1
            a.ts:color -calls exact- lib.ts:Color.parse
            a.ts:over -calls probable- lib.ts:User.name
            a.ts:over -calls exact- lib.ts:pick
            a.ts:box -mentions exact- lib.ts:Box
            a.ts:box -calls probable- lib.ts:Box.one
            a.ts:box -mentions exact- lib.ts:Box#1
            a.ts:box -calls probable- lib.ts:Box.two
            a.ts:record -mentions exact- lib.ts:User
            a.ts:record -calls probable- lib.ts:User.name
            lib.ts:Color.parse -reads exact- lib.ts:Color
            lib.ts:Color.parse -reads exact- lib.ts:Color.Red
            lib.ts:Color.parse -reads exact- lib.ts:Color#1
            lib.ts:pick -calls exact- lib.ts:User
            lib.ts:pick -mentions exact- lib.ts:User
        "#]],
    );
}

#[test]
fn jsx_components_run_where_they_are_written() {
    check(
        r#"
//- /a.tsx
import React, { type FC, useCallback, memo } from "react";
import * as ui from "./ui";
interface Props { onSave: (text: string) => void }
const Button: FC<Props> = ({ onSave }) => <button onClick={() => onSave("x")} />;
const Fast = memo(Button);
function save(text: string) {}
export function App() {
    const handle = useCallback(() => save(""), []);
    return <ui.Panel header={<Title />}><Fast onSave={save} /><Button onSave={handle} /></ui.Panel>;
}
function Title() { return <h1 />; }
//- /ui.tsx
export function Panel() { return null; }
"#,
        &expect![[r#"
            a.tsx -reads exact- a.tsx:Button
            a.tsx:Button -mentions exact- a.tsx:Props
            a.tsx:Fast -reads exact- a.tsx:Button
            a.tsx:App -calls exact- a.tsx:Button
            a.tsx:App -reads exact- a.tsx:Fast
            a.tsx:App -calls exact- a.tsx:save
            a.tsx:App -reads exact- a.tsx:save
            a.tsx:App -calls exact- a.tsx:Title
            a.tsx:App -calls exact- ui.tsx:Panel
        "#]],
    );
}

#[test]
fn types_of_what_functions_give_and_classes_make() {
    check(
        r#"
//- /m.ts
export class It { hi() {} }
export const mk = () => new It();
export async function mk3() { return new It(); }
export type Made = ReturnType<typeof mk>;
export const b1 = (x: ReturnType<typeof mk>) => x.hi();
export const b3 = (x: Awaited<ReturnType<typeof mk3>>) => x.hi();
export const b4 = (x: InstanceType<typeof It>) => x.hi();
export const b5 = (x: Made) => x.hi();
class Bus {
  private hs: Array<(x: number) => void> = [];
  private named: Record<string, Function[]> = {};
  on(h: (x: number) => void) { this.hs.push(h); }
  add(n: string, h: Function) { (this.named[n] ||= []).push(h); }
  emit() { this.hs.forEach((h) => h(1)); }
  fire(n: string) { for (const h of this.named[n]) h(); }
}
function first() {}
function second() {}
const bus = new Bus();
bus.on(first);
bus.add("x", second);
"#,
        &expect![[r#"
            m.ts -calls exact- m.ts:Bus
            m.ts -calls probable- m.ts:Bus.on
            m.ts -calls probable- m.ts:Bus.add
            m.ts -reads exact- m.ts:first
            m.ts -reads exact- m.ts:second
            m.ts -reads exact- m.ts:bus
            m.ts:mk -calls exact- m.ts:It
            m.ts:mk3 -calls exact- m.ts:It
            m.ts:Made -mentions exact- m.ts:mk
            m.ts:b1 -calls probable- m.ts:It.hi
            m.ts:b1 -mentions exact- m.ts:mk
            m.ts:b3 -calls probable- m.ts:It.hi
            m.ts:b3 -mentions exact- m.ts:mk3
            m.ts:b4 -mentions exact- m.ts:It
            m.ts:b4 -calls probable- m.ts:It.hi
            m.ts:b5 -calls probable- m.ts:It.hi
            m.ts:b5 -mentions exact- m.ts:Made
            m.ts:Bus.on -reads exact- m.ts:Bus.hs
            m.ts:Bus.add -reads exact- m.ts:Bus.named
            m.ts:Bus.emit -reads exact- m.ts:Bus.hs
            m.ts:Bus.emit -calls probable- m.ts:first
            m.ts:Bus.fire -reads exact- m.ts:Bus.named
            m.ts:Bus.fire -calls probable- m.ts:second
            m.ts:bus -calls exact- m.ts:Bus
        "#]],
    );
}
