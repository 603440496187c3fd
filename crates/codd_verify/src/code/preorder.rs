//! The nodes below one, a parent before its children.

use tree_sitter::{Node, TreeCursor};

/// A walk over what is below a node.
///
/// To ask the cursor for one more child where there is none costs more than any other step, so
/// children are counted.
pub(super) struct Preorder<'t> {
    cursor: TreeCursor<'t>,
    at: Node<'t>,
    /// Of each node that is open: its children that are still to come.
    open: Vec<usize>,
}

impl<'t> Preorder<'t> {
    pub(super) fn below(node: Node<'t>) -> Preorder<'t> {
        Preorder { cursor: node.walk(), at: node, open: Vec::new() }
    }

    /// How many levels below the first node the last one stands.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }
}

impl<'t> Iterator for Preorder<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let children = self.at.child_count() as usize;
        if children > 0 && self.cursor.goto_first_child() {
            self.open.push(children - 1);
        } else {
            loop {
                let left = self.open.last_mut()?;
                if *left > 0 && self.cursor.goto_next_sibling() {
                    *left -= 1;
                    break;
                }
                debug_assert!(!self.cursor.goto_next_sibling(), "a child that was not counted");
                self.open.pop();
                self.cursor.goto_parent();
                if self.open.is_empty() {
                    return None;
                }
            }
        }
        self.at = self.cursor.node();
        Some(self.at)
    }
}

#[cfg(test)]
mod tests {
    use codd_facts::{language_named, tree_of};

    use super::*;

    #[test]
    fn every_node_below_one_is_met_once_with_its_depth() {
        let language = language_named("python").expect("codd reads Python");
        let text = "def f(a, b=1):\n    return [x for x in a if x]\n\nclass C:\n    pass\n";
        let tree = tree_of(language, text).expect("it is Python");
        let first = tree.root_node().child(0).expect("the file has a statement");
        for start in [tree.root_node(), first] {
            let mut expected = Vec::new();
            let mut open = vec![(start, 0)];
            while let Some((node, depth)) = open.pop() {
                expected.push((node.id(), depth));
                let children = (0..node.child_count()).rev().filter_map(|at| node.child(at));
                open.extend(children.map(|it| (it, depth + 1)));
            }
            let mut walk = Preorder::below(start);
            let mut found = vec![(start.id(), 0)];
            while let Some(node) = walk.next() {
                found.push((node.id(), walk.depth()));
            }
            assert!(found.len() > 8);
            assert_eq!(found, expected);
            assert_eq!(walk.next(), None, "and then no more");
        }
    }
}
