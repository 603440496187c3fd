//! C#.

use codd_facts::{flow, language_of, parse};
use codd_source::RepoPath;
use expect_test::expect;

use crate::testing::{check, flows};

/// Flows in the body of one action, in which `x` is a parameter of the query.
fn in_action(body: &str) -> String {
    flows(&format!(
        "//- /A.cs\nusing System;\nusing System.Collections.Generic;\nusing System.Diagnostics;\nusing System.Linq;\n\
         using System.Text;\nusing System.Text.RegularExpressions;\nusing Microsoft.AspNetCore.Mvc;\n\
         namespace App.Web;\n\
         public class AController : Controller {{\n\
         [HttpGet(\"/a\")]\npublic IActionResult Get(string x, int number) {{\n{body}\nreturn Ok(); }}\n\
         private class Box {{ private readonly string _in; public Box(string value) {{ _in = value; }} public string Get() => _in; }}\n\
         private interface IRun {{ string Run(string a); }}\n\
         private class Same : IRun {{ public string Run(string a) {{ return a; }} }}\n\
         private class Made {{ public string Name {{ get; set; }} public int Age {{ get; set; }} public string Full => \"ls \" + Name; \
         private string _set; public string Set {{ get {{ return _set; }} set {{ _set = value; }} }} public string Read() => _set; }}\n\
         private record Pair(string First, string Second);\n\
         private enum Color {{ Red, Blue }}\n\
         private string Own(string a) {{ return a; }}\nprivate string Own(string a, int b) {{ return \"\"; }}\n\
         private static void Run(string a) {{ Process.Start(\"sh\", a); }}\n\
         private static readonly HashSet<string> Known = new() {{ \"a\", \"b\" }};\n\
         private const string Start = \"l\" + \"s \";\n}}\n\
         public static class Extensions {{ public static string Twice(this string a) => a + a; public static string None(this string a) => \"ls\"; }}\n"
    ))
}

#[test]
fn text_flows_through_what_passes_it_on() {
    for body in [
        "Process.Start(x);",
        "Process.Start(\"sh\", \"-c \" + x);",
        "Run($\"-c {x}\");",
        "System.Diagnostics.Process.Start(x);",
        "var y = \"\"; y += x; Run(y);",
        "var b = new StringBuilder(\"ls \"); b.Append(x).Append(\" \"); Run(b.ToString());",
        "Run(string.Format(\"ls {0}\", x));",
        "Run(string.Join(\" \", new[] { \"ls\", x }));",
        "var m = new Dictionary<string, string>(); m[\"a\"] = x; Run(m[\"a\"]);",
        "var m = new Dictionary<string, string> { [\"a\"] = x }; Run(m[\"a\"]);",
        "var m = new Dictionary<string, string> { { \"a\", x } }; if (m.TryGetValue(\"a\", out var y)) { Run(y); }",
        "var l = new List<string>(); l.Add(\"a\"); l.Add(x); l.RemoveAt(0); Run(l[0]);",
        "Run(new Box(x).Get());",
        "Box box = new(x); Run(box.Get());",
        "Run(Own(x));",
        "IRun f = new Same(); Run(f.Run(x));",
        "Func<string, string> f = a => a; Run(f(x));",
        "Action<string> f = Run; f(x);",
        "foreach (var y in new[] { x }) { Run(y); }",
        "foreach (var y in x.Split(',')) { Run(y); }",
        "switch (number) { case 1: Run(x); break; default: break; }",
        "Run(1 > 2 ? \"ls\" : x);",
        "Run(x ?? \"ls\");",
        "Run(x?.Trim());",
        "object o = x; if (o is string s) { Run(s); }",
        "if (x is not { Length: > 3 } y) { return Ok(); } Run(y);",
        "new List<string> { x }.ForEach(y => Run(y));",
        "var all = new[] { x }.Where(y => y != null).Select(y => y + \"a\").ToList(); Run(all.First());",
        "var all = from y in new[] { x } where y != null select y; foreach (var y in all) { Run(y); }",
        "if (Regex.IsMatch(x, \".*\")) { Run(x); }",
        "if (!Known.Contains(x)) { Run(x); }",
        "try { Run(x); } catch (Exception e) when (e != null) { } finally { Run(\"ls\"); }",
        "Run(number switch { 1 => x, _ => \"ls\" });",
        "var made = new Made { Name = x }; Run(made.Name);",
        "var made = new Made { Name = x, Age = 1 }; Run(made.Full);",
        "var made = new Made(); made.Set = x; Run(made.Read());",
        "var pair = new Pair(\"ls\", x); Run(pair.Second);",
        "var pair = new Pair(\"ls\", \"df\") with { First = x }; Run(pair.First);",
        "var made = new { Name = x }; Run(made.Name);",
        "(string a, string b) = (\"ls\", x); Run(b);",
        "var (a, b) = (x, \"ls\"); Run(a);",
        "var start = new ProcessStartInfo { FileName = \"sh\", Arguments = x }; Process.Start(start);",
        "var p = new Process(); p.StartInfo.Arguments = x; p.Start();",
        "Run(x.Twice());",
        "string Inner(string a) { return a + x; } Run(Inner(\"ls\"));",
        "Late(x); return Ok(); void Late(string a) { Run(a); }",
        "Run(Request.Query[\"q\"]);",
        "Run(HttpContext.Request.Headers[\"q\"].ToString());",
        "Run(this.Request.Cookies[\"q\"]);",
        "Run(\"\"\"ls \"\"\" + x);",
        "Run(@\"ls \" + x);",
        "using (var s = new System.IO.StringReader(x)) { Run(s.ReadToEnd()); }",
        "Uri.TryCreate(x, UriKind.Absolute, out Uri uri); Run(uri.ToString());",
        "Run(Start + x);",
        "lock (this) { Run(x); }",
        "for (var i = 0; i < 3; i++) { Run(x); }",
        "do { Run(x); } while (number > 3);",
        "do { Run(x); } while (x == \"a\");",
        "do { Run(x); } while (false);",
        "var y = \"ls\"; do { Run(y); } while ((y = x) != null);",
        "var y = \"ls\"; do { y = x; if (number > 3) { continue; } } while (number > 4); Run(y);",
        "string y = null; Run(y ??= x);",
        "var y = \"ls \"; Run(y += x);",
        "var m = new Dictionary<string, string>(); m[\"a\"] = \"ls\"; Run(m[\"a\"] += x);",
    ] {
        let found = in_action(body);
        assert!(found.contains("command-injection"), "no flow in\n{body}\n{found}");
    }
}

