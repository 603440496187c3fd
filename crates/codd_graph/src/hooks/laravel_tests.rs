//! Middleware of Laravel by the names that a project gives it.

use expect_test::expect;

use super::tests::check;

const GUARDS: &str = r#"
//- /app/Http/Middleware/Admin.php
<?php
namespace App\Http\Middleware;
class Admin { public function handle($request, $next) { return $next($request); } }
//- /app/Http/Middleware/Role.php
<?php
namespace App\Http\Middleware;
class Role { public function handle($request, $next, $role) { return $next($request); } }
//- /app/Http/Controllers/C.php
<?php
namespace App\Http\Controllers;
class C { public function a() {} }
class PController extends C {
    public function __construct() {
        $this->middleware('admin')->only('shut');
        $this->middleware(['role:editor'])->except(['open']);
        $this->middleware('unknown');
    }
    public function open() {}
    public function shut() {}
}
"#;

const ROUTES: &str = r#"
//- /routes/api.php
<?php
use Illuminate\Support\Facades\Route;
use App\Http\Controllers\{C, PController};
Route::get('/plain', [C::class, 'a']);
Route::middleware('admin')->group(function () {
    Route::get('/in', [C::class, 'a']);
    Route::get('/out', [C::class, 'a'])->withoutMiddleware('admin');
    Route::get('/class', [C::class, 'a'])->withoutMiddleware([\App\Http\Middleware\Admin::class]);
    Route::get('/other', [C::class, 'a'])->withoutMiddleware('nobody');
    Route::get('/auth', [C::class, 'a'])->withoutMiddleware('auth');
});
Route::get('/role', [C::class, 'a'])->middleware(['auth:sanctum', 'role:admin,editor']);
Route::get('/said', [C::class, 'a'])->middleware(\App\Http\Middleware\Role::class . ':admin');
Route::group(['middleware' => ['staff'], 'prefix' => 'staff'], function () {
    Route::get('/group', [C::class, 'a']);
});
Route::get('/nobody', [C::class, 'a'])->middleware('nobody');
Route::get('/open', [PController::class, 'open']);
Route::get('/shut', [PController::class, 'shut']);
"#;

