//! Code that is there to stop the analysis.

use std::fmt::Write as _;

use crate::testing::flows;

#[test]
fn deep_code_is_counted_and_nothing_overflows() {
    for text in [
        format!("x = {}1{}\n", "(".repeat(5000), ")".repeat(5000)),
        format!("x = {}1{}\n", "[".repeat(5000), "]".repeat(5000)),
        format!("x = {}\n", "f(".repeat(2000) + &")".repeat(2000)),
        format!("x = a{}\n", ".b()".repeat(3000)),
        format!("x = {}1\n", "lambda: ".repeat(1000)),
        format!("x = {}1\n", "not ".repeat(3000)),
        (0..400).map(|at| format!("{}if a:\n", " ".repeat(at))).collect::<String>()
            + &" ".repeat(400)
            + "b\n",
    ] {
        let found = flows(&format!("//- /a.py\n{text}"));
        assert!(found.contains("given up in a.py"), "{}", &text[..40]);
    }
}

#[test]
fn long_sums_and_many_functions_are_followed_to_their_end() {
    let sum = (0..3000).map(|at| format!("a{at}")).collect::<Vec<_>>().join(" + ");
    assert_eq!(flows(&format!("//- /a.py\nx = {sum}\n")), "");
    let chain: String =
        (0..600).map(|at| format!("def f{at}(x):\n    return f{}(x)\n", at + 1)).collect();
    let text = format!(
        "//- /a.py\nfrom flask import request\nimport os\n{chain}def f600(x):\n    os.system(x)\n\
                        def g():\n    f0(request.args['a'])\n"
    );
    assert!(flows(&text).starts_with("command-injection a.py"));
}

#[test]
fn circles_come_to_an_end() {
    let text = "//- /a.py\nfrom flask import request\nimport os\n\
        def f(x):\n    return g(x)\ndef g(x):\n    os.system(x)\n    return f(x)\n\
        class A(A):\n    pass\nclass B(C):\n    pass\nclass C(B):\n    pass\n\
        B().a(request.args['b'])\n\
        f(request.args['a'])\nx = [0]\nx.append(x)\nos.system(x)\n";
    assert!(flows(text).contains("command-injection"));
    let text = "//- /a.py\nfrom flask import request\nimport os\n\
        def around(f):\n    def inner(*args):\n        return f(*args)\n    return inner\n\
        def twice(f):\n    return around(around(f))\n\
        def run(f):\n    f = twice(f)\n    for _ in range(9):\n        f = around(f)\n    return f\n\
        @run\n@twice\ndef g(x):\n    os.system(x)\ng(request.args['a'])\n";
    assert!(flows(text).contains("command-injection"));
    let text = "//- /a.js\nconst b = require('./b');\nexports.f = () => b.f();\n\
        //- /b.js\nconst a = require('./a');\nexports.f = () => a.f();\nexports.f();\n";
    assert_eq!(flows(text), "");
}

#[test]
fn properties_that_read_one_another_come_to_an_end() {
    let text = "//- /a.py\nfrom flask import request\nimport os\n\
        class A:\n    def __init__(self, x):\n        self.x = x\n\
        \x20   @property\n    def p(self):\n        return self.q + 1\n\
        \x20   @property\n    def q(self):\n        return self.p or self.x\n\
        \x20   @property\n    def r(self):\n        return self.r.s\n\
        def run(a):\n    os.system(a.p)\n    os.system(a.r)\n\
        run(A(request.args['a']))\na = A(1)\nos.system(a.p)\nos.system(a.r)\n";
    assert!(flows(text).contains("command-injection"));
}

#[test]
fn closures_that_hold_the_object_that_holds_them_are_compared_once() {
    let methods: String = (0..60)
        .map(|at| {
            format!(
                "  o.f{at} = function (x) {{ return o.g(x); }};\n  if (y) {{ o.h = o.f{at}; }}\n"
            )
        })
        .collect();
    let text = format!(
        "//- /a.js\nconst cp = require('child_process');\nfunction lib(y) {{\n  var o = {{}};\n\
         {methods}  o.g = function (x) {{ cp.exec(x); }};\n  return o;\n}}\n\
         const app = require('express')();\n\
         app.get('/a', (req, res) => {{ lib(1); cp.exec(req.query.a); }});\n"
    );
    assert!(flows(&text).starts_with("command-injection a.js"), "{}", flows(&text));
}

#[test]
fn thousands_of_branches_side_by_side_overflow_no_stack() {
    let mut python = String::from(
        "//- /a.py\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.get('/a')\n\
         def a():\n    t = request.args['t']\n    if t == '':\n        x = ''\n",
    );
    let mut php = String::from("//- /a.php\n<?php\n$t = $_GET['t'];\nif ($t == '') { $x = ''; }\n");
    for at in 0..3_000 {
        write!(python, "    elif t == '{at}':\n        x = request.args['{at}']\n").unwrap();
        writeln!(php, "elseif ($t == '{at}') {{ $x = $_GET['{at}']; }}").unwrap();
    }
    python.push_str("    return x\n");
    php.push_str("echo $x;\n");
    let mut ruby = String::from(
        "//- /a.rb\nclass AController < ApplicationController\n  def a\n    t = params[:t]\n    if t == ''\n      x = ''\n",
    );
    for at in 0..3_000 {
        writeln!(ruby, "    elsif t == '{at}'\n      x = params['{at}']").unwrap();
    }
    ruby.push_str("    end\n    system(x)\n  end\nend\n");
    assert!(flows(&ruby).starts_with("command-injection a.rb:"));
    assert!(flows(&python).starts_with("xss a.py:"));
    assert!(flows(&php).starts_with("xss a.php:"));
}

#[test]
fn code_that_nests_is_lowered_once() {
    let assigned = format!("{}1{}", "a[".repeat(12), "] ||= 1".repeat(12));
    let headers = format!("{}$x{}", "header(".repeat(16), ")".repeat(16));
    let sums = format!("{}1{}", "$a[$b .= ".repeat(12), "]".repeat(12));
    for text in [
        format!("//- /a.rb\n{assigned}\n"),
        format!("//- /a.php\n<?php\n{headers};\n$c = {sums};\n"),
    ] {
        // That it comes to an end says it.
        assert!(!flows(&text).contains("injection"), "{}", &text[..40]);
    }
}
