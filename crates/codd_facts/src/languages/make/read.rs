//! From the lines of a makefile to targets and variables, and what these use.

use codd_source::Span;
use rustc_hash::FxHashMap;

use super::is_main;
use super::lines::{Line, Part, Said};
use crate::commands::{Shell, commands, make_key, read_command};
use crate::links::{local_key, normalized, paths_from};
use crate::resources::{Resources, is_environment_name};
use crate::{DefinitionId, LinkKind, LinkRole, Name};

/// Expansions in expansions that are read.
const DEEPEST: u32 = 8;

/// Targets that say something to make, and are never made.
fn is_special(target: &str) -> bool {
    target.starts_with('.')
        && !target.contains('/')
        && target[1..].chars().all(|it| it.is_ascii_uppercase() || it == '_')
}

/// What is known of the file before its uses are read.
struct Makefile<'t> {
    /// Where names are looked up: this file, then those that it includes.
    places: Vec<Name>,
    targets: FxHashMap<&'t str, DefinitionId>,
    variables: FxHashMap<&'t str, DefinitionId>,
    /// The targets of each line's rule, the one with the rule's text first.
    of_lines: Vec<Vec<DefinitionId>>,
}

pub(super) fn read(lines: &[Line<'_>], resources: &mut Resources<'_>) {
    let mut file = Makefile {
        places: vec![Name::new(resources.path.as_str())],
        targets: FxHashMap::default(),
        variables: FxHashMap::default(),
        of_lines: Vec::new(),
    };
    define(lines, &mut file, resources);
    default_target(lines, &file, resources);
    for (line, targets) in lines.iter().zip(&file.of_lines) {
        uses(line, targets, &file, resources);
    }
}

/// Adds all targets and variables of the file.
fn define<'t>(lines: &[Line<'t>], file: &mut Makefile<'t>, resources: &mut Resources<'_>) {
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let mut of_line = Vec::new();
        match &line.said {
            Said::Rule { targets, .. } => {
                let recipe = lines[at + 1..].iter().take_while(|it| {
                    matches!(it.said, Said::Recipe(_)) || it.said == Said::Nothing
                });
                let recipe = recipe.filter(|it| matches!(it.said, Said::Recipe(_))).last();
                let end = recipe.map_or(line.span.end, |it| it.span.end);
                let whole = Span { end, ..line.span };
                for target in targets.words() {
                    of_line.extend(define_target(target, whole, of_line.first(), file, resources));
                }
            }
            Said::Recipe(_) => {
                of_line = file.of_lines.last().cloned().unwrap_or_default();
            }
            Said::Nothing => {
                // A conditional inside of a recipe does not end it.
                of_line = file.of_lines.last().cloned().unwrap_or_default();
            }
            Said::Variable { of: None, name, is_exported, .. } => {
                let own = match file.variables.get(name.text) {
                    Some(own) => {
                        resources.continue_with(*own, line.span);
                        Some(*own)
                    }
                    None => {
                        let own = resources.define(name.text, line.span, name.span(), None);
                        let key = local_key(&file.places[0], &format!("var:{}", name.text));
                        let (kind, role) = (LinkKind::Local, LinkRole::Declares);
                        resources.link(kind, role, [key], own, name.span());
                        own
                    }
                };
                if *is_exported && is_environment_name(name.text) {
                    let (kind, keys) = (LinkKind::Environment, [Name::new(name.text)]);
                    resources.link(kind, LinkRole::Declares, keys, own, name.span());
                }
                if let Some(own) = own {
                    file.variables.insert(name.text, own);
                    of_line.push(own);
                }
            }
            Said::Include(files) => {
                for path in files.words().filter(|it| !it.text.contains(['$', '*'])) {
                    let found = normalized(resources.folder(), path.text);
                    file.places.extend(found.map(Name::from));
                }
            }
            Said::Variable { of: Some(_), .. } | Said::Export(_) => {}
        }
        file.of_lines.push(of_line);
        at += 1;
    }
}