#[test]
fn text_ends_where_it_is_no_danger() {
    for body in [
        "Process.Start(\"ls\");",
        "Run(\"ls \" + int.Parse(x));",
        "if (int.TryParse(x, out var n)) { Run(\"ls \" + n); }",
        "if (Guid.TryParse(x, out Guid id)) { Run(\"ls \" + id); }",
        "Run(\"ls \" + number);",
        "Run(\"ls \" + Convert.ToInt32(x));",
        "Run(\"ls \" + x.Length);",
        "var m = new Dictionary<string, string>(); m[\"a\"] = \"ls\"; m[\"b\"] = x; Run(m[\"a\"]);",
        "var l = new List<string> { \"a\", x, \"b\" }; Run(l[0]);",
        "if (!Known.Contains(x)) { return Ok(); } Run(x);",
        "do { number++; } while (!Known.Contains(x)); Run(x);",
        "if (x == \"a\") { Run(x); }",
        "if (x is \"a\" or \"b\") { Run(x); }",
        "if (string.Equals(x, \"a\")) { Run(x); }",
        "if (x.Equals(\"a\", StringComparison.Ordinal)) { Run(x); }",
        "if (!Regex.IsMatch(x, \"^[a-z]+$\")) { throw new ArgumentException(x); } Run(x);",
        "var r = new Regex(@\"\\A[a-z]+\\z\"); Run(\"ls\");",
        "var r = new Regex(\"^[a-z]+$\", RegexOptions.Compiled); if (r.IsMatch(x)) { Run(x); }",
        "switch (x) { case \"a\": Run(x); break; default: break; }",
        "Run(x switch { \"a\" => x, _ => \"ls\" });",
        "Run(Own(x, 1));",
        "var a = new StringBuilder(x); var b = new StringBuilder(); Run(b.ToString());",
        "var made = new Made { Name = x, Age = int.Parse(x) }; Run(\"ls \" + made.Age);",
        "var color = Enum.Parse<Color>(x); Run(color.ToString());",
        "Run(x.None());",
        "Run(nameof(x));",
        "new ProcessStartInfo { FileName = \"ls\", ArgumentList = { x } };",
        "var y = x; y = \"ls\"; Run(y);",
        "(string a, string b) = (\"ls\", x); Run(a);",
        "Guid id = new Guid(x); Run(\"ls \" + id);",
    ] {
        let found = in_action(body);
        assert!(!found.contains("command-injection"), "a flow in\n{body}\n{found}");
    }
}