#[test]
fn names_of_the_kernel_are_what_runs() {
    check(
        &format!(
            "{GUARDS}{ROUTES}{}",
            r#"
//- /app/Http/Kernel.php
<?php
namespace App\Http;
use Illuminate\Foundation\Http\Kernel as HttpKernel;
class Kernel extends HttpKernel {
    protected $middlewareGroups = [
        'staff' => ['throttle:api', 'admin', Middleware\Role::class],
        'api' => [\App\Http\Middleware\Role::class],
    ];
    protected $middlewareAliases = [
        'admin' => \App\Http\Middleware\Admin::class,
        'role' => Middleware\Role::class,
        'auth' => \Illuminate\Auth\Middleware\Authenticate::class,
    ];
}
"#
        ),
        &expect![[r#"
            GET /api/auth -calls exact- app/Http/Controllers/C.php:C.a -calls exact- app/Http/Kernel.php:Kernel.admin -calls possible- app/Http/Kernel.php:Kernel.api -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/class -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Kernel.php:Kernel.admin -calls possible- app/Http/Kernel.php:Kernel.api -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/in -calls exact- app/Http/Controllers/C.php:C.a -calls exact- app/Http/Kernel.php:Kernel.admin -calls possible- app/Http/Kernel.php:Kernel.api -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/nobody -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Kernel.php:Kernel.api -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/open -calls exact- app/Http/Controllers/C.php:PController.open -calls possible- app/Http/Kernel.php:Kernel.api -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/other -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Kernel.php:Kernel.admin -calls possible- app/Http/Kernel.php:Kernel.api -calls possible- app/Http/Middleware/Admin.php:Admin.handle -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/out -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Kernel.php:Kernel.api -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/plain -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Kernel.php:Kernel.api -calls possible- app/Http/Middleware/Role.php:Role.handle
            GET /api/role -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Kernel.php:Kernel.api -calls exact- app/Http/Kernel.php:Kernel.auth -calls exact- app/Http/Kernel.php:Kernel.role -calls probable- app/Http/Middleware/Role.php:Role.handle
            GET /api/said -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Kernel.php:Kernel.api -calls exact- app/Http/Middleware/Role.php:Role.handle
            GET /api/shut -calls exact- app/Http/Controllers/C.php:PController.shut -calls exact- app/Http/Kernel.php:Kernel.admin -calls possible- app/Http/Kernel.php:Kernel.api -calls exact- app/Http/Kernel.php:Kernel.role -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls probable- app/Http/Middleware/Role.php:Role.handle
            GET /api/staff/group -calls exact- app/Http/Controllers/C.php:C.a -calls probable- app/Http/Kernel.php:Kernel.admin -calls possible- app/Http/Kernel.php:Kernel.api -calls exact- app/Http/Kernel.php:Kernel.staff -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls probable- app/Http/Middleware/Role.php:Role.handle
        "#]],
    );
}

#[test]
fn names_of_the_application_are_what_runs() {
    check(
        &format!(
            "{GUARDS}{ROUTES}{}",
            r#"
//- /bootstrap/app.php
<?php
use App\Http\Middleware\{Admin, Role};
return Application::configure(basePath: dirname(__DIR__))
    ->withMiddleware(function (Middleware $middleware) {
        $middleware->alias(['admin' => Admin::class]);
        if (env('X')) { $middleware->alias(['role' => Role::class]); }
        $middleware->group('staff', [Role::class]);
        $middleware->appendToGroup('staff', 'admin');
    })->create();
"#
        ),
        &expect![[r#"
            GET /api/auth -calls exact- app/Http/Controllers/C.php:C.a -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls exact- bootstrap/app.php:admin
            GET /api/class -calls exact- app/Http/Controllers/C.php:C.a -calls possible- bootstrap/app.php:admin
            GET /api/in -calls exact- app/Http/Controllers/C.php:C.a -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls exact- bootstrap/app.php:admin
            GET /api/nobody -calls exact- app/Http/Controllers/C.php:C.a
            GET /api/open -calls exact- app/Http/Controllers/C.php:PController.open
            GET /api/other -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Middleware/Admin.php:Admin.handle -calls possible- bootstrap/app.php:admin
            GET /api/out -calls exact- app/Http/Controllers/C.php:C.a
            GET /api/plain -calls exact- app/Http/Controllers/C.php:C.a
            GET /api/role -calls exact- app/Http/Controllers/C.php:C.a -calls possible- app/Http/Middleware/Role.php:Role.handle -calls exact- bootstrap/app.php:role
            GET /api/said -calls exact- app/Http/Controllers/C.php:C.a -calls exact- app/Http/Middleware/Role.php:Role.handle
            GET /api/shut -calls exact- app/Http/Controllers/C.php:PController.shut -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls possible- app/Http/Middleware/Role.php:Role.handle -calls exact- bootstrap/app.php:admin -calls exact- bootstrap/app.php:role
            GET /api/staff/group -calls exact- app/Http/Controllers/C.php:C.a -calls probable- app/Http/Middleware/Admin.php:Admin.handle -calls probable- app/Http/Middleware/Role.php:Role.handle -calls probable- bootstrap/app.php:admin -calls exact- bootstrap/app.php:staff
        "#]],
    );
}

#[test]
fn controllers_that_groups_put_into_namespaces_have_their_own_middleware() {
    check(
        r#"
//- /app/Http/Middleware/Admin.php
<?php
namespace App\Http\Middleware;
class Admin { public function handle($request, $next) { return $next($request); } }
//- /app/Http/Controllers/Api/PostController.php
<?php
namespace App\Http\Controllers\Api;
use App\Http\Middleware\Admin;
class PostController {
    public function __construct() { $this->middleware(Admin::class)->only(['store']); }
    public function index() {}
    public function store() {}
}
//- /routes/api.php
<?php
Route::group(['namespace' => 'Api'], function () {
    Route::get('list', 'PostController@index');
    Route::resource('posts', 'PostController', ['only' => ['index', 'store']]);
});
"#,
        &expect![[r#"
            GET /api/list -calls exact- app/Http/Controllers/Api/PostController.php:PostController.index
            GET /api/posts -calls exact- app/Http/Controllers/Api/PostController.php:PostController.index
            POST /api/posts -calls exact- app/Http/Controllers/Api/PostController.php:PostController.store -calls exact- app/Http/Middleware/Admin.php:Admin.handle
        "#]],
    );
}
