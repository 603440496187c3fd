//! What the grammars of all languages call branches, loops, handlers and functions, and how
//! code refuses a request.

/// What a kind of node says of what is below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    #[default]
    Plain,
    /// Its parts run or do not, but for what decides that.
    Branch,
    Loop,
    /// Two operands, the second of which may not be asked for.
    Operator,
    /// Python's `a if b else c`, whose second part decides.
    Choice,
    Comprehension,
    Try,
    Handler,
    Finally,
    /// A function without a name.
    Lambda,
    Function,
    /// Ends the function that it is in.
    Return,
    /// Ends the statements around it.
    Leave,
    /// All of it may be left out.
    Skipped,
    With,
    Chain,
}

pub(super) fn role(kind: &str) -> Role {
    match kind {
        "if_statement"
        | "if_expression"
        | "if"
        | "unless"
        | "if_modifier"
        | "unless_modifier"
        | "ternary_expression"
        | "conditional"
        | "switch_statement"
        | "switch_expression"
        | "expression_switch_statement"
        | "type_switch_statement"
        | "select_statement"
        | "match_statement"
        | "match_expression"
        | "case"
        | "case_match"
        | "when_expression" => Role::Branch,
        "for_statement"
        | "for_in_statement"
        | "foreach_statement"
        | "enhanced_for_statement"
        | "for_expression"
        | "for"
        | "while_statement"
        | "while_expression"
        | "while"
        | "until"
        | "while_modifier"
        | "until_modifier" => Role::Loop,
        "boolean_operator"
        | "binary_expression"
        | "binary"
        | "conjunction_expression"
        | "disjunction_expression" => Role::Operator,
        "conditional_expression" => Role::Choice,
        "list_comprehension" | "set_comprehension" | "dictionary_comprehension" => {
            Role::Comprehension
        }
        "try_statement"
        | "try_expression"
        | "try_with_resources_statement"
        | "begin"
        | "body_statement"
        | "do_statement"
        | "rescue_modifier" => Role::Try,
        "except_clause" | "except_group_clause" | "catch_clause" | "catch_block" | "rescue" => {
            Role::Handler
        }
        "finally_clause" | "finally_block" | "ensure" => Role::Finally,
        "lambda"
        | "lambda_expression"
        | "arrow_function"
        | "function_expression"
        | "generator_function"
        | "func_literal"
        | "closure_expression"
        | "lambda_literal"
        | "anonymous_function"
        | "anonymous_function_creation_expression"
        | "anonymous_method_expression"
        | "do_block" => Role::Lambda,
        "function_definition"
        | "function_declaration"
        | "method_definition"
        | "method_declaration"
        | "method"
        | "singleton_method"
        | "function_item"
        | "constructor_declaration"
        | "generator_function_declaration"
        | "local_function_statement"
        | "init_declaration" => Role::Function,
        "return_statement" | "return_expression" | "return" => Role::Return,
        "raise_statement" | "throw_statement" | "throw_expression" | "continue_statement"
        | "break_statement" => Role::Leave,
        "assert_statement" | "go_statement" | "defer_statement" | "generator_expression" => {
            Role::Skipped
        }
        "with_statement" => Role::With,
        "member_expression" | "call_expression" | "subscript_expression" => Role::Chain,
        _ => Role::Plain,
    }
}

/// Parts of a branch or loop that run whenever it does, by their fields.
pub(super) const DECIDING: &[&str] = &[
    "condition",
    "value",
    "subject",
    "left",
    "right",
    "initializer",
    "init",
    "initialize",
    "expr",
    "collection",
    "item",
    "type",
    "name",
    "kind",
    "pattern",
    "operator",
    "label",
];

/// Statements that follow one another.
pub(super) const BLOCKS: &[&str] = &[
    "block",
    "statement_block",
    "compound_statement",
    "statements",
    "body_statement",
    "then",
    "do",
    "module",
    "program",
    "block_body",
    "statement_list",
];

/// Functions that call what they are given some times or later, perhaps never. What makes a list
/// of the results of a call is left out: the call is what it is for.
pub(super) const CALL_MAYBE: &[&str] = &[
    "catch",
    "each",
    "every",
    "filter",
    "find",
    "findIndex",
    "forEach",
    "nextTick",
    "on",
    "once",
    "reduce",
    "setImmediate",
    "setInterval",
    "setTimeout",
    "some",
    "addEventListener",
];

/// Methods that run what they are given when something else is done.
pub(super) const DEFERRING: &[&str] = &[".then", ".finally"];

/// How statements begin behind which nothing of their function runs.
pub(super) const ENDS: &[&str] = &[
    "return",
    "raise",
    "throw",
    "abort(",
    "flask.abort(",
    "panic(",
    "panic!",
    "process.exit(",
    "sys.exit(",
    "os.Exit(",
    "log.Fatal",
];

/// Functions that start what they are given and go on, or that swallow how it ends.
pub(super) const LATER: &[&str] = &[
    "allSettled",
    "any",
    "create_task",
    "ensure_future",
    "run_coroutine_threadsafe",
    "start_soon",
    "race",
    "wait",
    "WhenAny",
];

/// Functions whose own value has to be waited for with what they are given.
pub(super) const GATHERING: &[&str] = &["all", "gather", "shield", "wait_for", "WhenAll"];

/// How functions call the last parameter, which goes on with the request.
pub(super) const NEXT: &[&str] =
    &["next", "$next", "nxt", "n", "_next", "call_next", "get_response", "done"];

/// Answers of more text than this are not looked through.
pub(super) const MAX_ANSWER: usize = 400;

/// Names of errors that frameworks have for statuses.
pub(super) const ERROR_STATUSES: &[&str] = &[
    "StatusUnauthorized",
    "StatusForbidden",
    "StatusBadRequest",
    "StatusNotFound",
    "StatusInternalServerError",
    "StatusMethodNotAllowed",
    "StatusConflict",
];

pub(super) fn is_error_status(text: &str) -> bool {
    text.len() == 3
        && text.starts_with(['4', '5'])
        && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text names a status that says that the request was refused.
pub(super) fn says_error_status(text: &str) -> bool {
    let mut behind = text.match_indices("tatus").map(|(at, it)| &text[at + it.len()..]);
    ERROR_STATUSES.iter().any(|it| text.contains(it))
        || behind.any(|rest| {
            let rest = rest.strip_prefix("_code").or(rest.strip_prefix("Code")).unwrap_or(rest);
            let rest = rest.trim_start_matches([' ', '=', ':', '(']);
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            is_error_status(&rest[..digits])
        })
}