#[test]
fn code_within_its_own_kind_is_lowered_once() {
    let class = |body: &str| format!("class A {{ void F() {{ {body} }} }}");
    let fields: String = (0..40).map(|at| format!("B b{at} = new B {{ C = {at} }}; ")).collect();
    for text in [
        class(&format!("{}k{};", "m[".repeat(16), "] += \"a\"".repeat(16))),
        class(&format!("{}k{};", "m[".repeat(16), "] ??= \"a\"".repeat(16))),
        class(&format!("{}k{};", "F(ref m[".repeat(16), "])".repeat(16))),
        class(&format!("{}F();{}", "do { ".repeat(16), " } while (a);".repeat(16))),
        format!(
            "class A {{ {fields}{} }}",
            (0..40).map(|at| format!("A(int a{at}) {{ }} ")).collect::<String>()
        ),
    ] {
        let path = RepoPath::from("A.cs");
        let parsed = parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap();
        let facts = flow(&parsed).unwrap();
        assert_eq!(facts.given_up, 0, "{text}");
        assert!(facts.values.len() < 2_000, "{} values of\n{text}", facts.values.len());
        let is_small = format!("{:?}", facts.functions).len() < 500_000;
        assert!(is_small, "too many statements of\n{text}");
    }
}

#[test]
fn every_constructor_fills_the_fields() {
    let path = RepoPath::from("A.cs");
    let text = "class A { B b = new B { C = 1 }; A() { } A(int a) { } }";
    let parsed = parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap();
    let facts = flow(&parsed).unwrap();
    let is_made = |name: &str| name.starts_with('<');
    let mut bodies = Vec::new();
    for function in &facts.functions {
        if function.name.is_some_and(|it| facts.name(it).as_str() == "constructor") {
            assert!(function.locals.iter().any(|it| is_made(facts.name(*it).as_str())));
            bodies.push(&function.body);
        }
    }
    assert_eq!((bodies.len(), bodies[0].len()), (2, 1));
    assert_eq!(bodies[0], bodies[1]);
}

#[test]
fn what_a_request_fills_is_data_whatever_it_is_called() {
    let found = |class: &str| {
        flows(&format!(
            "//- /A.cs\nusing System.Diagnostics;\nusing Microsoft.AspNetCore.Mvc;\nnamespace A;\n\
             public interface IStore {{ }}\n{class}\n\
             public class AController : Controller {{\n\
             public IActionResult Get(Client client) {{ Process.Start(client.Name); return Ok(); }}\n}}\n"
        ))
    };
    for class in [
        "public class Client { public string Name { get; set; } }",
        "public class Client { public string Name { get; init; } public Client() { } }",
        "public class Client : Named { } public class Named { public string Name { get; set; } }",
    ] {
        assert!(found(class).contains("command-injection"), "{class}\n{}", found(class));
    }
    for class in [
        "public interface Client { string Name { get; set; } }",
        "public class Client { public string Name { get; set; } public Client(IStore store) { } }",
        "public class Client(IStore store) { public string Name { get; set; } }",
        "public class Client { public string Name { get; private set; } }",
    ] {
        assert_eq!(found(class), "", "{class}");
    }
}

#[test]
fn a_pattern_that_takes_lines_is_no_guard() {
    for body in [
        "if (Regex.IsMatch(x, \"^[a-z]+$\", RegexOptions.Multiline)) { Run(x); }",
        "if (Regex.IsMatch(x, \"[a-z]+\")) { Run(x); }",
        "var r = new Regex(\"^[a-z]+$\", RegexOptions.Multiline); if (r.IsMatch(x)) { Run(x); }",
    ] {
        assert!(in_action(body).contains("command-injection"), "{body}");
    }
}

