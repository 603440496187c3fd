//! Classes, objects, types and their members.

use expect_test::expect;

use super::check;

#[test]
fn classes_and_their_members() {
    check(
        "ts",
        r#"
abstract class Base<T> {
  abstract run(): void;
}
export class Service extends Base<User> implements Runnable {
  static count = 0;
  #secret = make();
  handler = async (e: Event) => this.run(e);
  constructor(private db: Db, readonly log = console, plain) { super(); this.cache = new Map(); this.db.open(); }
  get size() { return this.cache.size; }
  run(x?: any): void { super.run(); Service.count++; }
  static create() { return new this(); }
  static { Service.count = init(); }
}
"#,
        &expect![[r#"
            Class Base abstract private
            Method Base.run : _ abstract
            Class Service bases [Base<User>, Runnable]
            Field Service.count = _ static
            Field Service.#secret = make() private
            Method Service.handler(e: Event@5) returns [<this Service>.run(e@5)] async
            Method Service.constructor(db: Db@6, log = console@6, plain)
            Field Service.cache = Map@6()
            Field Service.db : Db@6 = db@6 private
            Field Service.log = log@6
            Method Service.size returns [<this Service>.cache.size] property
            Method Service.run(x: _) : _
            Method Service.create returns [<Service>()] static
            scope 0 Module
              Base -> definition Base
              Service -> definition Service
            scope 1 Block in 0
              T -> type 0 of <Base>
            scope 2 Class of Base in 1
              run -> definition Base.run
            scope 4 Class of Service in 0
              #secret -> definition Service.#secret
              constructor -> definition Service.constructor
              count -> definition Service.count
              create -> definition Service.create
              db -> definition Service.db
              handler -> definition Service.handler
              log -> definition Service.log
              run -> definition Service.run
              size -> definition Service.size
            scope 5 Function of Service.handler in 0
              e -> parameter 0 of Service.handler
            scope 6 Function of Service.constructor in 0
              db -> parameter 0 of Service.constructor
              log -> parameter 1 of Service.constructor
              plain -> parameter 2 of Service.constructor
            scope 8 Function of Service.run in 0
              x -> parameter 0 of Service.run
            export Service = Service
            member Service.cache = Map@6() defines Service.cache
            member Service.db = db@6 defines Service.db
            member Service.log = log@6 defines Service.log
            member Service.count = init@10()
            Inherit Base in Service
            Type User in Service
            Inherit Runnable in Service
            Call make/0 in Service initialises Service.#secret
            Type Event@5 in Service.handler
            Call <this Service>.run/1 in Service.handler
            Type Db@6 in Service.constructor
            Read console@6 in Service.constructor
            Call <super Service>.constructor/0 in Service.constructor
            Write <this Service>.cache in Service.constructor
            Call Map@6/0 in Service.constructor initialises Service.cache
            Read <this Service>.db in Service.constructor
            Call <this Service>.db.open/0 in Service.constructor
            Read <this Service>.cache in Service.size
            Read <this Service>.cache.size in Service.size
            Call <super Service>.run/0 in Service.run
            Read Service@8 in Service.run
            Write Service@8.count in Service.run
            Read Service@10 in Service
            Write Service@10.count in Service
            Call init@10/0 in Service
        "#]],
    );
}

#[test]
fn prototypes_and_objects() {
    check(
        "js",
        r#"
function Old(name) { this.name = name; }
Old.prototype.hello = function () { return this.name; };
Old.create = () => new Old("x");
const api = { get() { return this.put(); }, put: () => send(), nested: { deep() {} }, plain: 1 };
const app = module.exports = {};
app.init = function init() { this.other(); };
"#,
        &expect![[r#"
            Function Old(name) private
            Field Old.name = name@1
            Method Old.hello returns [<this Old>.name]
            Method Old.create returns [Old@3("x")] static
            Variable api = {get: <api.get>, put: <api.put>, nested: <api.nested>, plain: <api.plain>} private
            Method api.get returns [api.put()]
            Method api.put returns [send@5()]
            Field api.nested = {deep: <api.nested.deep>}
            Method api.nested.deep
            Field api.plain = _
            Variable app = {}
            Method app.init static
            scope 0 Module
              Old -> definition Old
              api -> definition api
              app -> definition app
              app -> value {init: <app.init>}
              exports -> value {}
              module -> value {exports: app}
            scope 1 Function of Old in 0
              name -> parameter 0 of Old
            scope 6 Block in 0
              nested -> definition api.nested
              plain -> definition api.plain
            export whole app
            member Old.name = name@1 defines Old.name
            member Old.hello = <Old.hello> defines Old.hello
            member Old.create = <Old.create> defines Old.create
            member app.init = <app.init> defines app.init
            Write <this Old>.name in Old
            Read Old
            Read Old.prototype
            Write Old.prototype.hello
            Read <this Old>.name in Old.hello
            Read Old
            Write Old.create
            Call Old@3/1 in Old.create
            Call api.put/0 in api.get
            Call send@5/0 in api.put
            Read app
            Write app.init
            Call <app>.other/0 in app.init
        "#]],
    );
}

#[test]
fn types_and_declarations() {
    check(
        "ts",
        r#"
interface Shape extends Base<Point> { area(): number; area(scale: Unit): number; name: Name; }
interface Shape { more?: Extra[] }
type Pair<A> = { left: A; right: Other } | null;
enum Color { Red = start(), Green }
namespace Geometry { export const origin: Point = zero(); export function dist(a: Point) {} }
declare module "ext" { export function ext(): Promise<Item>; }
export function over(x: A): B;
export function over(x: C): D;
export function over(x: any) { return x as E; }
"#,
        &expect![[r#"
            Interface Shape bases [Base@1<Point@1>] private
            Method Shape.area(scale: Unit@4) : _
            Field Shape.name : Name@1
            Interface Shape#1 private
            Field Shape.more : [~Extra@5]
            TypeAlias Pair = {left: ~A@7, right: ~Other@7} private
            Enum Color private
            Field Color.Red = start() static
            Field Color.Green static
            Namespace Geometry private
            Variable Geometry.origin : Point@9 = zero@9()
            Function Geometry.dist(a: Point@10)
            Namespace ext private
            Function ext.ext : Item@12
            Function over(x: _) returns [(x@15 | ~E@15)]
            scope 0 Module
              Color -> definition Color
              Geometry -> definition Geometry
              Pair -> definition Pair
              Shape -> definition Shape
              Shape -> definition Shape#1
              over -> definition over
            scope 2 Class of Shape in 1
              area -> definition Shape.area
              name -> definition Shape.name
            scope 4 Function of Shape.area in 1
              scale -> parameter 0 of Shape.area
            scope 6 Class of Shape#1 in 5
              more -> definition Shape.more
            scope 7 Block in 0
              A -> type 0 of <Pair>
            scope 8 Class of Color in 0
              Green -> definition Color.Green
              Red -> definition Color.Red
            scope 9 Block of Geometry in 0
              dist -> definition Geometry.dist
              origin -> definition Geometry.origin
            scope 10 Function of Geometry.dist in 9
              a -> parameter 0 of Geometry.dist
            scope 11 Block of ext in 0
              ext -> definition ext.ext
            scope 13 Function of over in 0
              x -> parameter 0 of over
            scope 14 Function of over in 0
              x -> parameter 0 of over
            scope 15 Function of over in 0
              x -> parameter 0 of over
            export over = over
            Inherit Base@1 in Shape
            Type Point@1 in Shape
            Type Unit@4 in Shape.area
            Type Name@1 in Shape initialises Shape.name
            Type Extra@5 in Shape#1 initialises Shape.more
            Type Other@7 in Pair
            Call start/0 in Color initialises Color.Red
            Type Point@9 in Geometry initialises Geometry.origin
            Call zero@9/0 in Geometry initialises Geometry.origin
            Type Point@10 in Geometry.dist
            Type Promise@12 in ext.ext
            Type Item@12 in ext.ext
            Type A@13 in over
            Type B@13 in over
            Type C@14 in over
            Type D@14 in over
            Type E@15 in over
        "#]],
    );
}

#[test]
fn decorators_and_nest_routes() {
    check(
        "ts",
        r#"
import { Controller, Get, UseGuards } from "@nestjs/common";
@Controller("cats")
export class Cats {
  constructor(@Inject(TOKEN) private svc: Service) {}
  @Get(":id") @UseGuards(Auth)
  find(@Param("id") id: string) { return this.svc.find(id); }
}
"#,
        &expect![[r#"
            Class Cats decorators [Controller("cats")]
            Method Cats.constructor(svc: Service@2)
            Field Cats.svc : Service@2 = svc@2 private
            Method Cats.find(id: _) decorators [Get(":id"), UseGuards(Auth)] returns [(<this Cats>.svc.find(id@3) | <this Cats>.svc[?])]
            scope 0 Module
              Cats -> definition Cats
              Controller -> import @nestjs/common:Controller
              Get -> import @nestjs/common:Get
              UseGuards -> import @nestjs/common:UseGuards
            scope 1 Class of Cats in 0
              constructor -> definition Cats.constructor
              find -> definition Cats.find
              svc -> definition Cats.svc
            scope 2 Function of Cats.constructor in 0
              svc -> parameter 0 of Cats.constructor
            scope 3 Function of Cats.find in 0
              id -> parameter 0 of Cats.find
            import @nestjs/common:Controller
            import @nestjs/common:Get
            import @nestjs/common:UseGuards
            export Cats = Cats
            member Cats.svc = svc@2 defines Cats.svc
            Decorate Controller in Cats
            Decorate Inject@2 in Cats.constructor
            Read TOKEN@2 in Cats.constructor
            Type Service@2 in Cats.constructor
            Decorate Get in Cats.find
            Decorate UseGuards in Cats.find
            Read Auth in Cats.find
            Decorate Param@3 in Cats.find
            Read <this Cats>.svc in Cats.find
            Call <this Cats>.svc.find/1 in Cats.find
            route GET /cats/:id (nestjs) handler <Cats.find> router <Cats> middleware [Auth]
        "#]],
    );
}
