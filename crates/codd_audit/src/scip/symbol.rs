//! Names of symbols by SCIP's grammar.

use codd_facts::{DefinitionId, DefinitionKind, Semantics};

/// The symbol of a definition, or of a file as a whole.
///
/// `codd . . . ` stands for the scheme and a package of which neither manager, name nor version
/// is said: the file's path begins the descriptors.
pub(crate) fn symbol_of(path: &str, definition: Option<(&Semantics, DefinitionId)>) -> String {
    let mut symbol = format!("codd . . . {}/", name(path));
    let Some((semantics, id)) = definition else { return symbol };
    let mut chain = Vec::new();
    let mut at = Some(id);
    while let Some(id) = at {
        let Some(it) = semantics.definitions.get(id.index()) else { break };
        chain.push(it);
        // A parent stands before its members, so this ends.
        at = it.parent.filter(|parent| parent.index() < id.index());
    }
    for it in chain.into_iter().rev() {
        let own = it.name.as_str();
        let told_apart = match it.ordinal {
            0 => String::new(),
            ordinal => format!("+{ordinal}"),
        };
        symbol.push_str(&match it.kind {
            DefinitionKind::Function | DefinitionKind::Method | DefinitionKind::Callback => {
                format!("{}({told_apart}).", name(own))
            }
            DefinitionKind::Class
            | DefinitionKind::Interface
            | DefinitionKind::Enum
            | DefinitionKind::TypeAlias => format!("{}#", name(&format!("{own}{told_apart}"))),
            DefinitionKind::Namespace => format!("{}/", name(&format!("{own}{told_apart}"))),
            DefinitionKind::Variable | DefinitionKind::Field | DefinitionKind::Resource => {
                format!("{}.", name(&format!("{own}{told_apart}")))
            }
        });
    }
    symbol
}

/// A name as a descriptor has it: in backticks where it is no simple identifier.
fn name(text: &str) -> String {
    let is_simple = |it: char| it.is_ascii_alphanumeric() || "_+-$".contains(it);
    if !text.is_empty() && text.chars().all(is_simple) {
        text.to_owned()
    } else {
        format!("`{}`", text.replace('`', "``"))
    }
}

/// The name in the last descriptor of a symbol: what its definition is called in the text.
pub(crate) fn last_name(symbol: &str) -> Option<&str> {
    let end = symbol.trim_end_matches(['.', '#', '/', ':', '!']);
    let end = match end.strip_suffix(')') {
        // A method with what tells it apart, or a parameter.
        Some(inside) => {
            let (before, within) = inside.rsplit_once('(')?;
            if before.ends_with(['.', '#', '/', ')']) { within } else { before }
        }
        None => end,
    };
    if let Some(quoted) = end.strip_suffix('`') {
        let at = quoted.rfind('`')?;
        return Some(&quoted[at + 1..]);
    }
    let is_of_name = |it: char| it.is_alphanumeric() || "_+-$".contains(it);
    let start = end
        .rfind(|it: char| !is_of_name(it))
        .map_or(0, |at| at + end[at..].chars().next().map_or(1, char::len_utf8));
    Some(&end[start..]).filter(|it| !it.is_empty())
}