fn define_target<'t>(
    target: Part<'t>,
    whole: Span,
    first: Option<&DefinitionId>,
    file: &mut Makefile<'t>,
    resources: &mut Resources<'_>,
) -> Option<DefinitionId> {
    if is_special(target.text) || target.text.contains('$') {
        return None;
    }
    // What several targets share is the text of the first.
    let span = if first.is_some() { target.span() } else { whole };
    if let Some(known) = file.targets.get(target.text) {
        resources.continue_with(*known, span);
        return Some(*known);
    }
    let own = resources.define(target.text, span, target.span(), None)?;
    let local = local_key(&file.places[0], &format!("target:{}", target.text));
    let (role, at) = (LinkRole::Declares, target.span());
    resources.link(LinkKind::Local, role, [local.clone()], Some(own), at);
    let folder = resources.folder();
    let mut keys = vec![make_key(resources.path.as_str(), target.text)];
    keys.push(make_key(folder, target.text));
    if !is_main(resources.path) {
        // Included by the makefile beside it, or by the one above.
        let outer = folder.rsplit_once('/').map_or("", |(outer, _)| outer);
        keys.push(make_key(outer, target.text));
        keys.dedup();
    }
    resources.link(LinkKind::Script, role, keys, Some(own), at);
    if let Some(first) = first {
        let name = resources.builder.semantics.definition(*first).name.clone();
        let key = local_key(&file.places[0], &format!("target:{name}"));
        resources.link(LinkKind::Local, LinkRole::Calls, [key], Some(own), at);
    }
    file.targets.insert(target.text, own);
    Some(own)
}

