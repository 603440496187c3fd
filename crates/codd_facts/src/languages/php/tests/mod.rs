//! Facts of small files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts_at(path: &str, text: &str) -> FileFacts {
    let path = RepoPath::from(path);
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&render(&facts_at("src/a.php", text)));
}

fn check_only(path: &str, starts: &[&str], text: &str, expected: &Expect) {
    expected.assert_eq(&render_only(&facts_at(path, text), starts));
}

#[test]
fn declarations_with_types_and_flags() {
    check(
        r#"<?php
namespace App\Model;
use Lib\{Base, Tool as T};
const LIMIT = 10;
/** Finds users. */
function find(?Base $b, int|T $t = null, ...$rest): static {}
abstract class User extends Base implements \Countable {
    use Logs;
    const KIND = 'u';
    private static T $tool;
    public function __construct(private readonly T $t) {}
    abstract protected function save(): void;
    private static function made(): self { return new static; }
}
enum Suit: string { case Hearts = 'h'; }
"#,
        &expect![[r#"
            Variable LIMIT = _
            Function find($b: Base, $t: T = _, *$rest) : ?
            Class User bases [Logs, Base, <import :Countable>] abstract
            Field User.KIND = "u" static
            Field User.$tool : T static private
            Method User.__construct($t: T)
            Field User.$t : T = $t@3 private
            Method User.save abstract
            Method User.made : <User> returns [<User>()] static private
            Enum Suit
            Field Suit.Hearts = "h" static
            scope 0 Module
              Base -> import Lib:Base
              LIMIT -> definition LIMIT
              Suit -> definition Suit
              T -> import Lib:Tool
              User -> definition User
              find -> definition find
            scope 1 Function of find in 0
              $b -> parameter 0 of find
              $rest -> parameter 2 of find
              $t -> parameter 1 of find
            scope 2 Class of User in 0
              $t -> definition User.$t
              $tool -> definition User.$tool
              KIND -> definition User.KIND
              __construct -> definition User.__construct
              made -> definition User.made
              save -> definition User.save
            scope 3 Function of User.__construct in 2
              $t -> parameter 0 of User.__construct
            scope 6 Class of Suit in 0
              Hearts -> definition Suit.Hearts
            import Lib:Base
            import Lib:Tool
            import :Countable in User
            offer LIMIT in App.Model
            offer find in App.Model
            offer User in App.Model
            offer Suit in App.Model
            opened ["App.Model", ""]
            Type Base in find
            Type T in find
            Inherit Base in User
            Inherit <import :Countable> in User
            Inherit Logs in User
            Type T in User
            Type T in User.__construct
            Type <User> in User.made
            Call <User>/0 in User.made
        "#]],
    );
}

#[test]
fn tests_of_phpunit_and_pest() {
    check_only(
        "tests/ATest.php",
        &["test", "Callback"],
        r#"<?php
class ATest extends TestCase {
    public function testA() {}
    #[Test] public function works() {}
    /** @test */
    public function also() {}
    private function helper() {}
}
describe('sum', function () {
    it('adds', function () {})->with([1]);
});
test('alone', fn () => 1);
"#,
        &expect![[r#"
            Callback sum > it adds
            Callback alone returns [_]
            test ATest::testA (phpunit) ATest.testA
            test ATest::works (phpunit) ATest.works
            test ATest::also (phpunit) ATest.also
            test sum > it adds (pest) sum > it adds
            test alone (pest) alone
        "#]],
    );
}

#[test]
fn routes_with_groups_and_resources() {
    check_only(
        "routes/api.php",
        &["route", "hook", "Callback"],
        r#"<?php
use Illuminate\Support\Facades\Route;
Route::get('/ping', function () {})->name('ping');
Route::prefix('admin')->middleware(Guard::class)->group(function () {
    Route::match(['get', 'post'], 'users/{id}', [UserController::class, 'show']);
    Route::controller(OrderController::class)->group(fn () => Route::post('orders', 'store'));
});
Route::apiResource('photos', PhotoController::class)->only(['index', 'show']);
Route::get('old', 'OldController@index');
"#,
        &expect![[r#"
            Callback GET /api/ping
            route GET /api/ping (laravel) handler <GET /api/ping> middleware [(<import <middleware of laravel>:<api>> | ?)]
            route GET /api/admin/users/{id} (laravel) handler UserController.show router UserController middleware [(<import <middleware of laravel>:<api>> | ?), Guard.handle]
            route POST /api/admin/users/{id} (laravel) handler UserController.show router UserController middleware [(<import <middleware of laravel>:<api>> | ?), Guard.handle]
            route POST /api/admin/orders (laravel) handler OrderController.store router OrderController middleware [(<import <middleware of laravel>:<api>> | ?), Guard.handle]
            route GET /api/photos (laravel) handler PhotoController.index router PhotoController middleware [(<import <middleware of laravel>:<api>> | ?)]
            route GET /api/photos/{photo} (laravel) handler PhotoController.show router PhotoController middleware [(<import <middleware of laravel>:<api>> | ?)]
            route GET /api/old (laravel) handler <import App.Http.Controllers:OldController>.index router <import App.Http.Controllers:OldController> middleware [(<import <middleware of laravel>:<api>> | ?)]
        "#]],
    );
    check_only(
        "src/C.php",
        &["route"],
        r#"<?php
#[Route('/blog')]
class BlogController {
    #[Route('/{id}', name: 'show', methods: ['GET', 'HEAD'])]
    public function show() {}
    /** @Route("/list", methods={"POST"}) */
    public function list() {}
}
"#,
        &expect![[r#"
            route GET /blog/{id} (symfony) handler <BlogController.show>
            route HEAD /blog/{id} (symfony) handler <BlogController.show>
            route POST /blog/list (symfony) handler <BlogController.list>
        "#]],
    );
    check_only(
        "public/index.php",
        &["route", "hook", "Callback"],
        r#"<?php
use Slim\Factory\AppFactory;
$app = AppFactory::create();
$app->add(new Log());
$app->group('/v1', function ($group) {
    $group->get('/a', A::class . ':run');
    $group->map(['PUT'], '/b', [B::class, 'run'])->add(Guard::class);
})->add(Outer::class);
"#,
        &expect![[r#"
            route GET /v1/a (slim) handler A.run router $app middleware [(Outer.process | Outer.__invoke)]
            route PUT /v1/b (slim) handler B.run router $app middleware [(Outer.process | Outer.__invoke), (Guard.process | Guard.__invoke)]
            hook (Log().process | Log().__invoke) on $app
        "#]],
    );
}

/// Source with most constructs: what mutations start from.
const EVERYTHING: &str = r#"<?php
namespace A\B; use C\{D, E as F}; use function G\h; use const I\J;
#[Attr(1)] abstract class K extends D implements L, M { use T, U { T::a insteadof U; U::a as protected b; }
 const X = self::Y . 'z'; public ?F $p = null; private static array $q = [1, 'k' => 2];
 public function __construct(private readonly F|D $r = new D(), int ...$s) { parent::__construct(...$s); }
 public function m(): static { foreach ($this->p as $k => [$a, 'b' => $b]) { yield $k => $this->{$a}($b); } return $this?->p->q()[0]::z(); } }
enum S: string { case H = 'h'; } interface L2 extends L { public function f(): void; }
function g(callable $f = null) { static $c = 0; global $d; try { $f(fn($x) => $x + 1); } catch (P | Q $e) { throw $e; } finally { unset($d); } }
$o = new class(1) extends K { }; $w = match(true) { $o instanceof K => g(...), default => [K::class, 'm'] };
require_once __DIR__ . '/x.php'; echo "a {$o->p} $w[0]", <<<T
 b $o
T; if ($a): ?> <b><?= $x ?></b> <?php endif;
Route::prefix('x')->group(function () use ($o) { Route::get('y', [K::class, 'm'])->middleware(M::class); });
"#;

/// On a thread with less than the stack that workers have.
fn extract_on_small_stack(text: String) -> FileFacts {
    let worker = std::thread::Builder::new().stack_size(3 << 19);
    worker.spawn(move || facts_at("a.php", &text)).unwrap().join().unwrap()
}

#[test]
fn deep_nesting_is_cut_and_counted() {
    let deep = 20_000;
    for (open, close) in
        [("[", "]"), ("(", ")"), ("f(", ")"), ("!", ""), ("$x->", ""), ("new A(", ")")]
    {
        let text = format!("<?php $v = {}1{};", open.repeat(deep), close.repeat(deep));
        let facts = extract_on_small_stack(text);
        let is_counted = facts.not_modelled.iter().any(|(what, _)| what == "deep nesting");
        assert!(is_counted || facts.errors.count > 0, "{open}");
    }
    for text in [
        format!("<?php $v = {}1;", "$a . ".repeat(deep)),
        format!("<?php $v = $a{};", "->b()".repeat(deep)),
        format!("<?php Route::a(){};", "->get('/b', 1)".repeat(2000)),
        "<?php if ($a) {} else ".to_owned() + &"if ($a) {} else ".repeat(deep) + "{}",
        "<?php ".to_owned() + &"function f() { ".repeat(deep) + &"}".repeat(deep),
        "<?php ".to_owned() + &"class A { function m() { ".repeat(5000) + &"} }".repeat(5000),
        "<?php $a[0]".to_owned() + &"[0]".repeat(deep) + " = 1;",
        "<?php [".to_owned() + &"[".repeat(deep) + "$a" + &"]".repeat(deep) + "] = $b;",
    ] {
        extract_on_small_stack(text);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn broken_text_never_panics(
        cuts in proptest::collection::vec((0..1700usize, 0..60usize, "[\\PC]{0,3}|[(){}<>\\[\\];,=.'`\"@#?:$\\\\]{0,4}"), 1..6)
    ) {
        let mut text: Vec<char> = EVERYTHING.chars().collect();
        for (at, length, insertion) in cuts {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, insertion.chars());
        }
        let text: String = text.into_iter().collect();
        let facts = facts_at("a.php", &text);
        let semantics = &facts.semantics;
        assert_eq!(semantics.definitions.len(), facts.places.definitions.len());
        assert_eq!(semantics.references.len(), facts.places.references.len());
        assert_eq!(semantics.imports.len(), facts.places.imports.len());
    }
}

#[test]
fn which_actions_a_resource_has() {
    check_only(
        "src/routes/web.php",
        &["route"],
        r#"<?php
Route::resource('a', 'AController', ['only' => ['index', 'show']]);
Route::resource('b', 'BController', ['except' => ['create', 'edit', 'update', 'destroy', 'index']]);
Route::resource('c', 'CController')->only('index', 'store');
Route::apiResource('d', 'DController', ['only' => 'index']);
Route::apiResources(['e' => 'EController', 'f' => 'FController'], ['only' => ['destroy']]);
Route::resource('g', 'GController')->only($some);
Route::apiResource('h', 'HController')->except(['index', $other]);
"#,
        &expect![[r#"
            route GET /a (laravel) handler <import App.Http.Controllers:AController>.index router <import App.Http.Controllers:AController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /a/{a} (laravel) handler <import App.Http.Controllers:AController>.show router <import App.Http.Controllers:AController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route POST /b (laravel) handler <import App.Http.Controllers:BController>.store router <import App.Http.Controllers:BController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /b/{b} (laravel) handler <import App.Http.Controllers:BController>.show router <import App.Http.Controllers:BController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /c (laravel) handler <import App.Http.Controllers:CController>.index router <import App.Http.Controllers:CController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route POST /c (laravel) handler <import App.Http.Controllers:CController>.store router <import App.Http.Controllers:CController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /d (laravel) handler <import App.Http.Controllers:DController>.index router <import App.Http.Controllers:DController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route DELETE /e/{e} (laravel) handler <import App.Http.Controllers:EController>.destroy router <import App.Http.Controllers:EController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route DELETE /f/{f} (laravel) handler <import App.Http.Controllers:FController>.destroy router <import App.Http.Controllers:FController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /g (laravel) handler <import App.Http.Controllers:GController>.index router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /g/create (laravel) handler <import App.Http.Controllers:GController>.create router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route POST /g (laravel) handler <import App.Http.Controllers:GController>.store router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /g/{g} (laravel) handler <import App.Http.Controllers:GController>.show router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /g/{g}/edit (laravel) handler <import App.Http.Controllers:GController>.edit router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route PUT /g/{g} (laravel) handler <import App.Http.Controllers:GController>.update router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route PATCH /g/{g} (laravel) handler <import App.Http.Controllers:GController>.update router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route DELETE /g/{g} (laravel) handler <import App.Http.Controllers:GController>.destroy router <import App.Http.Controllers:GController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /h (laravel) handler <import App.Http.Controllers:HController>.index router <import App.Http.Controllers:HController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route POST /h (laravel) handler <import App.Http.Controllers:HController>.store router <import App.Http.Controllers:HController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route GET /h/{h} (laravel) handler <import App.Http.Controllers:HController>.show router <import App.Http.Controllers:HController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route PUT /h/{h} (laravel) handler <import App.Http.Controllers:HController>.update router <import App.Http.Controllers:HController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route PATCH /h/{h} (laravel) handler <import App.Http.Controllers:HController>.update router <import App.Http.Controllers:HController> middleware [(<import <middleware of laravel>:<web>> | ?)]
            route DELETE /h/{h} (laravel) handler <import App.Http.Controllers:HController>.destroy router <import App.Http.Controllers:HController> middleware [(<import <middleware of laravel>:<web>> | ?)]
        "#]],
    );
}
