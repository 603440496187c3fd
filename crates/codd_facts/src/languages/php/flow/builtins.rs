//! Functions of the language that say of values what other languages have operators for.

use super::Lowering;
use crate::flow::{FlowArgument, FlowClause, FlowOperator, FlowValue, ValueId};
use crate::languages::php::texts::string_text;
use crate::node::{Node, children, field};

impl Lowering {
    /// The call of a function of the language whose meaning has a form of its own here.
    pub(super) fn known_call(&mut self, name: &str, node: Node<'_>) -> Option<FlowValue> {
        let name = name.trim_start_matches('\\').to_ascii_lowercase();
        let list = field(node, "arguments")?;
        let given = children(list);
        let is_plain = |it: &Node<'_>| {
            it.kind() == "argument"
                && field(*it, "name").is_none()
                && it.first_child().is_some_and(|it| it.kind() != "variadic_unpacking")
        };
        if !given.iter().all(is_plain) {
            return None;
        }
        let given: Vec<Node<'_>> = given.into_iter().filter_map(Node::first_child).collect();
        match (name.as_str(), &given[..]) {
            ("in_array", [item, list, strict]) if strict.text().eq_ignore_ascii_case("true") => {
                Some(self.within(*item, *list))
            }
            // Compared loosely, `1 or more` is 1.
            ("in_array", [_, list] | [_, list, _]) if holds_numbers(*list) => None,
            ("in_array", [item, list] | [item, list, _])
            | ("array_key_exists" | "key_exists", [item, list]) => Some(self.within(*item, *list)),
            ("str_contains", [text, part]) => Some(self.within(*part, *text)),
            ("str_starts_with" | "str_ends_with", [text, part]) => {
                let method = if name == "str_starts_with" { "startsWith" } else { "endsWith" };
                let (text, part) = (self.value(*text), self.value(*part));
                let call = self.method_call(text, method, vec![part], node);
                Some(self.builder.facts.value(call).clone())
            }
            ("isset", [place]) if place.kind() == "subscript_expression" => {
                let [list, key] = children(*place)[..] else { return None };
                Some(self.within(key, list))
            }
            ("preg_match", [pattern, text, further @ ..]) => {
                self.pattern_test(*pattern, *text, further, node)
            }
            // A variable by the name of each.
            ("compact", names) => {
                let mut items = Vec::new();
                for it in names {
                    let text = string_text(*it)?;
                    let key = self.builder.text(&text, it.span());
                    items.push((Some(key), self.builder.named(&format!("${text}"), it.span())));
                }
                Some(FlowValue::Mapping(items))
            }
            ("call_user_func", [function, arguments @ ..]) => {
                let callee = self.callable(*function);
                let arguments = self.values(arguments.iter().copied());
                let arguments =
                    arguments.into_iter().map(|value| FlowArgument { name: None, value }).collect();
                Some(FlowValue::Call { callee, arguments, is_new: false })
            }
            ("array_map", [function, list]) => Some(self.mapped(*function, *list, node)),
            // Which variables it makes, only the list knows.
            ("extract", _) => {
                self.builder.facts.given_up += 1;
                None
            }
            ("call_user_func_array", [function, list]) => {
                let callee = self.callable(*function);
                let inner = self.value(*list);
                let value = self.builder.value(FlowValue::Spread(inner), list.span());
                let arguments = vec![FlowArgument { name: None, value }];
                Some(FlowValue::Call { callee, arguments, is_new: false })
            }
            ("array_push", [list, items @ ..]) => {
                let base = self.value(*list);
                let items = self.values(items.iter().copied());
                let call = self.method_call(base, "append", items, node);
                Some(self.builder.facts.value(call).clone())
            }
            // What is said at the end is a part of the page.
            ("exit" | "die", [said]) => {
                let said = self.value(*said);
                let said = self.builtin("echo", vec![said], node);
                let end = self.builtin("exit", Vec::new(), node);
                let parts = [said, end].map(|it| self.builder.value(it, node.span()));
                Some(FlowValue::Sequence(parts.to_vec()))
            }
            ("header", [line, ..]) => {
                let line = self.value(*line);
                Some(match self.location(line) {
                    Some(place) => self.builtin("header.location", vec![place], node),
                    None => self.builtin("header", vec![line], node),
                })
            }
            // What the request holds, as it came.
            ("file_get_contents" | "fopen" | "file", [path, ..])
                if path.text().trim_matches(['"', '\'']) == "php://input" =>
            {
                Some(FlowValue::Name(self.builder.name("php.input")))
            }
            _ => None,
        }
    }

    /// A function that is passed, as a text or not.
    fn callable(&mut self, node: Node<'_>) -> ValueId {
        let value = self.value(node);
        let FlowValue::Text(text) = self.builder.facts.value(value) else { return value };
        let text = self.builder.facts.name(*text).trim_start_matches('\\').to_owned();
        match text.split_once("::") {
            Some((class, method)) => {
                let base = self.builder.named(class, node.span());
                let name = self.builder.name(method);
                self.builder.value(FlowValue::Attribute { base, name }, node.span())
            }
            None => self.builder.named(&text, node.span()),
        }
    }

    /// `array_map('f', $list)`: what a function makes of each item.
    fn mapped(&mut self, function: Node<'_>, list: Node<'_>, node: Node<'_>) -> FlowValue {
        let callee = self.callable(function);
        let iterable = self.value(list);
        // No variable of the program has a blank in its name.
        let target = self.builder.named("$ item", list.span());
        self.builder.bind_target(target);
        let arguments = vec![FlowArgument { name: None, value: target }];
        let call = FlowValue::Call { callee, arguments, is_new: false };
        let value = self.builder.value(call, node.span());
        let clauses = vec![FlowClause { target, iterable, tests: Vec::new() }];
        FlowValue::Comprehension { clauses, key: None, value }
    }

    /// Where a header sends a browser: what follows `Location:`.
    fn location(&mut self, line: ValueId) -> Option<ValueId> {
        const NAME: &str = "location:";
        let FlowValue::Joined { parts, .. } = self.builder.facts.value(line).clone() else {
            return None;
        };
        let (first, further) = parts.split_first()?;
        let span = self.builder.facts.span(*first);
        let FlowValue::Text(first) = self.builder.facts.value(*first) else { return None };
        let first = self.builder.facts.name(*first).to_string();
        let begins = first.get(..NAME.len()).is_some_and(|it| it.eq_ignore_ascii_case(NAME));
        let rest = first[if begins { NAME.len() } else { return None }..].trim_start();
        let mut parts = further.to_vec();
        if !rest.is_empty() {
            parts.insert(0, self.builder.text(rest, span));
        }
        match parts[..] {
            [one] => Some(one),
            _ => {
                let span = self.builder.facts.span(line);
                Some(self.builder.value(FlowValue::Joined { parts, is_text: true }, span))
            }
        }
    }

    fn within(&mut self, item: Node<'_>, list: Node<'_>) -> FlowValue {
        let (left, right) = (self.value(item), self.value(list));
        FlowValue::Binary { operator: FlowOperator::In, left, right }
    }

    /// `preg_match('/^[a-z]+$/', $text, $found)`.
    fn pattern_test(
        &mut self,
        pattern: Node<'_>,
        text: Node<'_>,
        further: &[Node<'_>],
        node: Node<'_>,
    ) -> Option<FlowValue> {
        let source = pattern_source(&string_text(pattern)?)?;
        let source = FlowValue::Pattern(self.builder.name(&source));
        let source = self.builder.value(source, pattern.span());
        let subject = self.value(text);
        let test = self.method_call(source, "test", vec![subject], node);
        let Some(found) = further.first() else {
            return Some(self.builder.facts.value(test).clone());
        };
        // What was found is written by whoever wrote the text.
        let value = self.builder.value(FlowValue::Unknown(vec![subject]), found.span());
        let value = self.builder.value(FlowValue::Sequence(vec![value]), found.span());
        let target = self.target(*found);
        let kept = self.builder.value(FlowValue::Assigned { target, value }, found.span());
        Some(FlowValue::All(vec![kept, test]))
    }

    /// A call that is compared with what it gives: `strpos($a, '..') === false`,
    /// `preg_match($p, $a) === 1`.
    pub(super) fn compared_call(&mut self, node: Node<'_>, operator: &str) -> Option<FlowValue> {
        let is_equal = match operator {
            "===" | "==" => true,
            "!==" | "!=" | "<>" => false,
            _ => return None,
        };
        let (left, right) = (field(node, "left")?, field(node, "right")?);
        let is_call = |it: &Node<'_>| it.kind() == "function_call_expression";
        let (call, other) = if is_call(&left) { (left, right) } else { (right, left) };
        if !is_call(&call) {
            return None;
        }
        let name = field(call, "function")?.text().trim_start_matches('\\').to_ascii_lowercase();
        let other = other.text().to_ascii_lowercase();
        match (name.as_str(), other.as_str()) {
            // A place of 0 is as good as none where it is compared loosely.
            ("strpos" | "stripos" | "strrpos" | "strstr" | "mb_strpos", "false")
                if operator.len() == 3 =>
            {
                let given = children(field(call, "arguments")?);
                let [text, part, ..] = given[..] else { return None };
                let (text, part) = (text.first_child()?, part.first_child()?);
                let (left, right) = (self.value(part), self.value(text));
                let operator = if is_equal { FlowOperator::NotIn } else { FlowOperator::In };
                Some(FlowValue::Binary { operator, left, right })
            }
            ("strpos", "0") if operator.len() == 3 => {
                let given = children(field(call, "arguments")?);
                let [text, part] = given[..] else { return None };
                let (text, part) = (text.first_child()?, part.first_child()?);
                let (text, part) = (self.value(text), self.value(part));
                let test = self.method_call(text, "startsWith", vec![part], node);
                Some(if is_equal { FlowValue::Any(vec![test]) } else { FlowValue::Not(test) })
            }
            // Where nothing is found it gives 0; `false` is for what is no pattern.
            ("preg_match", "1" | "0" | "true" | "false")
                if operator.len() == 2 || matches!(other.as_str(), "1" | "0") =>
            {
                let is_true = matches!(other.as_str(), "1" | "true");
                let test = self.value(call);
                Some(if is_true == is_equal {
                    FlowValue::Any(vec![test])
                } else {
                    FlowValue::Not(test)
                })
            }
            _ => None,
        }
    }
}

