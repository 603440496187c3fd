//! Tests that a class has by what it extends: a runner runs them as the class's own.

use std::collections::BTreeMap;

use codd_facts::{
    Bound, DefinitionId, DefinitionKind, InheritedTests, Name, Semantics, TestCase, conventions_of,
};
use codd_source::RepoPath;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::build::{Index, edge};
use crate::graph::Edge;
use crate::implicit::base_name;
use crate::{Confidence, EdgeKind, EdgeSource, EdgeTarget, GraphFile};

/// Classes that one class extends, directly or through others, that are looked at.
const MAX_LINEAGE: usize = 64;

/// A test of a class that the class, or its file, does not write as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InheritedTest {
    /// Of the file that the test is of.
    pub class: DefinitionId,
    /// As the runner names it inside the file.
    pub name: Name,
    pub framework: Name,
    /// As if the class had the method: `TestX.test_one`.
    pub symbol: Name,
    /// The method that runs.
    pub(crate) method: (RepoPath, DefinitionId),
    /// What runs around the tests of the class.
    pub(crate) around: Vec<(RepoPath, DefinitionId)>,
}

/// A class: its file among the files of the graph, and itself.
type Class = (usize, DefinitionId);

/// The tests that the classes of each file inherit, by file, in the order of the classes.
pub(crate) fn inherited_tests(files: &[&GraphFile]) -> BTreeMap<usize, Vec<InheritedTest>> {
    let mut found = BTreeMap::new();
    let classes = Classes::of(files);
    for (at, file) in files.iter().enumerate() {
        let Some(rules) = conventions_of(&file.path).inherited_tests else { continue };
        let Some((_, semantics, _)) = &file.facts else { continue };
        let mut own = Vec::new();
        for (class, definition) in semantics.definitions.iter().enumerate() {
            let class = DefinitionId(class as u32);
            if definition.kind == DefinitionKind::Class
                && classes.bases.contains_key(&(at, class))
                && (rules.runs_abstract || !definition.flags.is_abstract)
            {
                classes.tests_of((at, class), rules, &mut own);
            }
        }
        if !own.is_empty() {
            found.insert(at, own);
        }
    }
    found
}

/// Whether a runner runs a test where it is written; where its class is no class that
/// instances are made of, those that extend it run it.
pub(crate) fn runs_where_written(file: &GraphFile, semantics: &Semantics, test: &TestCase) -> bool {
    let rules = conventions_of(&file.path).inherited_tests.filter(|it| !it.runs_abstract);
    let (Some(_), Some(class)) = (rules, semantics.definition(test.definition).parent) else {
        return true;
    };
    let class = semantics.definition(class);
    !(class.flags.is_abstract || class.kind == DefinitionKind::Interface)
}

/// An inherited test runs the method, of an instance of its own class, and what runs around it.
pub(crate) fn edges(
    path: &RepoPath,
    tests: &[InheritedTest],
    index: &Index,
    edges: &mut Vec<Edge>,
) {
    for (at, test) in tests.iter().enumerate() {
        let Some(from) = index.file(path).inherited_tests.get(&(at as u32)) else { continue };
        let mut add = |path: &RepoPath, id: DefinitionId, kind: EdgeKind| {
            let to = index.definition(path, id);
            edges.extend(to.map(|to| edge(*from, to, kind, Confidence::Exact)));
        };
        add(&test.method.0, test.method.1, EdgeKind::Tests);
        add(path, test.class, EdgeKind::Calls);
        for (path, id) in &test.around {
            add(path, *id, EdgeKind::Calls);
        }
    }
}

struct Classes<'f> {
    files: &'f [&'f GraphFile],
    bases: FxHashMap<Class, Vec<Class>>,
    members: FxHashMap<Class, Vec<DefinitionId>>,
    /// Methods that their own files say are tests.
    tests: FxHashMap<(usize, DefinitionId), &'f TestCase>,
}