#[test]
fn namespaces_and_parts_of_classes_know_one_another() {
    check(
        r#"
//- /src/Web/GlobalUsings.cs
global using Shop.Data;
//- /src/Web/UsersController.cs
using Microsoft.AspNetCore.Mvc;

namespace Shop.Web;

[ApiController]
[Route("users")]
public partial class UsersController(IStore store) : ControllerBase
{
    [HttpGet("{id}")]
    public IActionResult One(string id, [FromQuery] int page)
    {
        return Ok(store.Find(id, page));
    }

    [HttpPost]
    public IActionResult Add([FromBody] Form form, [FromServices] Files files)
    {
        files.Read(form.Name);
        files.Read(form.Count.ToString());
        return Shown(form);
    }
}
//- /src/Web/UsersController.Shown.cs
using Microsoft.AspNetCore.Mvc;

namespace Shop.Web
{
    public partial class UsersController
    {
        private IActionResult Shown(Form form)
        {
            return Content($"<b>{form.Name}</b>", "text/html");
        }
    }
}
//- /src/Web/Form.cs
namespace Shop.Web;

public class Form
{
    public string Name { get; set; }
    public int Count { get; set; }
}
//- /src/Data/Store.cs
using Microsoft.Data.SqlClient;

namespace Shop.Data
{
    public interface IStore
    {
        string Find(string id, int page);
    }

    public class SqlStore : IStore
    {
        private readonly SqlConnection _connection;

        public string Find(string id, int page)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT * FROM users WHERE id = '" + id + "' LIMIT " + page;
            using var bound = new SqlCommand("SELECT * FROM users WHERE id = @id", _connection);
            bound.Parameters.AddWithValue("@id", id);
            return command.ExecuteScalar().ToString();
        }
    }
}
//- /src/Data/Files.cs
using System.IO;

namespace Shop.Data;

public class Files
{
    public string Read(string name) => File.ReadAllText(Path.Combine("/srv", name));
}
"#,
        expect![[r#"
            path-traversal src/Data/Files.cs:7 a parameter of the request: src/Web/UsersController.cs:16 src/Web/UsersController.cs:18 7
            sql-injection src/Data/Store.cs:17 a parameter of the request: src/Web/UsersController.cs:10 src/Web/UsersController.cs:12 17 17
            xss src/Web/UsersController.Shown.cs:9 a parameter of the request: src/Web/UsersController.cs:16 src/Web/UsersController.cs:20 9 9
        "#]],
    );
}

#[test]
fn handlers_of_routes_pages_and_hubs_are_given_the_request() {
    check(
        r#"
//- /Program.cs
using Microsoft.Data.SqlClient;
using Dapper;

var app = WebApplication.CreateBuilder(args).Build();
var connection = new SqlConnection("");
app.MapGet("/users", (string name, int page, Db db) =>
    connection.Query<User>($"SELECT * FROM users WHERE name = '{name}' LIMIT {page}"));
app.MapGet("/safe", (string name) =>
    connection.Query<User>("SELECT * FROM users WHERE name = @name", new { name }));
app.MapGet("/raw", async context => await context.Response.WriteAsync("<b>" + context.Request.Query["a"] + "</b>"));
app.MapPost("/send", Handlers.Send);
app.Run();

record User(string Name);
class Db { }
static class Handlers
{
    public static IResult Send(string to) => Results.Redirect(to);
}
//- /Pages/Edit.cshtml.cs
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace App.Pages;

public class EditModel : PageModel
{
    [BindProperty]
    public Input Data { get; set; }

    [BindProperty(SupportsGet = true)]
    public int Page { get; set; }

    public string Shown { get; set; }

    public IActionResult OnGet(string returnUrl)
    {
        if (Url.IsLocalUrl(returnUrl)) { return Redirect(returnUrl); }
        return LocalRedirect(returnUrl);
    }

    public IActionResult OnPostSave(string returnUrl)
    {
        System.IO.File.Delete(Data.Name);
        System.IO.File.Delete(Page + ".txt");
        System.IO.File.Delete(Shown);
        HttpContext.Session.SetString("name", Data.Name);
        return Redirect(returnUrl);
    }

    public class Input { public string Name { get; set; } }
}
//- /Hubs/Chat.cs
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

public class Chat : Hub
{
    private readonly ILogger<Chat> _logger;

    public void Say(string text) => _logger.LogInformation("said {Text}", text);
}
//- /Controllers/HomeController.cs
using System.Net.Http;
using Microsoft.AspNetCore.Mvc;

public class HomeController : Base
{
    public IActionResult Index(string url) { return Fetch(url); }

    [NonAction]
    public IActionResult Hidden(string url) { return Redirect(url); }

    private IActionResult Fetch(string url)
    {
        var body = Http.GetStringAsync(url).Result;
        return Content(body, "text/html");
    }
}

public abstract class Base : Controller
{
    protected readonly HttpClient Http;
}
"#,
        expect![[r#"
            log-injection Hubs/Chat.cs:8 a message of a client: 8 8
            open-redirect Pages/Edit.cshtml.cs:28 a parameter of the request: 22 28
            open-redirect Program.cs:18 a parameter of the request: 18 18
            path-traversal Pages/Edit.cshtml.cs:24 the request body: 8 9 24
            sql-injection Program.cs:7 a parameter of the request: 6 7 7
            ssrf Controllers/HomeController.cs:13 a parameter of the request: 6 6 13
            trust-boundary Pages/Edit.cshtml.cs:27 the request body: 8 9 27
            xss Program.cs:10 the query string: 10 10 10
        "#]],
    );
}

#[test]
fn what_binds_or_encodes_is_no_danger() {
    let found = flows(
        r#"//- /A.cs
using System.IO;
using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Newtonsoft.Json;
using System.Xml;

public class AController : ControllerBase
{
    private readonly Db _db;

    [HttpGet("/a")]
    public IActionResult Get(string x, IFormFile file)
    {
        _db.Users.FromSqlInterpolated($"SELECT * FROM users WHERE name = {x}");
        _db.Users.FromSql($"SELECT * FROM users WHERE name = {x}");
        _db.Users.FromSqlRaw("SELECT * FROM users WHERE name = {0}", x);
        FormattableString query = $"SELECT * FROM users WHERE name = {x}";
        _db.Users.FromSql(query);
        new StreamReader(file.OpenReadStream()).ReadToEnd();
        Stream stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(x));
        new StreamReader(stream).ReadToEnd();
        _db.Database.ExecuteSql($"DELETE FROM users WHERE name = {x}");
        System.IO.File.ReadAllText("/srv/" + Path.GetFileName(x));
        var full = Path.GetFullPath(Path.Combine("/srv", x));
        if (full.StartsWith("/srv/")) { System.IO.File.ReadAllText(full); }
        JsonConvert.DeserializeObject<User>(x);
        JsonConvert.DeserializeObject<User>(x, new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.None });
        var document = new XmlDocument();
        document.LoadXml(x);
        Content(x);
        Content("<b>" + WebUtility.HtmlEncode(x) + "</b>", "text/html");
        RedirectToAction(x);
        return Ok("<b>" + x + "</b>");
    }
}
public class Db : DbContext { public DbSet<User> Users { get; set; } }
public class User { public string Name { get; set; } }
"#,
    );
    assert_eq!(found, "");
}

#[test]
fn a_text_that_begins_with_its_host_leads_there() {
    let found =
        |body: &str| in_action(&format!("var http = new System.Net.Http.HttpClient(); {body}"));
    for body in [
        "http.GetAsync($\"https://a.example/{x}\");",
        "http.GetAsync(\"api/items/\" + x);",
        "const string root = \"https://a.example/\"; http.GetAsync(root + x);",
        "var root = Environment.GetEnvironmentVariable(\"ROOT\"); http.GetAsync($\"{root}/items/{x}\");",
        "return Redirect(\"/users/\" + x);",
        "return Redirect($\"~/users?name={x}\");",
    ] {
        assert_eq!(found(body), "", "{body}");
    }
    for body in [
        "http.GetAsync(x);",
        "http.GetAsync(\"https://\" + x);",
        "http.GetAsync($\"https://{x}.example/\");",
        "http.GetAsync($\"https://a.example{x}\");",
        "return Redirect(\"/\" + x);",
        "return Redirect(x + \"/users/\");",
    ] {
        assert_ne!(found(body), "", "{body}");
    }
}

#[test]
fn what_does_not_bind_or_encode_is_a_danger() {
    check(
        r#"
//- /A.cs
using System.IO;
using System.Runtime.Serialization.Formatters.Binary;
using System.Xml;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Newtonsoft.Json;
using System.DirectoryServices;

public class AController : ControllerBase
{
    private readonly Db _db;

    [HttpPost("/a")]
    public IActionResult Post(string x, IFormFile file)
    {
        _db.Users.FromSqlRaw($"SELECT * FROM users WHERE name = '{x}'").ToList();
        var query = $"SELECT * FROM users WHERE name = '{x}'";
        _db.Users.FromSql(query).ToList();
        _db.Database.ExecuteSqlRaw("DELETE FROM users WHERE name = '" + x + "'");
        System.IO.File.WriteAllText("/srv/" + file.FileName, "");
        var full = Path.Combine("/srv", x);
        if (full.StartsWith("/srv/")) { System.IO.File.ReadAllText(full); }
        JsonConvert.DeserializeObject<User>(x, new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All });
        new BinaryFormatter().Deserialize(Request.Body);
        var document = new XmlDocument { XmlResolver = new XmlUrlResolver() };
        document.LoadXml(x);
        document.SelectNodes("//user[@name='" + x + "']");
        foreach (XmlElement one in document.SelectNodes("//user")) { System.Type.GetType(one.GetAttribute("Type")); }
        var searcher = new DirectorySearcher();
        searcher.Filter = $"(uid={x})";
        return PhysicalFile(x, "text/plain");
    }
}
public class Db : DbContext { public DbSet<User> Users { get; set; } }
public class User { public string Name { get; set; } }
"#,
        expect![[r#"
            code-injection A.cs:28 a parameter of the request: 14 28 28
            deserialization A.cs:23 a parameter of the request: 14 23
            deserialization A.cs:24 the request body: 24 24
            ldap-injection A.cs:30 a parameter of the request: 14 30 30
            path-traversal A.cs:20 an uploaded file: 20 20 20
            path-traversal A.cs:22 a parameter of the request: 14 21 22
            path-traversal A.cs:31 a parameter of the request: 14 31
            sql-injection A.cs:16 a parameter of the request: 14 16 16
            sql-injection A.cs:18 a parameter of the request: 14 17 17 18
            sql-injection A.cs:19 a parameter of the request: 14 19 19
            xpath-injection A.cs:27 a parameter of the request: 14 27 27
            xxe A.cs:26 a parameter of the request: 14 26
        "#]],
    );
}

#[test]
fn pages_of_web_forms_are_followed_across_their_parts() {
    check(
        r#"
//- /Find.aspx.designer.cs
namespace App {
    public partial class Find {
        protected global::System.Web.UI.WebControls.TextBox txtName;
        protected global::System.Web.UI.WebControls.Label lblName;
    }
}
//- /Find.aspx.cs
using System;
using System.Web.UI;
using MySql.Data.MySqlClient;

namespace App
{
    public partial class Find : System.Web.UI.Page
    {
        protected void Page_Load(object sender, EventArgs e)
        {
            lblName.Text = "Hello " + txtName.Text;
            Session["name"] = Request.QueryString["name"];
            Response.Redirect(Request["next"]);
            var adapter = new MySqlDataAdapter("select * from users where id = " + txtName.Text, "");
            Response.Write(Server.HtmlEncode(Request["a"]));
        }
    }
}
"#,
        expect![[r#"
            open-redirect Find.aspx.cs:13 the request body: 13 13
            sql-injection Find.aspx.cs:14 a field of the form: 14 14 14
            trust-boundary Find.aspx.cs:12 the query string: 12 12
            xss Find.aspx.cs:11 a field of the form: 11 11 11
        "#]],
    );
}

#[test]
fn deep_code_is_counted_and_nothing_overflows() {
    for body in [
        format!("int a = {}1{};", "(".repeat(3000), ")".repeat(3000)),
        format!("f{};", ".B()".repeat(3000)),
        format!("{}{}", "if (a) {".repeat(600), "}".repeat(600)),
        format!("F({}1);", "() => ".repeat(600)),
        format!("var a = {}1{};", "new A { B = ".repeat(300), " }".repeat(300)),
        format!("if (x is {}1) {{ }}", "not ".repeat(600)),
    ] {
        let found = flows(&format!("//- /A.cs\nclass A {{ void F() {{ {body} }} }}\n"));
        assert!(found.contains("given up in A.cs"), "{}", &body[..40]);
    }
    let nested = format!("//- /A.cs\n{}{}\n", "class A { ".repeat(400), "}".repeat(400));
    assert!(flows(&nested).contains("given up in A.cs"));
    let chain: String = (0..300)
        .map(|at| format!("static string F{at}(string x) {{ return F{}(x); }}\n", at + 1))
        .collect();
    let text = format!(
        "//- /A.cs\nclass A : A {{ {chain} static string F300(string x) {{ return F0(x); }}\n\
         string B {{ get {{ return C; }} set {{ C = value; }} }} string C {{ get {{ return B; }} set {{ B = value; }} }}\n\
         void G(Microsoft.AspNetCore.Http.HttpRequest r) {{ B = r.Query[\"a\"]; System.Diagnostics.Process.Start(F0(B)); }} }}\n\
         partial class B : C {{ }} partial class B {{ }} class C : B {{ C() : this(1) {{ }} C(int a) : this() {{ }} }}\n"
    );
    flows(&text);
}
