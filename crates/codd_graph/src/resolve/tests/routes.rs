//! What routes depend on: their handlers, and all that their middleware comes from.

use expect_test::{Expect, expect};

use crate::testing::fixture;

fn check_all(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

/// The edges of routes.
fn check(text: &str, expected: &Expect) {
    let edges = fixture(text).edges();
    let lines =
        edges.lines().filter(|it| it.split(" -").next().is_some_and(|it| it.contains(" /")));
    expected.assert_eq(&lines.map(|it| format!("{it}\n")).collect::<String>());
}

#[test]
fn routes_depend_on_what_middleware_is_held_by_and_made_of() {
    check(
        r#"
//- /auth.js
import { expressjwt as jwt } from "express-jwt";
export function checkToken(req, res, next) { next(); }
const getToken = (req) => req.headers.authorization;
export const single = jwt({ secret: "x" });
export function requireRole(role) { return (req, res, next) => { checkToken(req, res, next); }; }
export const admin = requireRole("admin");
export const bag = { admin: requireRole("admin"), open: requireRole("none") };
export const guards = [single, checkToken];
const auth = { required: jwt({ getToken: getToken }), optional: jwt({}) };
export default auth;
//- /api.js
import { Router } from "express";
import { jwt } from "express-jwt";
import auth, { checkToken, single, requireRole, admin, bag, guards } from "./auth";
const router = Router();
router.get("/single", single, (req, res) => {});
router.get("/made", requireRole("x"), (req, res) => {});
router.get("/admin", admin, (req, res) => {});
router.get("/bag", bag.admin, (req, res) => {});
router.get("/required", auth.required, (req, res) => {});
router.get("/optional", auth.optional, (req, res) => {});
router.get("/spread", [...guards], (req, res) => {});
router.get("/spread2", ...guards, (req, res) => {});
function local(router) { const guard = requireRole("x"); router.get("/local", guard, (req, res) => {}); }
router.get("/inline", jwt({ getToken: checkToken }), (req, res) => {});
"#,
        &expect![[r#"
            api.js:GET /single -calls exact- api.js:GET /single
            api.js:GET /single -calls exact- auth.js:single
            api.js:GET /made -calls exact- api.js:GET /made
            api.js:GET /made -calls exact- auth.js:requireRole
            api.js:GET /admin -calls exact- api.js:GET /admin
            api.js:GET /admin -calls exact- auth.js:admin
            api.js:GET /bag -calls exact- api.js:GET /bag
            api.js:GET /bag -calls exact- auth.js:bag
            api.js:GET /bag -calls probable- auth.js:bag.admin
            api.js:GET /required -calls exact- api.js:GET /required
            api.js:GET /required -calls exact- auth.js:auth
            api.js:GET /required -calls probable- auth.js:auth.required
            api.js:GET /optional -calls exact- api.js:GET /optional
            api.js:GET /optional -calls exact- auth.js:auth
            api.js:GET /optional -calls probable- auth.js:auth.optional
            api.js:GET /spread -calls exact- api.js:GET /spread
            api.js:GET /spread -calls probable- auth.js:checkToken
            api.js:GET /spread -calls probable- auth.js:single
            api.js:GET /spread -calls exact- auth.js:guards
            api.js:GET /spread2 -calls exact- api.js:GET /spread2
            api.js:GET /spread2 -calls probable- auth.js:checkToken
            api.js:GET /spread2 -calls probable- auth.js:single
            api.js:GET /spread2 -calls exact- auth.js:guards
            api.js:GET /local -calls exact- api.js:local.GET /local
            api.js:GET /local -calls probable- auth.js:requireRole
            api.js:GET /inline -calls exact- api.js:GET /inline
            api.js:GET /inline -calls probable- auth.js:checkToken
        "#]],
    );
}

/// What the initialisers of the middleware's holders name.
#[test]
fn holders_of_middleware_depend_on_what_they_are_made_of() {
    check_all(
        r#"
//- /auth.js
import { expressjwt as jwt } from "express-jwt";
const getToken = (req) => req.headers.authorization;
const auth = { required: jwt({ getToken: getToken }), optional: jwt({}) };
export default { other: jwt({ getToken }) };
"#,
        &expect![[r#"
            auth.js -reads exact- auth.js:getToken
            auth.js:auth -reads exact- auth.js:getToken
            auth.js:auth.required -reads exact- auth.js:getToken
            auth.js:default -reads exact- auth.js:getToken
            auth.js:default.other -reads exact- auth.js:getToken
        "#]],
    );
}

#[test]
fn dependencies_and_hooks_are_followed_through_variables_and_factories() {
    check_all(
        r#"
//- /auth.py
from fastapi import Depends
def check(token): pass
dep = Depends(check)
DEPS = [Depends(check)]
//- /api.py
from fastapi import APIRouter
from auth import dep, DEPS
router = APIRouter()
@router.get("/one", dependencies=[dep])
def one(): pass
@router.get("/all", dependencies=DEPS)
def all_(): pass
"#,
        &expect![[r#"
            api.py:one -reads exact- api.py:router
            api.py:one -mentions exact- auth.py:dep
            api.py:all_ -reads exact- api.py:router
            api.py:all_ -mentions exact- auth.py:DEPS
            api.py:GET /one -calls exact- api.py:one
            api.py:GET /one -calls exact- auth.py:dep
            api.py:GET /all -calls exact- api.py:all_
            api.py:GET /all -calls exact- auth.py:DEPS
            auth.py -reads exact- auth.py:check
            auth.py:dep -reads exact- auth.py:check
            auth.py:DEPS -reads exact- auth.py:check
        "#]],
    );
}

#[test]
fn groups_of_slim_in_one_another_and_controllers_named_by_a_text() {
    check(
        r#"
//- /public/index.php
<?php
use Slim\Factory\AppFactory;
$app = AppFactory::create();
$app->group('/api', function ($group) {
    $group->get('/x', \App\X::class);
    $group->group('/v1', function (RouteCollectorProxy $g) { $g->get('/z', \App\X::class . ':y'); });
});
//- /routes/web.php
<?php
use Illuminate\Support\Facades\Route;
Route::apiResource('photos', 'App\Http\Controllers\PhotoController')->only(['index']);
Route::resource('notes', 'NoteController')->only(['index']);
//- /app/Http/Controllers/PhotoController.php
<?php
namespace App\Http\Controllers;
class PhotoController { public function index() {} }
class NoteController { public function index() {} }
//- /src/X.php
<?php
namespace App;
class X { public function __invoke() {} public function y() {} }
"#,
        &expect![[r#"
            public/index.php:GET /api/x -calls exact- src/X.php:X.__invoke
            public/index.php:GET /api/v1/z -calls exact- src/X.php:X.y
            routes/web.php:GET /photos -calls exact- app/Http/Controllers/PhotoController.php:PhotoController.index
            routes/web.php:GET /notes -calls exact- app/Http/Controllers/PhotoController.php:NoteController.index
        "#]],
    );
}