impl<'f> Classes<'f> {
    /// Those of the languages in which tests are inherited.
    fn of(files: &'f [&'f GraphFile]) -> Classes<'f> {
        let mut classes = Classes {
            files,
            bases: FxHashMap::default(),
            members: FxHashMap::default(),
            tests: FxHashMap::default(),
        };
        for (at, file) in files.iter().enumerate() {
            let Some((_, semantics, file_edges)) = &file.facts else { continue };
            if conventions_of(&file.path).inherited_tests.is_none() {
                continue;
            }
            for it in &file_edges.edges {
                if let (EdgeSource::Definition(from), EdgeTarget::Definition(path, to)) =
                    (&it.from, &it.to)
                    && it.kind == EdgeKind::Inherits
                    && it.confidence >= Confidence::Probable
                    && semantics.definition(*from).kind.is_type()
                    && let Ok(other) = files.binary_search_by(|it| it.path.cmp(path))
                {
                    classes.bases.entry((at, *from)).or_default().push((other, *to));
                }
            }
            for (id, definition) in semantics.definitions.iter().enumerate() {
                if let Some(class) = definition.parent
                    && definition.kind.is_member()
                {
                    let id = DefinitionId(id as u32);
                    classes.members.entry((at, class)).or_default().push(id);
                }
            }
            let tests = semantics.tests.iter().map(|it| ((at, it.definition), it));
            classes.tests.extend(tests);
        }
        classes
    }

    fn semantics(&self, file: usize) -> Option<&'f Semantics> {
        self.files[file].facts.as_ref().map(|(_, semantics, _)| &**semantics)
    }

    /// A class and what it extends, nearest first.
    fn lineage(&self, class: Class) -> Vec<Class> {
        let mut lineage = vec![class];
        let mut at = 0;
        while at < lineage.len() && lineage.len() < MAX_LINEAGE {
            for base in self.bases.get(&lineage[at]).into_iter().flatten() {
                if !lineage.contains(base) {
                    lineage.push(*base);
                }
            }
            at += 1;
        }
        lineage
    }

    fn tests_of(
        &self,
        class: Class,
        rules: &'static InheritedTests,
        found: &mut Vec<InheritedTest>,
    ) {
        let lineage = self.lineage(class);
        let is_suite = lineage.iter().any(|it| self.is_made_for_tests(*it, rules));
        let (path, Some(semantics)) = (&self.files[class.0].path, self.semantics(class.0)) else {
            return;
        };
        if !(rules.collects)(path, semantics, class.1, is_suite) {
            return;
        }
        let own = &semantics.definition(class.1).qualified_name;
        let mut around: Option<Vec<(RepoPath, DefinitionId)>> = None;
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for (file, above) in &lineage {
            let Some(theirs) = self.semantics(*file) else { continue };
            let members = self.members.get(&(*file, *above)).into_iter().flatten();
            let mut names = Vec::new();
            for id in members {
                let method = theirs.definition(*id);
                let known = self.tests.get(&(*file, *id));
                let is_named = rules.prefix.is_some_and(|it| method.name.starts_with(it));
                names.push(method.name.as_str());
                if method.kind != DefinitionKind::Method
                    || seen.contains(method.name.as_str())
                    || !(known.is_some() || is_named)
                    || known.is_some() && (*file, *above) == class
                {
                    continue;
                }
                let framework = match known {
                    Some(test) if rules.prefix.is_none() => test.framework.clone(),
                    _ if is_suite => Name::new_static(rules.frameworks.0),
                    _ => Name::new_static(rules.frameworks.1),
                };
                let around = around.get_or_insert_with(|| self.around(&lineage, rules));
                let class_name = own.replace('.', rules.between_classes);
                found.push(InheritedTest {
                    class: class.1,
                    name: Name::from(format!("{class_name}{}{}", rules.before_method, method.name)),
                    framework,
                    symbol: Name::from(format!("{own}.{}", method.name)),
                    method: (self.files[*file].path.clone(), *id),
                    around: around.clone(),
                });
            }
            // What a nearer class has in its place hides it; overloads of one class do not.
            seen.extend(names);
        }
    }

    /// Whether a class extends one that a framework gives for tests.
    fn is_made_for_tests(&self, class: Class, rules: &InheritedTests) -> bool {
        let Some(semantics) = self.semantics(class.0) else { return false };
        let bases = &semantics.definition(class.1).bases;
        bases.iter().filter_map(|it| base_name(semantics, *it)).any(rules.is_suite_base)
    }

    /// What runs before and after each test of a class.
    fn around(&self, lineage: &[Class], rules: &InheritedTests) -> Vec<(RepoPath, DefinitionId)> {
        let mut found = Vec::new();
        for (file, class) in lineage {
            let Some(semantics) = self.semantics(*file) else { continue };
            let Some(body) = semantics.definition(*class).body else { continue };
            for name in rules.around {
                for binding in semantics.scope(body).bindings_of(name) {
                    if let Bound::Definition(id) = binding.bound {
                        found.push((self.files[*file].path.clone(), id));
                    }
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use crate::NodeKind;
    use crate::testing::{fixture, label, words};

    /// Every test with what it runs.
    fn check(text: &str, expected: &Expect) {
        let graph = fixture(text).graph();
        let mut out = String::new();
        for (id, node) in graph.nodes().filter(|(_, it)| it.key.kind == NodeKind::Test) {
            let framework = graph.inherited_test(id).map_or("own", |it| &it.framework);
            let _ = writeln!(out, "{} ({framework})", label(node));
            for half in graph.dependencies(id) {
                let (to, words) = (graph.node(half.node), words(half.kind, half.confidence));
                let _ = writeln!(out, "  {words} {}", label(to));
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_collected_class_of_python_runs_the_tests_of_its_bases_and_mixins() {
        check(
            r#"
//- /tests/base.py
import unittest
class Checks:
    def test_one(self): pass
    def test_two(self): pass
    def test_off(self): pass
class Base(unittest.TestCase):
    def setUp(self): pass
    def test_base(self): pass
//- /tests/test_x.py
from tests.base import Base, Checks
class TestX(Checks):
    test_off = None
    def setup_method(self): pass
    def test_two(self): pass
class TestMade(Checks):
    def __init__(self): pass
class Plain(Checks): pass
class Suite(Checks, Base):
    def test_own(self): pass
    def tearDown(self): pass
class Outer:
    class TestInner(Checks): pass
//- /app.py
from tests.base import Base
class Offered(Base): pass
"#,
            &expect![[r#"
                tests/test_x.py:Outer::TestInner::test_off (pytest)
                  tests exact tests/base.py:Checks.test_off
                  calls exact tests/test_x.py:Outer.TestInner
                tests/test_x.py:Outer::TestInner::test_one (pytest)
                  tests exact tests/base.py:Checks.test_one
                  calls exact tests/test_x.py:Outer.TestInner
                tests/test_x.py:Outer::TestInner::test_two (pytest)
                  tests exact tests/base.py:Checks.test_two
                  calls exact tests/test_x.py:Outer.TestInner
                tests/test_x.py:Suite::test_base (unittest)
                  calls exact tests/base.py:Base.setUp
                  tests exact tests/base.py:Base.test_base
                  calls exact tests/test_x.py:Suite
                  calls exact tests/test_x.py:Suite.tearDown
                tests/test_x.py:Suite::test_off (unittest)
                  calls exact tests/base.py:Base.setUp
                  tests exact tests/base.py:Checks.test_off
                  calls exact tests/test_x.py:Suite
                  calls exact tests/test_x.py:Suite.tearDown
                tests/test_x.py:Suite::test_one (unittest)
                  calls exact tests/base.py:Base.setUp
                  tests exact tests/base.py:Checks.test_one
                  calls exact tests/test_x.py:Suite
                  calls exact tests/test_x.py:Suite.tearDown
                tests/test_x.py:Suite::test_own (unittest)
                  calls exact tests/base.py:Base.setUp
                  calls exact tests/test_x.py:Suite
                  calls exact tests/test_x.py:Suite.tearDown
                  tests exact tests/test_x.py:Suite.test_own
                tests/test_x.py:Suite::test_two (unittest)
                  calls exact tests/base.py:Base.setUp
                  tests exact tests/base.py:Checks.test_two
                  calls exact tests/test_x.py:Suite
                  calls exact tests/test_x.py:Suite.tearDown
                tests/test_x.py:TestX::test_one (pytest)
                  tests exact tests/base.py:Checks.test_one
                  calls exact tests/test_x.py:TestX
                  calls exact tests/test_x.py:TestX.setup_method
                tests/test_x.py:TestX::test_two (own)
                  tests exact tests/test_x.py:TestX.test_two
            "#]],
        );
    }

    #[test]
    fn tests_of_an_abstract_class_of_java_are_those_of_the_classes_that_extend_it() {
        check(
            r#"
//- /src/test/java/p/BaseTest.java
package p;
import org.junit.jupiter.api.Test;
abstract class BaseTest {
    abstract int make();
    @Test void one() {}
    @Test void two() {}
}
//- /src/test/java/p/Checks.java
package p;
interface Checks {
    @org.junit.jupiter.api.Test default void three() {}
}
//- /src/test/java/p/XTest.java
package p;
import org.junit.jupiter.api.BeforeEach;
class XTest extends BaseTest implements Checks {
    int make() { return 1; }
    @BeforeEach void prepare() {}
    void two() {}
}
//- /src/test/java/p/SoloTest.java
package p;
import org.junit.jupiter.api.Test;
class SoloTest { @Test void solo() {} }
class MoreTest extends SoloTest {}
"#,
            &expect![[r#"
                src/test/java/p/SoloTest.java:MoreTest#solo (junit)
                  calls exact src/test/java/p/SoloTest.java:MoreTest
                  tests exact src/test/java/p/SoloTest.java:SoloTest.solo
                src/test/java/p/SoloTest.java:SoloTest#solo (own)
                  tests exact src/test/java/p/SoloTest.java:SoloTest.solo
                src/test/java/p/XTest.java:XTest#one (junit)
                  tests exact src/test/java/p/BaseTest.java:BaseTest.one
                  calls exact src/test/java/p/XTest.java:XTest
                  calls exact src/test/java/p/XTest.java:XTest.prepare
                src/test/java/p/XTest.java:XTest#three (junit)
                  tests exact src/test/java/p/Checks.java:Checks.three
                  calls exact src/test/java/p/XTest.java:XTest
                  calls exact src/test/java/p/XTest.java:XTest.prepare
            "#]],
        );
    }

    #[test]
    fn classes_of_other_languages_run_what_they_inherit() {
        check(
            r#"
//- /t/Base.kt
package t
import org.junit.jupiter.api.Test
abstract class Base { @Test fun one() {} }
class KotlinTest : Base()
//- /t/Base.cs
namespace T;
public abstract class Base { [Fact] public void One() {} }
public class SharpTests : Base {}
//- /tests/BaseTest.php
<?php
use PHPUnit\Framework\TestCase;
abstract class Base extends TestCase { public function testOne() {} }
class PhpTest extends Base { public function setUp(): void {} }
//- /test/base_test.rb
class Base < Minitest::Test
  def test_one; end
end
module Checks
  def test_two; end
end
class RubyTest < Base
  include Checks
end
"#,
            &expect![[r#"
                t/Base.cs:SharpTests.One (xunit)
                  tests exact t/Base.cs:Base.One
                  calls exact t/Base.cs:SharpTests
                t/Base.kt:KotlinTest#one (junit)
                  tests exact t/Base.kt:Base.one
                  calls exact t/Base.kt:KotlinTest
                test/base_test.rb:Base#test_one (own)
                  tests exact test/base_test.rb:Base.test_one
                test/base_test.rb:RubyTest#test_one (minitest)
                  tests exact test/base_test.rb:Base.test_one
                  calls exact test/base_test.rb:RubyTest
                test/base_test.rb:RubyTest#test_two (minitest)
                  tests exact test/base_test.rb:Checks.test_two
                  calls exact test/base_test.rb:RubyTest
                tests/BaseTest.php:PhpTest::testOne (phpunit)
                  tests exact tests/BaseTest.php:Base.testOne
                  calls exact tests/BaseTest.php:PhpTest
                  calls exact tests/BaseTest.php:PhpTest.setUp
            "#]],
        );
    }
}
