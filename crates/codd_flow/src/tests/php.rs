//! PHP: what the request gives, functions and classes across files, tests, frameworks.

use expect_test::expect;

use crate::testing::{check, flows};

/// Flows in a page of these lines.
fn in_page(body: &str) -> String {
    flows(&format!("//- /a.php\n<?php\n{body}\n"))
}

#[test]
fn what_a_request_gives_gets_to_sinks() {
    check(
        r#"
//- /a.php
<?php
$id = $_GET['id'];
$db = new mysqli('h', 'u', 'p', 'd');
$rows = $db->query("SELECT * FROM t WHERE id = $id");
mysqli_query($link, 'SELECT 1 FROM t WHERE a = ' . $_POST['a']);
echo "<p>{$_REQUEST['name']}</p>";
system("ping " . $_COOKIE['host']);
include $_GET['page'] . '.php';
unserialize(base64_decode($_COOKIE['c']));
header("Location: " . $_GET['next']);
`ls $id`;
$n = strlen(file_get_contents('php://input'));
eval(file_get_contents('php://input'));
die("no $id");
"#,
        expect![[r#"
            code-injection a.php:13 the request body: 13 13
            command-injection a.php:7 a cookie: 7 7 7
            command-injection a.php:11 the query string: 2 2 11
            deserialization a.php:9 a cookie: 9 9
            open-redirect a.php:10 the query string: 10 10
            path-traversal a.php:8 the query string: 8 8 8
            sql-injection a.php:4 the query string: 2 2 4 4
            sql-injection a.php:5 the form: 5 5 5
            xss a.php:6 the request: 6 6 6
            xss a.php:14 the query string: 2 2 14 14
        "#]],
    );
}

#[test]
fn what_is_no_danger_is_found_in_no_sink() {
    let page = r#"
$id = (int) $_GET['id'];
$db->query("SELECT * FROM t WHERE id = $id");
$s = $db->prepare('SELECT * FROM t WHERE id = ?');
$s->execute([$_GET['id']]);
echo htmlspecialchars($_GET['a']), intval($_GET['b']), $_SERVER['REMOTE_ADDR'];
header('Location: /users/' . $_GET['id']);
if (in_array($_GET['sort'], ['a', 'b'], true)) { $db->query("SELECT 1 ORDER BY {$_GET['sort']}"); }
$name = $_GET['name'];
if (!preg_match('/^[a-z0-9]+$/D', $name)) { exit; }
$db->query("SELECT '$name'");
$n = $_GET['n'];
if (!ctype_digit($n)) { die('no'); }
$db->query("SELECT $n");
system('ls ' . escapeshellarg($_GET['d']));
readfile('/x/' . basename($_GET['f']));
move_uploaded_file($_FILES['f']['tmp_name'], '/x/y');
file_get_contents($_FILES['f']['tmp_name']);
$ids = array_map('intval', $_POST['ids']);
$db->query('SELECT * FROM t WHERE id IN (' . implode(',', $ids) . ')');
$rows = $db->query('SELECT * FROM t');
echo $rows->fetch_assoc()['name'];
"#;
    assert_eq!(in_page(page), "");
}

#[test]
fn tests_that_say_little_leave_it_a_danger() {
    for body in [
        // Anything may stand around it, or on another line.
        "$x = $_GET['x']; if (preg_match('/[a-z]+/', $x)) { mysql_query(\"SELECT '$x'\"); }",
        "$x = $_GET['x']; if (preg_match('/^[a-z]+$/m', $x)) { mysql_query(\"SELECT '$x'\"); }",
        "$x = $_GET['x']; if (preg_match('/^[a-z]+|x$/D', $x)) { mysql_query(\"SELECT '$x'\"); }",
        "$x = $_GET['x']; if (preg_match('/^[[:print:]]+$/D', $x)) { mysql_query(\"SELECT $x\"); }",
        "$x = $_GET['x']; if (preg_match('/^[a-z]+$/D', $x) === false) { exit; } mysql_query($x);",
        "$x = $_GET['x']; if (in_array($x, [1, 2])) { mysql_query(\"SELECT $x\"); }",
        "$x = $_GET['x']; if (isset($x)) { mysql_query(\"SELECT '$x'\"); }",
        "$x = $_GET['x']; if (!is_numeric($x)) { echo 'no'; } mysql_query(\"SELECT $x\");",
        "$x = $_GET['x']; if (in_array($x, $_GET['all'])) { mysql_query(\"SELECT $x\"); }",
        "$x = strip_tags($_GET['x']); mysql_query(\"SELECT $x\");",
        "foreach ($_POST as $key => $value) { mysql_query(\"SELECT $key\"); }",
        "foreach ($_POST as $value) { mysql_query(\"SELECT $value\"); }",
        "[$a, $b] = explode(',', $_GET['x']); mysql_query(\"SELECT $b\");",
        "$q = 'SELECT '; $q .= $_GET['x']; mysql_query($q);",
        "$a['k'] = $_GET['x']; mysql_query(\"SELECT {$a['k']}\");",
        "$a[] = $_GET['x']; mysql_query('SELECT ' . implode(',', $a));",
        "$f = fn($x) => mysql_query(\"SELECT $x\"); $f($_GET['x']);",
        "$y = $_GET['x']; $f = function () use ($y) { mysql_query(\"SELECT $y\"); }; $f();",
        "$x = match ($_GET['t']) { 'a' => 'b', default => $_GET['x'] }; mysql_query($x);",
        "$x = $_GET['x'] ?? 'a'; mysql_query($x);",
        "mysql_query(sprintf('SELECT %s', $_GET['x']));",
        "preg_match_all($p, $_GET['x'], $m); mysql_query(\"SELECT {$m[0]}\");",
        "$a = array_map('trim', $_POST['x']); mysql_query('SELECT ' . implode(',', $a));",
        "call_user_func('mysql_query', $_GET['x']);",
        "mysql_query(<<<SQL\nSELECT {$_GET['x']}\nSQL);",
        "try { $x = $_GET['x']; } finally { mysql_query($x); }",
        "switch (1) { default: $x = $_GET['x']; } mysql_query($x);",
        "function g() { global $q; mysql_query($q); } $q = $_GET['x']; g();",
    ] {
        assert!(in_page(body).contains("sql-injection"), "{body}");
    }
}

#[test]
fn what_is_escaped_is_no_danger_within_quotes_alone() {
    const ESCAPED: &str = "$x = mysqli_real_escape_string($db, $_GET['x']);";
    for within in [
        "mysqli_query($db, \"SELECT * FROM t WHERE a = '$x'\");",
        "mysqli_query($db, 'SELECT * FROM t WHERE a LIKE \\'%' . $x . '%\\'');",
        "$part = \"'$x'\"; mysqli_query($db, \"SELECT * FROM t WHERE a = $part\");",
        "mysqli_query($db, sprintf(\"SELECT * FROM t WHERE a = '%s' AND b = '%s'\", $x, $x));",
    ] {
        assert_eq!(in_page(&format!("{ESCAPED} {within}")), "", "{within}");
    }
    for outside in [
        "mysqli_query($db, \"SELECT * FROM t WHERE a = $x\");",
        "mysqli_query($db, \"SELECT * FROM t WHERE a = 'b' AND c = $x\");",
        "mysqli_query($db, sprintf(\"SELECT * FROM t WHERE a = '%s' AND b = %s\", $x, $x));",
        "$y = $x . $_GET['y']; mysqli_query($db, \"SELECT * FROM t WHERE a = '$y'\");",
    ] {
        let found = in_page(&format!("{ESCAPED} {outside}"));
        assert!(found.contains("sql-injection"), "{outside}");
    }
}

#[test]
fn functions_and_classes_are_followed_across_files() {
    check(
        r#"
//- /src/Db.php
<?php
namespace App\Data;
trait Logs { protected function run(string $sql) { return mysql_query($sql); } }
interface Store { public function find(string $name); }
class Db implements Store {
    use Logs;
    public function __construct(private string $table) {}
    public function find(string $name) { return $this->run("SELECT * FROM t WHERE n = '$name'"); }
    public static function count($of) { return self::total($of); }
    private static function total($of) { return mysql_query("SELECT COUNT(*) FROM $of"); }
    public function all() { return mysql_query("SELECT * FROM " . $this->table); }
}
//- /src/functions.php
<?php
namespace App;
function wanted() { return $_GET['name']; }
//- /index.php
<?php
use App\Data\{Db, Store};
use function App\wanted;
$db = new Db('t');
$db->find(wanted());
Db::count($_POST['t']);
(new Db($_GET['t']))->all();
function ask(Store $store) { $store->find($_COOKIE['n']); }
"#,
        expect![[r#"
            sql-injection src/Db.php:3 a cookie: index.php:8 index.php:8 8 8 3 and 1 more
            sql-injection src/Db.php:10 the form: index.php:6 index.php:6 9 10 10
            sql-injection src/Db.php:11 the query string: index.php:7 index.php:7 index.php:7 11 11
        "#]],
    );
}

#[test]
fn included_files_share_variables_with_those_that_include_them() {
    check(
        r#"
//- /index.php
<?php
$name = $_GET['name'];
$html = '';
include 'view.php';
include 'more.php';
echo $html;
//- /view.php
<?php
echo "<p>$name</p>";
//- /more.php
<?php
$html .= '<b>' . $_GET['more'] . '</b>';
"#,
        expect![[r#"
            xss index.php:6 the query string: more.php:2 more.php:2 6
            xss view.php:2 the query string: index.php:2 index.php:2 2 2
        "#]],
    );
}

#[test]
fn what_is_shown_in_a_page_and_said_at_its_end_is_part_of_it() {
    check(
        "//- /a.php\n<html>\n<?= $_GET['a'] . 'b' ?>\n<?php $n = $_POST['n'];\nif ($n) { exit(\"no $n\"); } ?>\n<?= htmlspecialchars($n) ?>\n",
        expect![[r#"
            xss a.php:2 the query string: 2 2 2
            xss a.php:4 the form: 3 3 4 4
        "#]],
    );
}

#[test]
fn what_a_method_sets_is_found_where_the_class_says_something_else() {
    check(
        "//- /a.php\n<?php\nclass Q {\n private $w = '';\n function add($x) { $this->w = $x; return $this; }\n function run() { mysql_query(\"SELECT $this->w\"); }\n}\n(new Q())->add($_GET['x'])->run();\n",
        expect![[r#"
            sql-injection a.php:5 the query string: 7 7 7 5 5
        "#]],
    );
}

#[test]
fn a_beginning_that_is_cut_off_says_nothing_of_the_host() {
    for (body, is_safe) in [
        ("header('Location: /a/' . $_GET['x']);", true),
        ("$u = 'https://a.example/' . $_GET['x']; curl_init($u);", true),
        ("$u = '/a/' . $_GET['x']; $u = substr($u, 3); header('Location: ' . $u);", false),
        ("$u = '/a/' . $_GET['x']; header('Location: ' . ltrim($u, '/a'));", false),
        ("header('Location: ' . getenv('BASE') . '/' . $_GET['x']);", false),
        ("header('Location: //' . $_GET['x']);", false),
        ("header('Location: https://a.example' . $_GET['x']);", false),
    ] {
        assert_eq!(in_page(body).is_empty(), is_safe, "{body}");
    }
}

#[test]
fn variables_that_are_made_by_a_list_are_too_much_to_follow() {
    let found = in_page("extract($_POST); mysql_query(\"SELECT $x\");");
    assert_eq!(found, "given up in a.php: 1\n");
}

#[test]
fn laravel_gives_requests_and_parts_of_paths() {
    check(
        r#"
//- /composer.json
{"require": {"laravel/framework": "^11"}}
//- /routes/web.php
<?php
use Illuminate\Support\Facades\Route;
use Illuminate\Support\Facades\DB;
use Illuminate\Http\Request;
use App\Http\Controllers\UserController;
Route::get('/users/{name}', [UserController::class, 'show']);
Route::post('/users', [UserController::class, 'store']);
Route::get('/page', [UserController::class, 'page']);
Route::get('/text', [UserController::class, 'text']);
Route::get('/list', [UserController::class, 'list']);
Route::get('/tags', [UserController::class, 'tags']);
Route::get('/hi/{who}', function (string $who) { return "<p>$who</p>"; });
//- /app/Http/Requests/StoreUser.php
<?php
namespace App\Http\Requests;
use Illuminate\Foundation\Http\FormRequest;
class StoreUser extends FormRequest { public function rules() { return ['a' => 'required']; } }
//- /app/Http/Controllers/UserController.php
<?php
namespace App\Http\Controllers;
use App\Http\Requests\StoreUser;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;
use Inertia\Inertia;
class UserController {
    public function show(Request $request, string $name, int $page) {
        DB::select("SELECT * FROM users WHERE name = '$name' LIMIT $page");
        DB::table('users')->orderByRaw($request->input('sort'))->get();
        DB::select('SELECT * FROM users WHERE name = ?', [$name]);
        User::where('name', $name)->first();
        if ($request->user()->name) { DB::select("SELECT '{$request->user()->name}'"); }
        return view('user', ['name' => $name]);
    }
    public function page(Request $request) { return Inertia::render('Page', $request->all()); }
    public function text(Request $request) { return trim($request->name); }
    public function list(Request $request) { return UserResource::collection($this->all($request->q)); }
    private function all($q) { return User::search($q)->sorted(); }
    public function tags(Request $request) { return $this->tagged($request->q); }
    private function tagged($q) { return "<p>$q</p>"; }
    public function store(StoreUser $request) {
        DB::statement("INSERT INTO users VALUES ('" . $request->name . "')");
        return redirect($request->get('next'));
    }
}
"#,
        expect![[r#"
            open-redirect app/Http/Controllers/UserController.php:24 the request: 22 24
            sql-injection app/Http/Controllers/UserController.php:9 the path of the request: 8 9 9
            sql-injection app/Http/Controllers/UserController.php:10 the request: 8 10
            sql-injection app/Http/Controllers/UserController.php:23 the request: 22 23 23
            xss app/Http/Controllers/UserController.php:17 the request: 17 17
            xss app/Http/Controllers/UserController.php:21 the request: 20 20 21
            xss routes/web.php:12 the path of the request: 12 12
        "#]],
    );
}

#[test]
fn symfony_and_slim_give_requests() {
    check(
        r#"
//- /src/Controller/A.php
<?php
namespace App\Controller;
use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\{Request, Response};
use Symfony\Component\Routing\Attribute\Route;
class A extends AbstractController {
    #[Route('/a/{id}')]
    public function a(Request $request, string $id, int $n): Response {
        $this->connection->executeQuery("SELECT * FROM t WHERE id = $id LIMIT $n");
        if ($request->query->getInt('x')) { return $this->redirect($request->query->get('to')); }
        return new Response('<p>' . $request->request->get('b') . '</p>');
    }
}
//- /public/index.php
<?php
use Slim\Factory\AppFactory;
$app = AppFactory::create();
$app->get('/b/{id}', function ($request, $response, array $args) use ($pdo) {
    $pdo->query('SELECT * FROM t WHERE id = ' . $args['id']);
    $response->getBody()->write('Hi ' . $request->getQueryParams()['name']);
    return $response;
});
"#,
        expect![[r#"
            open-redirect src/Controller/A.php:10 the query string: 10 10
            sql-injection public/index.php:5 the path of the request: 5 5 5
            sql-injection src/Controller/A.php:9 the path of the request: 8 9 9
            xss public/index.php:6 the query string: 6 6 6
            xss src/Controller/A.php:11 the request body: 11 11 11
        "#]],
    );
}