/// What `make` without a word makes: the first target, unless the file says another.
fn default_target(lines: &[Line<'_>], file: &Makefile<'_>, resources: &mut Resources<'_>) {
    if !is_main(resources.path) {
        return;
    }
    let said = lines.iter().find_map(|it| match &it.said {
        Said::Variable { of: None, name, value, .. } if name.text == ".DEFAULT_GOAL" => {
            file.targets.get(value.text)
        }
        _ => None,
    });
    let first = lines.iter().find_map(|it| match &it.said {
        Said::Rule { targets, .. } => targets
            .words()
            .filter(|it| !it.text.starts_with('.') && !it.text.contains('%'))
            .find_map(|it| file.targets.get(it.text)),
        _ => None,
    });
    if let Some(own) = said.or(first) {
        let keys = [make_key(resources.folder(), "")];
        let span = Span { start: 0, end: 0 };
        resources.link(LinkKind::Script, LinkRole::Declares, keys, Some(*own), span);
    }
}

fn uses(
    line: &Line<'_>,
    of_line: &[DefinitionId],
    file: &Makefile<'_>,
    resources: &mut Resources<'_>,
) {
    let own = of_line.first().copied();
    match &line.said {
        Said::Rule { targets, needs, command } => {
            expanded(*targets, own, file, 0, resources);
            needed(*needs, own, targets.text, file, resources);
            if let Some(command) = command {
                run(*command, own, file, resources);
            }
        }
        Said::Recipe(command) => run(*command, own, file, resources),
        Said::Variable { of, value, .. } => {
            let target = of.and_then(|it| file.targets.get(it.text).copied());
            expanded(*value, target.or(own), file, 0, resources);
        }
        Said::Export(names) => {
            for name in names.words().filter(|it| is_environment_name(it.text)) {
                let own = file.variables.get(name.text).copied();
                let role = if own.is_some() { LinkRole::Declares } else { LinkRole::Adopts };
                let keys = [Name::new(name.text)];
                resources.link(LinkKind::Environment, role, keys, own, name.span());
            }
        }
        Said::Include(files) => {
            for path in files.words().filter(|it| !it.text.contains(['$', '*'])) {
                let keys = paths_from(resources.folder(), path.text);
                resources.link(LinkKind::File, LinkRole::Reads, keys, None, path.span());
            }
        }
        Said::Nothing => {}
    }
}

/// The prerequisites of a rule: targets, or files.
fn needed(
    needs: Part<'_>,
    own: Option<DefinitionId>,
    targets: &str,
    file: &Makefile<'_>,
    resources: &mut Resources<'_>,
) {
    expanded(needs, own, file, 0, resources);
    let is_phony = targets == ".PHONY";
    for word in needs.words().filter(|it| it.text != "|" && !is_phony) {
        if word.text.contains('%') {
            resources.builder.not_modelled("pattern rules");
            continue;
        }
        if word.text.contains(['$', '*']) {
            continue;
        }
        let keys = file.places.iter().map(|it| local_key(it, &format!("target:{}", word.text)));
        let keys: Vec<Name> = keys.collect();
        resources.link(LinkKind::Local, LinkRole::Calls, keys, own, word.span());
        if !file.targets.contains_key(word.text)
            && let Some(path) = normalized(resources.folder(), word.text)
        {
            let keys = [Name::from(path)];
            resources.link(LinkKind::File, LinkRole::Reads, keys, own, word.span());
        }
    }
}

/// One line of a recipe, which has a shell of its own.
fn run(
    command: Part<'_>,
    own: Option<DefinitionId>,
    file: &Makefile<'_>,
    resources: &mut Resources<'_>,
) {
    expanded(command, own, file, 0, resources);
    let mut shell = Shell::new(resources.folder(), own);
    for words in commands(command.text, command.start) {
        read_command(resources, &words, &mut shell);
    }
}

/// The variables that a text expands: `$(NAME)`, `${NAME:.c=.o}`, `$(call name,…)`, and
/// `$$NAME` of the shell.
fn expanded(
    part: Part<'_>,
    own: Option<DefinitionId>,
    file: &Makefile<'_>,
    depth: u32,
    resources: &mut Resources<'_>,
) {
    let mut at = 0;
    while let Some(found) = part.text[at..].find('$').map(|it| at + it) {
        let rest = &part.text[found + 1..];
        at = found + 1;
        let is_of_shell = rest.starts_with('$');
        let inner = rest.trim_start_matches('$').trim_start_matches(['(', '{']);
        if is_of_shell {
            at += 1;
        } else if !rest.starts_with(['(', '{']) {
            continue;
        }
        let end = inner.find(|it: char| !it.is_alphanumeric() && !matches!(it, '_' | '-' | '.'));
        let mut name = &inner[..end.unwrap_or(inner.len())];
        if name == "call" {
            let called = inner[name.len()..].trim_start();
            let end = called.find([',', ')', '}']).unwrap_or(called.len());
            name = called[..end].trim();
        } else if name == "shell" && depth < DEEPEST {
            let start = part.start + (inner.as_ptr() as usize - part.text.as_ptr() as usize) as u32;
            let mut shell = Shell::new(resources.folder(), own);
            let script = &inner[name.len()..];
            let script = &script[..script.find(')').unwrap_or(script.len())];
            for words in commands(script, start + name.len() as u32) {
                read_command(resources, &words, &mut shell);
            }
            continue;
        }
        if name.is_empty() {
            continue;
        }
        let start = part.start + (name.as_ptr() as usize - part.text.as_ptr() as usize) as u32;
        let span = Span { start, end: start + name.len() as u32 };
        variable(name, is_of_shell, span, own, file, resources);
    }
}

fn variable(
    name: &str,
    is_of_shell: bool,
    span: Span,
    own: Option<DefinitionId>,
    file: &Makefile<'_>,
    resources: &mut Resources<'_>,
) {
    /// Those that make itself sets.
    const OWN: &[&str] = &["MAKE", "MAKEFILE_LIST", "CURDIR", "MAKECMDGOALS", "MAKEFLAGS"];
    let known = file.variables.get(name);
    if OWN.contains(&name) || own.is_some() && known.copied() == own {
        return;
    }
    if !is_of_shell {
        let keys = file.places.iter().map(|it| local_key(it, &format!("var:{name}")));
        let keys: Vec<Name> = keys.collect();
        resources.link(LinkKind::Local, LinkRole::Reads, keys, own, span);
    }
    let is_outer = known.is_none() && is_environment_name(name);
    if is_outer && !name.contains(|it: char| it.is_ascii_lowercase()) {
        let keys = [Name::new(name)];
        resources.link(LinkKind::Environment, LinkRole::Reads, keys, own, span);
    }
}