/// Whether a list that is written in place holds numbers, or texts that are read as some.
fn holds_numbers(list: Node<'_>) -> bool {
    let is_number = |it: Node<'_>| {
        let text = string_text(it).unwrap_or_else(|| it.text().to_owned());
        text.trim().parse::<f64>().is_ok()
    };
    list.kind() == "array_creation_expression"
        && children(list).into_iter().filter_map(|it| children(it).pop()).any(is_number)
}

/// The regular expression between its delimiters; `None` where flags say something that we do
/// not know.
fn pattern_source(written: &str) -> Option<String> {
    let text = written.trim_start();
    let open = text.chars().next()?;
    let close = match open {
        '(' => ')',
        '{' => '}',
        '[' => ']',
        '<' => '>',
        other if other.is_alphanumeric() || other == '\\' => return None,
        other => other,
    };
    let end = text.rfind(close).filter(|it| *it > 0)?;
    let (source, flags) = (&text[open.len_utf8()..end], &text[end + close.len_utf8()..]);
    if !flags.chars().all(|it| matches!(it, 'i' | 'u' | 'D' | 's' | 'm')) {
        return None;
    }
    // With `m`, its ends are those of a line; without `D`, the end is before a last line end, too:
    // said as a pattern says it by itself.
    let lines = if flags.contains('m') { "(?m)" } else { "" };
    match source.strip_suffix('$') {
        Some(rest) if !flags.contains('D') && !rest.ends_with('\\') => {
            Some(format!("{lines}{rest}\\Z"))
        }
        _ => Some(format!("{lines}{source}")),
    }
}

#[cfg(test)]
mod tests {
    use super::pattern_source;

    #[test]
    fn patterns_are_read_between_their_delimiters() {
        assert_eq!(pattern_source("/^a$/D").as_deref(), Some("^a$"));
        assert_eq!(pattern_source("{^a/b$}i").as_deref(), Some("^a/b\\Z"));
        assert_eq!(pattern_source("#^a$#m").as_deref(), Some("(?m)^a\\Z"));
        assert_eq!(pattern_source("/^a$/e"), None);
        assert_eq!(pattern_source("abc"), None);
        assert_eq!(pattern_source("/"), None);
    }
}
