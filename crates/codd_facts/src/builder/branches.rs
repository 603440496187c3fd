//! What decides which definition a name of a top level or of a class has: the conditions that it
//! stands under, and what is tried before it.

use crate::facts::TokenHasher;
use crate::tree::{NodeId, SyntaxTree};

/// Statements that define something or not, by a condition.
const CONDITIONS: &[&str] = &["if", "if_statement", "unless"];

/// Statements that define something where something else fails.
const ATTEMPTS: &[&str] = &["begin", "try_statement"];

/// What may stand around statements that run when a file is loaded.
const AROUND: &[&str] = &[
    "block",
    "body_statement",
    "class",
    "class_definition",
    "compound_statement",
    "decorated_definition",
    "elif_clause",
    "else",
    "else_clause",
    "elsif",
    "ensure",
    "except_clause",
    "finally_clause",
    "module",
    "rescue",
    "then",
];

/// Statements around one definition that are looked at.
const MOST_AROUND: usize = 16;

/// The statements of a file that define something or not, in order.
pub(super) struct Branches {
    all: Vec<(NodeId, bool)>,
    /// The field of conditions.
    condition: u16,
}

impl Branches {
    pub(super) fn of(tree: &SyntaxTree<'_>) -> Branches {
        let condition = tree.language.field_id_for_name("condition").map_or(0, Into::into);
        let mut all = Vec::new();
        let mut todo = vec![SyntaxTree::ROOT];
        while let Some(at) = todo.pop() {
            for child in tree.named_children(at) {
                let kind = tree.language.node_kind_for_id(tree.kind(child)).unwrap_or_default();
                let is_attempt = ATTEMPTS.contains(&kind);
                if is_attempt || CONDITIONS.contains(&kind) {
                    all.push((child, is_attempt));
                    todo.push(child);
                } else if AROUND.contains(&kind) {
                    todo.push(child);
                }
            }
        }
        all.sort_unstable();
        Branches { all, condition }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Adds what decides whether there is what stands at `node`, as far as that is in `outer`;
    /// gives whether anything does.
    pub(super) fn hash_around(
        &self,
        tree: &SyntaxTree<'_>,
        (node, outer): (NodeId, NodeId),
        holes: &[(NodeId, &str)],
        hasher: &mut TokenHasher,
    ) -> bool {
        let before = self.all.partition_point(|it| it.0 <= node);
        let holds = |it: &&(NodeId, bool)| it.0 > outer && node < tree.after(it.0);
        // One that has ended may stand between two that are around.
        let around = self.all[..before].iter().rev().take(MOST_AROUND * MOST_AROUND);
        let mut is_any = false;
        for (statement, is_attempt) in around.filter(holds).take(MOST_AROUND) {
            is_any = true;
            // Which branch it is.
            let is_before = |it: &NodeId| tree.after(*it) <= node;
            let place = tree.named_children(*statement).take_while(is_before).count() as u32;
            hasher.token(&place.to_le_bytes());
            if *is_attempt {
                tree.hash_into(hasher, *statement, holes, "");
                continue;
            }
            let parts = tree.named_children(*statement);
            for part in parts {
                let inner = tree.named_children(part);
                for it in std::iter::once(part).chain(inner) {
                    if tree.field(it) == self.condition && self.condition != 0 {
                        tree.hash_into(hasher, it, &[], "");
                    }
                }
            }
        }
        is_any
    }
}

#[cfg(test)]
mod tests {
    use codd_source::RepoPath;

    use crate::{Hash64, extract, language_of, parse};

    fn bodies(path: &str, text: &str, name: &str) -> Vec<Hash64> {
        let path = RepoPath::from(path);
        let facts = extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap());
        let all = facts.semantics.definitions.iter().zip(&facts.places.definitions);
        all.filter(|(it, _)| it.qualified_name == name).map(|(_, place)| place.body).collect()
    }

    /// Whether what `name` is depends on what `A` and `B` stand for in a text.
    fn differs(path: &str, text: &str, name: &str) -> bool {
        let with = |it: &str| bodies(path, &text.replace("IT", it), name);
        let (one, other) = (with("a"), with("b"));
        assert!(!one.is_empty(), "{name}");
        one != other
    }

    #[test]
    fn a_condition_decides_what_a_name_is() {
        let python = "if IT:\n    def f(): return 1\nelif c:\n    def f(): return 2\nelse:\n    \
                      def f(): return 3\ndef g(): return 1\n";
        assert!(differs("a.py", python, "f"));
        assert!(!differs("a.py", python, "g"));
        assert!(differs("a.py", &python.replace("IT", "x").replace("elif c", "elif IT"), "f"));
        let variable = "if IT:\n    F = 1\nelse:\n    F = 2\n";
        assert!(differs("a.py", variable, "F"));
        let attempt = "try:\n    import IT\nexcept ImportError:\n    def f(): return 1\n";
        assert!(differs("a.py", attempt, "f"));
        // What else a branch does is its own.
        let beside = "if x:\n    run(IT)\n    def f(): return 1\n";
        assert!(!differs("a.py", beside, "f"));
        let class = "class C:\n    if IT:\n        def m(self): return 1\n    def n(self): pass\n";
        assert!(differs("a.py", class, "C.m"));
        assert!(!differs("a.py", class, "C.n"));
        // A class under a condition has the methods that it has.
        let whole = "if IT:\n    class C:\n        def m(self): return 1\n";
        assert!(differs("a.py", whole, "C"));
        assert!(!differs("a.py", whole, "C.m"));
    }

    #[test]
    fn what_a_variable_is_given_below_a_condition_is_a_part_of_it() {
        let script = "let run = null;\nif (IT) { run = one; } else { run = () => 2; }\n\
                      let other = 1;\nexport { run, other };\n";
        assert!(differs("a.ts", script, "run"));
        assert!(!differs("a.ts", script, "other"));
        assert!(differs("a.ts", "let run = 1;\nrun = IT;\n", "run"));
        assert!(differs("a.php", "<?php\nif (IT()) { function f() { return 1; } }\n", "f"));
        assert!(differs("a.rb", "if IT\n  def f\n    1\n  end\nend\n", "f"));
        assert!(differs("a.rb", "unless IT\n  def f\n    1\n  end\nend\n", "f"));
        // Where it runs, whoever calls that says.
        let inner = "function g() { if (IT) { run = 1; } }\nlet run = 0;\n";
        assert!(!differs("a.js", inner, "run"));
    }
}
