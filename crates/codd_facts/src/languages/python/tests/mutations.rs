//! Values that are changed where they stand.

use expect_test::expect;

use super::{check, facts_at};

#[test]
fn what_changes_a_value_of_a_module_writes_to_it() {
    check(
        r#"
TABLE = {}
def fill(given):
    TABLE["a"]["b"] = 1
    TABLE.setdefault("c", []).append(given)
    later.update(given)
    given["d"] = 2
    local = []
    local.append(3)
    del TABLE["e"]
def count():
    global TABLE
    TABLE["f"] += 1
later = {}
class Shop:
    names = []
    names.append("x")
    def add(self): self.names.append("y")
"#,
        &["Write"],
        &expect![[r#"
            Write TABLE@1[a][?] in fill
            Write TABLE@1[?] in fill
            Write later@1[?] in fill
            Write TABLE@1[?] in fill
            Write TABLE@2[?] in count
        "#]],
    );
}

/// Which definitions differ between two versions of a file, and whether the rest does.
fn differing(before: &str, after: &str) -> (Vec<String>, bool) {
    let (before, after) = (facts_at("a.py", before), facts_at("a.py", after));
    let names = after.semantics.definitions.iter().map(|it| it.qualified_name.to_string());
    let places = before.places.definitions.iter().zip(&after.places.definitions);
    let differ = places.map(|(before, after)| before.body != after.body);
    let names = names.zip(differ).filter(|(_, differs)| *differs).map(|it| it.0).collect();
    (names, before.places.module_hash != after.places.module_hash)
}

#[test]
fn a_statement_that_changes_a_value_is_part_of_it() {
    const START: &str = "A = {}\nB = []\napp = make()\nclass C: pass\ndef f(): pass\n";
    let change = |statement: &str| {
        let with = |value: &str| format!("{START}{}\n", statement.replace('?', value));
        let (names, is_module) = differing(&with("1"), &with("2"));
        format!("{statement:<34} {}{}\n", names.join(" "), if is_module { " module" } else { "" })
    };
    let statements = [
        "A['x'] = ?",
        "A['x']['y'] += ?",
        "A.update(x=?)",
        "del A[?]",
        "if B: B.append(?)",
        "C.x = ?",
        "f.x = ?",
        "A['x'], B[0] = ?, 0",
        "app.route(?)",
        "if __name__: app.run(?)",
        "other.x = ?",
        "print(?)",
    ];
    let all: String = statements.into_iter().map(change).collect();
    expect![[r#"
        A['x'] = ?                         A
        A['x']['y'] += ?                   A
        A.update(x=?)                      A
        del A[?]                           A
        if B: B.append(?)                  B
        C.x = ?                            C
        f.x = ?                            f
        A['x'], B[0] = ?, 0                A B
        app.route(?)                       app
        if __name__: app.run(?)             module
        other.x = ?                         module
        print(?)                            module
    "#]]
    .assert_eq(&all);
}
