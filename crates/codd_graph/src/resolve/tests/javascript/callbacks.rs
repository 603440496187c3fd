//! Functions that are passed on, and what their parameters are known to be.

use expect_test::expect;

use super::check;

#[test]
fn a_callback_is_typed_by_the_function_it_is_passed_to() {
    check(
        r#"
//- /bus.ts
export class Message { open() {} }
export class Bus { send(text: string) {} }
export type Handler = (message: Message, bus: Bus) => void;
export function listen(handler: Handler) {}
export class Queue {
    constructor(init: (bus: Bus) => void) {}
    each(...visit: Array<(message: Message) => void>) {}
}
export interface Visitor { (message: Message): Bus }
export function visit(visitor: Visitor) { return visitor(new Message()); }
//- /a.ts
import { listen, Queue, visit } from "./bus";
export function one() { listen((message, bus) => { message.open(); bus.send(""); }); }
export function two() { new Queue((bus) => bus.send("")); }
export function three(queue: Queue) {
    queue.each(m => m.open(), function (m) { m.open(); });
}
export function four() { visit(m => m.open()).send(""); }
"#,
        &expect![[r#"
            a.ts:one -calls probable- bus.ts:Message.open
            a.ts:one -calls probable- bus.ts:Bus.send
            a.ts:one -calls exact- bus.ts:listen
            a.ts:two -calls probable- bus.ts:Bus.send
            a.ts:two -calls exact- bus.ts:Queue
            a.ts:two -calls exact- bus.ts:Queue.constructor
            a.ts:three -calls probable- bus.ts:Message.open
            a.ts:three -mentions exact- bus.ts:Queue
            a.ts:three -calls probable- bus.ts:Queue.each
            a.ts:four -calls probable- bus.ts:Message.open
            a.ts:four -calls probable- bus.ts:Bus.send
            a.ts:four -calls exact- bus.ts:visit
            bus.ts:Handler -mentions exact- bus.ts:Message
            bus.ts:Handler -mentions exact- bus.ts:Bus
            bus.ts:listen -mentions exact- bus.ts:Handler
            bus.ts:Queue.constructor -mentions exact- bus.ts:Bus
            bus.ts:Queue.each -mentions exact- bus.ts:Message
            bus.ts:Visitor -mentions exact- bus.ts:Message
            bus.ts:Visitor -mentions exact- bus.ts:Bus
            bus.ts:visit -calls exact- bus.ts:Message
            bus.ts:visit -mentions exact- bus.ts:Visitor
        "#]],
    );
}

#[test]
fn a_function_is_typed_by_the_place_it_is_assigned_to() {
    check(
        r#"
//- /types.ts
export interface Request { url(): string }
export type Handler = (request: Request) => void;
export function real() {}
//- /a.ts
import { real, type Handler } from "./types";
export const get: Handler = (request) => { request.url(); };
export const put = ((request) => { request.url(); }) as Handler;
export class Server {
    on: Handler = (request) => { request.url(); };
    run: typeof real;
    start() { this.run(); }
}
"#,
        &expect![[r#"
            a.ts:get -calls probable- types.ts:Request.url
            a.ts:get -mentions exact- types.ts:Handler
            a.ts:put -calls probable- types.ts:Request.url
            a.ts:put -mentions exact- types.ts:Handler
            a.ts:Server -mentions exact- types.ts:Handler
            a.ts:Server -mentions exact- types.ts:real
            a.ts:Server.on -calls probable- types.ts:Request.url
            a.ts:Server.on -mentions exact- types.ts:Handler
            a.ts:Server.run -mentions exact- types.ts:real
            a.ts:Server.start -reads exact- a.ts:Server.run
            a.ts:Server.start -calls probable- types.ts:real
            types.ts:Handler -mentions exact- types.ts:Request
        "#]],
    );
}
