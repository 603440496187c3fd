//! What PHP code resolves to.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn namespaces_uses_and_full_names() {
    check(
        r#"
//- /src/Model/User.php
<?php
namespace App\Model;
class User { public static function find(): self { return new self(); } public function save() {} }
function helper() {}
const LIMIT = 1;
//- /src/Run.php
<?php
namespace App;
use App\Model\User as Person;
use App\Model;
use function App\Model\helper;
use const App\Model\LIMIT;
function one() { Person::find()->save(); }
function two() { (new Model\User())->save(); \App\Model\helper(); }
function three() { helper(); return LIMIT; }
function four() { User::find(); strlen(''); }
"#,
        &expect![[r#"
            src/Model/User.php:User.find -calls exact- src/Model/User.php:User
            src/Model/User.php:User.find -mentions exact- src/Model/User.php:User
            src/Run.php:one -reads exact- src/Model/User.php:User
            src/Run.php:one -calls exact- src/Model/User.php:User.find
            src/Run.php:one -calls probable- src/Model/User.php:User.save
            src/Run.php:two -calls exact- src/Model/User.php:User
            src/Run.php:two -calls probable- src/Model/User.php:User.save
            src/Run.php:two -calls exact- src/Model/User.php:helper
            src/Run.php:three -calls exact- src/Model/User.php:helper
            src/Run.php:three -reads exact- src/Model/User.php:LIMIT
        "#]],
    );
}

#[test]
fn properties_and_methods_of_one_name_are_told_apart() {
    check(
        r#"
//- /a.php
<?php
class Db { public function run() {} }
class A {
    private Db $db;
    public function __construct(private Db $other) { $this->db = $other; }
    public function db(): Db { return $this->db; }
    public function go() { $this->db->run(); $this->db()->run(); $this->other->run(); }
}
"#,
        &expect![[r#"
            a.php:A -mentions exact- a.php:Db
            a.php:A.$db -writtenby exact- a.php:A.__construct
            a.php:A.__construct -mentions exact- a.php:Db
            a.php:A.db -mentions exact- a.php:Db
            a.php:A.db -reads exact- a.php:A.$db
            a.php:A.go -calls probable- a.php:Db.run
            a.php:A.go -reads exact- a.php:A.$db
            a.php:A.go -reads exact- a.php:A.$other
            a.php:A.go -calls exact- a.php:A.db
        "#]],
    );
}

#[test]
fn traits_parents_and_interfaces() {
    check(
        r#"
//- /base.php
<?php
interface Shape { public function area(); }
trait Logs { public function log() {} public function both() {} }
trait Traces { public function both() {} }
abstract class Base implements Shape { public function __construct() {} public function area() {} public static function make() { return new static(); } }
//- /a.php
<?php
class Circle extends Base {
    use Logs, Traces { Logs::both insteadof Traces; Traces::both as traced; }
    public function __construct() { parent::__construct(); $this->log(); $this->both(); $this->traced(); }
    public function area() { return parent::area(); }
}
function run(Shape $shape) { $shape->area(); Circle::make()->area(); }
"#,
        &expect![[r#"
            a.php:Circle -inherits exact- base.php:Logs
            a.php:Circle -inherits exact- base.php:Traces
            a.php:Circle -inherits exact- base.php:Base
            a.php:Circle.__construct -calls exact- base.php:Logs.log
            a.php:Circle.__construct -calls probable- base.php:Logs.both
            a.php:Circle.__construct -calls probable- base.php:Traces.both
            a.php:Circle.__construct -calls exact- base.php:Base.__construct
            a.php:Circle.area -calls exact- base.php:Base.area
            a.php:run -reads exact- a.php:Circle
            a.php:run -mentions exact- base.php:Shape
            a.php:run -calls probable- base.php:Shape.area
            a.php:run -calls probable- base.php:Base.area
            a.php:run -calls exact- base.php:Base.make
            base.php:Base -inherits exact- base.php:Shape
            base.php:Base.make -calls exact- base.php:Base
            base.php:Base.make -calls exact- base.php:Base.__construct
        "#]],
    );
}

#[test]
fn callables_are_followed() {
    check(
        r#"
//- /a.php
<?php
function task($x) {}
class Job {
    public static function all() {}
    public function __invoke() {}
    public function step() {}
    public function run() { array_map([$this, 'step'], []); usort($a, [self::class, 'all']); }
}
function go() {
    array_map('task', [1]);
    call_user_func('Job::all');
    $f = task(...);
    $f(1);
    $job = new Job();
    $job();
}
"#,
        &expect![[r#"
            a.php:Job.run -reads exact- a.php:Job.all
            a.php:Job.run -reads exact- a.php:Job.step
            a.php:go -calls probable- a.php:task
            a.php:go -reads exact- a.php:task
            a.php:go -calls exact- a.php:Job
            a.php:go -calls exact- a.php:Job.all
            a.php:go -reads exact- a.php:Job.all
            a.php:go -calls probable- a.php:Job.__invoke
        "#]],
    );
}

#[test]
fn comments_and_instanceof_give_types() {
    check(
        r#"
//- /a.php
<?php
namespace App;
class Db { /** @return Row[] */ public function rows() {} }
class Row { public function touch() {} }
/** @param Db $db */
function one($db) { foreach ($db->rows() as $row) { $row->touch(); } }
function two($x) { if ($x instanceof Row) { $x->touch(); } }
function three($c) { $c->get(Row::class)->touch(); }
function four() { /** @var Row $r */ $r = make(); $r->touch(); }
"#,
        &expect![[r#"
            a.php:one -calls probable- a.php:Db.rows
            a.php:one -calls probable- a.php:Row.touch
            a.php:two -mentions exact- a.php:Row
            a.php:two -calls probable- a.php:Row.touch
            a.php:three -reads exact- a.php:Row
            a.php:three -calls probable- a.php:Row.touch
            a.php:four -calls probable- a.php:Row.touch
        "#]],
    );
}

#[test]
fn included_files_and_what_they_give() {
    check(
        r#"
//- /config/app.php
<?php
return ['run' => 'x'];
//- /lib/tool.php
<?php
function tool() {}
//- /web/index.php
<?php
require_once __DIR__ . '/../lib/tool.php';
include ROOT . '/config/app.php';
require __DIR__ . '/missing.php';
tool();
"#,
        &expect![[r#"
            web/index.php -calls exact- lib/tool.php:tool
            web/index.php: MissingModule ./missing.php
        "#]],
    );
}

#[test]
fn packages_of_composer_lock_are_from_outside() {
    check(
        r#"
//- /composer.json
{"autoload": {"psr-4": {"App\\": "src/"}}}
//- /composer.lock
{"packages": [{"name": "monolog/monolog", "autoload": {"psr-4": {"Monolog\\": "src"}}}]}
//- /src/A.php
<?php
namespace App;
use Monolog\Logger;
class A { public function f(Logger $l) { $l->info(''); } }
//- /other/Logger.php
<?php
namespace Monolog;
class Logger { public function info($x) {} }
"#,
        &expect![[""]],
    );
}

#[test]
fn routes_reach_controllers_and_middleware() {
    check(
        r#"
//- /app/Http/Controllers/UserController.php
<?php
namespace App\Http\Controllers;
class UserController { public function show() {} public function index() {} }
//- /app/Guard.php
<?php
namespace App;
class Guard { public function handle() {} }
//- /routes/web.php
<?php
use App\Guard;
use App\Http\Controllers\UserController;
use Illuminate\Support\Facades\Route;
Route::middleware(Guard::class)->group(function () {
    Route::get('/users/{id}', [UserController::class, 'show']);
});
Route::get('/users', 'UserController@index');
"#,
        &expect![[r#"
            routes/web.php -reads exact- app/Guard.php:Guard
            routes/web.php -reads exact- app/Http/Controllers/UserController.php:UserController
            routes/web.php -reads exact- app/Http/Controllers/UserController.php:UserController.show
            routes/web.php:GET /users/{id} -calls exact- app/Guard.php:Guard.handle
            routes/web.php:GET /users/{id} -calls exact- app/Http/Controllers/UserController.php:UserController.show
            routes/web.php:GET /users -calls exact- app/Http/Controllers/UserController.php:UserController.index
        "#]],
    );
}

#[test]
fn tests_reach_their_set_up_and_data() {
    check(
        r#"
//- /tests/ATest.php
<?php
use PHPUnit\Framework\TestCase;
class ATest extends TestCase {
    protected function setUp(): void {}
    public static function data() {}
    /** @dataProvider data */
    public function testA() { $this->check(); }
    private function check() {}
}
"#,
        &expect![[r#"
            tests/ATest.php:ATest.testA -calls exact- tests/ATest.php:ATest.setUp
            tests/ATest.php:ATest.testA -calls exact- tests/ATest.php:ATest.data
            tests/ATest.php:ATest.testA -calls exact- tests/ATest.php:ATest.check
            tests/ATest.php:ATest::testA -tests exact- tests/ATest.php:ATest.testA
        "#]],
    );
}

#[test]
fn callables_may_be_named_by_texts_and_pairs() {
    check(
        r#"
//- /a.php
<?php
namespace App;
class Job {
    public function own() {}
    public static function all() {}
    public function pairs($xs) { usort($xs, ['App\\Job', 'all']); usort($xs, [__CLASS__, 'all']); }
    public function texts($xs) { usort($xs, "App\\Job::all"); usort($xs, 'self::all'); }
    public function joined() { add_filter('x', __NAMESPACE__ . '\\helper'); }
    public function closures() { $c = \Closure::fromCallable([$this, 'own']); $c(); }
    public function named() { $f = 'App\helper'; $f(); $c = 'App\Job'; new $c(); }
    public function handed() { register('x', 'App\Job::all'); }
}
function helper() {}
"#,
        &expect![[r#"
            a.php:Job.pairs -reads exact- a.php:Job.all
            a.php:Job.texts -reads exact- a.php:Job.all
            a.php:Job.joined -reads exact- a.php:helper
            a.php:Job.closures -calls probable- a.php:Job.own
            a.php:Job.closures -reads exact- a.php:Job.own
            a.php:Job.named -calls exact- a.php:Job
            a.php:Job.named -calls exact- a.php:helper
            a.php:Job.handed -reads exact- a.php:Job.all
        "#]],
    );
}

#[test]
fn a_leading_backslash_leads_to_the_global_namespace() {
    check(
        r#"
//- /helpers.php
<?php
function helper() {}
class Tool { public function run() {} }
//- /p.php
<?php
namespace P;
function helper() {}
class Tool {}
function own() { helper(); }
function other() { \helper(); \strlen("a"); (new \Tool())->run(); throw new \Exception(); }
"#,
        &expect![[r#"
            p.php:own -calls exact- p.php:helper
            p.php:other -calls exact- helpers.php:helper
            p.php:other -calls exact- helpers.php:Tool
            p.php:other -calls probable- helpers.php:Tool.run
        "#]],
    );
}

#[test]
fn containers_give_what_they_are_asked_for() {
    check(
        r#"
//- /app.php
<?php
namespace A;
class X { public function run() {} }
function one() { app(X::class)->run(); }
function two() { resolve(X::class)->run(); }
function three() { app()->make(X::class)->run(); }
function four($container) { $container->get(X::class)->run(); }
function five() { $x = \app(X::class); $x->run(); }
function six() { app()->makeWith(X::class, [])->run(); App::make('A\X')->run(); }
class P { public int $n { get => $this->calc(); set($v) { $this->keep($v); } } public function calc() { return 1; } public function keep($v) {} }
function seven(P $p) { return $p->n; }
"#,
        &expect![[r#"
            app.php:one -reads exact- app.php:X
            app.php:one -calls probable- app.php:X.run
            app.php:two -reads exact- app.php:X
            app.php:two -calls probable- app.php:X.run
            app.php:three -reads exact- app.php:X
            app.php:three -calls probable- app.php:X.run
            app.php:four -reads exact- app.php:X
            app.php:four -calls probable- app.php:X.run
            app.php:five -reads exact- app.php:X
            app.php:five -calls probable- app.php:X.run
            app.php:six -reads exact- app.php:X
            app.php:six -calls probable- app.php:X.run
            app.php:P.$n -calls exact- app.php:P.calc
            app.php:P.$n -calls exact- app.php:P.keep
            app.php:seven -mentions exact- app.php:P
            app.php:seven -reads probable- app.php:P.$n
        "#]],
    );
}

#[test]
fn global_names_that_nobody_defines_are_of_the_language() {
    let fixture = fixture(
        r#"
//- /a.php
<?php
namespace P;
class A extends \Exception implements \Countable {
    public function count(): int { return \strlen("a"); }
    public function other() { throw new \RuntimeException("x"); }
}
"#,
    );
    let graph = fixture.graph();
    assert!(graph.nodes().all(|(_, it)| it.key.kind != crate::NodeKind::Package));
    let reached = |it: &crate::Edge| graph.node(it.to).key.symbol.ends_with("other");
    let calls = graph.edges().filter(|it| it.kind == crate::EdgeKind::Calls);
    assert_eq!(calls.filter(|it| reached(it)).count(), 0);
}

#[test]
fn controllers_named_by_texts_below_the_namespaces_of_groups() {
    check(
        r#"
//- /app/Providers/RouteServiceProvider.php
<?php
namespace App\Providers;
use Illuminate\Support\Facades\Route;
use Illuminate\Foundation\Support\Providers\RouteServiceProvider as ServiceProvider;
class RouteServiceProvider extends ServiceProvider {
    protected $namespace = 'App\Http\Controllers';
    public function map() {
        Route::prefix('api')->middleware('api')->namespace($this->namespace)
            ->group(base_path('routes/api.php'));
    }
}
//- /app/Http/Controllers/TagController.php
<?php
namespace App\Http\Controllers;
class TagController { public function index() {} }
//- /app/Http/Controllers/Api/TagController.php
<?php
namespace App\Http\Controllers\Api;
class TagController { public function index() {} public function store() {} public function add() {} }
//- /app/Http/Controllers/Api/V1/OneController.php
<?php
namespace App\Http\Controllers\Api\V1;
class Guard { public function handle() {} }
class OneController { public function __construct() { $this->middleware(Guard::class); } public function index() {} public function __invoke() {} }
//- /app/Http/Controllers/Twice/TwoController.php
<?php
namespace App\Http\Controllers\Twice;
class TwoController { public function index() {} }
//- /twice/TwoController.php
<?php
namespace Twice;
class TwoController { public function index() {} }
//- /modules/Blog/PostController.php
<?php
namespace Blog;
class PostController { public function index() {} public function show() {} public function store() {} }
//- /routes/api.php
<?php
Route::get('outer', 'TagController@index');
Route::group(['namespace' => 'Api', 'prefix' => 'v', 'middleware' => ['auth']], function () {
    Route::get('tags', 'TagController@index');
    Route::post('tags', ['as' => 'tags.add', 'uses' => 'TagController@add']);
    Route::namespace('V1')->prefix('one')->group(function () {
        Route::get('', 'OneController@index');
        Route::get('run', 'OneController');
        Route::get('up', '\Blog\PostController@index');
    });
    Route::resource('kept', 'TagController', ['only' => ['index', 'store']]);
    Route::get('both', [TagController::class, 'index']);
});
Route::group(['namespace' => '\Blog'], function () {
    Route::apiResource('posts', 'PostController', ['except' => ['update', 'destroy']]);
});
Route::get('whole', 'Blog\PostController@index');
Route::get('twice', 'Twice\TwoController@index');
Route::get('computed', ['middleware' => 'auth', function () { return 1; }]);
Route::group(['namespace' => $computed], function () { Route::get('open', 'TagController@index'); });
"#,
        &expect![[r#"
            app/Http/Controllers/Api/V1/OneController.php:OneController.__construct -reads exact- app/Http/Controllers/Api/V1/OneController.php:Guard
            routes/api.php:GET /api/outer -calls exact- app/Http/Controllers/TagController.php:TagController.index
            routes/api.php:GET /api/v/tags -calls exact- app/Http/Controllers/Api/TagController.php:TagController.index
            routes/api.php:POST /api/v/tags -calls exact- app/Http/Controllers/Api/TagController.php:TagController.add
            routes/api.php:GET /api/v/one -calls exact- app/Http/Controllers/Api/V1/OneController.php:OneController.index
            routes/api.php:GET /api/v/one/run -calls exact- app/Http/Controllers/Api/V1/OneController.php:OneController.__invoke
            routes/api.php:GET /api/v/one/up -calls exact- modules/Blog/PostController.php:PostController.index
            routes/api.php:GET /api/v/kept -calls exact- app/Http/Controllers/Api/TagController.php:TagController.index
            routes/api.php:POST /api/v/kept -calls exact- app/Http/Controllers/Api/TagController.php:TagController.store
            routes/api.php:GET /api/posts -calls exact- modules/Blog/PostController.php:PostController.index
            routes/api.php:POST /api/posts -calls exact- modules/Blog/PostController.php:PostController.store
            routes/api.php:GET /api/posts/{post} -calls exact- modules/Blog/PostController.php:PostController.show
            routes/api.php:GET /api/whole -calls exact- modules/Blog/PostController.php:PostController.index
            routes/api.php:GET /api/twice -calls possible- app/Http/Controllers/Twice/TwoController.php:TwoController.index
            routes/api.php:GET /api/twice -calls possible- twice/TwoController.php:TwoController.index
            routes/api.php:GET /api/computed -calls exact- routes/api.php:GET /api/computed
            routes/api.php:GET /api/open -calls possible- app/Http/Controllers/TagController.php:TagController.index
        "#]],
    );
}
