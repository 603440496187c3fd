//! Which controls apply to a file somebody is about to write, and what they ask for.

use std::collections::BTreeMap;

use codd_controls::{Control, Example, Scope};
use codd_db::Progress;
use codd_facts::language_of;
use codd_source::RepoPath;
use codd_verify::FindingPlace;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::records::Side;
use crate::rules::Rules;
use crate::{Location, Workspace, WorkspaceError};

/// The controls that apply to some paths, most severe first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BriefAnswer {
    /// As asked for; they need not exist yet.
    pub paths: Vec<String>,
    pub controls: Vec<Brief>,
    /// Controls that apply and were left out to stay within the asked length.
    pub omitted: u32,
}

/// One control as an author must know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Brief {
    pub id: String,
    pub name: String,
    pub severity: String,
    /// Why it applies to the path.
    pub applies: String,
    pub requirement: String,
    /// What to do, for the path's language where the control says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guidance: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<BriefExample>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bad: Option<BriefExample>,
    /// A place of this project that complies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passing: Option<Location>,
    /// What no check verifies and a reviewer will look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewed: Vec<String>,
}

/// A piece of code to follow or to avoid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BriefExample {
    pub language: String,
    pub code: String,
}

/// Bytes of text that count as one token.
const TOKEN: usize = 4;

impl Workspace {
    /// The controls that apply to `paths`, which may not exist yet: path and language decide.
    ///
    /// Within `max_tokens` whole controls are given, the most severe first.
    pub fn controls_for(
        &mut self,
        paths: &[String],
        max_tokens: Option<u32>,
        progress: &dyn Progress,
    ) -> Result<BriefAnswer, WorkspaceError> {
        let (snapshot, analysis) = self.analyse(progress)?;
        let rules = Rules::read(&snapshot);
        let side = Side { snapshot: &snapshot, analysis: &analysis };
        let paths: Vec<RepoPath> = paths.iter().map(|path| self.path_of(path)).collect();
        let mut passing: BTreeMap<&str, &FindingPlace> = BTreeMap::new();
        for outcome in analysis.outcomes[0].iter() {
            let place = outcome.checks.iter().flat_map(|check| &check.passing).next();
            if let Some(place) = place {
                passing.insert(&outcome.control.0, place);
            }
        }
        let mut controls: Vec<&Control> = rules.controls.iter().collect();
        controls.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.id.cmp(&b.id)));
        let mut briefs = Vec::new();
        for control in controls {
            let reason = paths.iter().find_map(|path| Some((path, applies(control, path)?)));
            let Some((path, applies)) = reason else { continue };
            let language = language_of(path).map(|it| it.0.name());
            let place = passing.get(&*control.id.0).map(|place| side.location(place));
            briefs.push(brief(control, language, applies, place));
        }
        let (controls, omitted) = within(briefs, max_tokens);
        Ok(BriefAnswer {
            paths: paths.iter().map(RepoPath::to_string).collect(),
            controls,
            omitted,
        })
    }

    /// A path as written on a command line, relative to the project's root.
    fn path_of(&self, path: &str) -> RepoPath {
        let in_project = self.root.path_in_project(std::path::Path::new(path));
        in_project.unwrap_or_else(|| RepoPath::new(path))
    }
}

/// Why a control applies to a file of this path, if it does.
fn applies(control: &Control, path: &RepoPath) -> Option<String> {
    let scope = &control.applies_to;
    let language = language_of(path).map(|it| it.0.name());
    let names = language.map_or(&[][..], codd_facts::names_of);
    if !scope.takes_path(path.as_str()) || !scope.takes_language(names) {
        return None;
    }
    let mut why = Vec::new();
    if !scope.symbols.is_empty() {
        let names = symbols_of(scope, path)?;
        why.push(format!("it holds {names}"));
    }
    if scope.routes.is_some() {
        // Only code can register a route.
        language?;
        why.push("it applies to every route that is added here".to_owned());
    }
    if !scope.paths.is_empty() {
        let texts: Vec<&str> = scope.paths.iter().map(|it| it.text.as_str()).collect();
        why.push(format!("the path is in {}", texts.join(" ")));
    }
    if !scope.languages.is_empty() {
        why.push(format!("it is {}", language.unwrap_or("code")));
    }
    if why.is_empty() {
        why.push("it applies to the whole project".to_owned());
    }
    Some(why.join(", and "))
}

/// The patterns of symbols that can name something in the module that `path` is.
fn symbols_of(scope: &Scope, path: &RepoPath) -> Option<String> {
    let without = path.as_str().rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
    let module = without.replace('/', ".");
    let module = module.strip_suffix(".__init__").unwrap_or(&module);
    let module = module.strip_suffix(".index").unwrap_or(module);
    let short = module.split_once('.').filter(|(root, _)| matches!(*root, "src" | "lib"));
    let fits = |text: &str| {
        [Some(module), short.map(|(_, rest)| rest)].into_iter().flatten().any(|module| {
            text == module
                || text.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'))
                || text
                    .split_once('*')
                    .is_some_and(|(start, _)| format!("{module}.").starts_with(start))
        })
    };
    let fitting: Vec<&str> = scope
        .symbols
        .iter()
        .filter(|pattern| !pattern.excludes && fits(&pattern.text))
        .map(|pattern| pattern.text.as_str())
        .collect();
    (!fitting.is_empty()).then(|| fitting.join(" "))
}

fn brief(
    control: &Control,
    language: Option<&str>,
    applies: String,
    passing: Option<Location>,
) -> Brief {
    let example = |examples: &[Example]| {
        let own = examples.iter().find(|it| Some(it.language.as_str()) == language);
        own.or(examples.first()).map(|it| BriefExample {
            language: it.language.clone(),
            code: it.code.trim_end().to_owned(),
        })
    };
    let instructions = control.checks.iter().filter(|check| &*check.kind == "manual");
    Brief {
        id: control.id.to_string(),
        name: control.name.clone(),
        severity: control.severity.to_string(),
        applies,
        requirement: control.requirement.trim().to_owned(),
        guidance: control.guidance.for_language(language).map(|it| it.trim().to_owned()),
        good: example(&control.examples.good).or_else(|| {
            control.implementation.as_ref().map(|code| BriefExample {
                language: language.unwrap_or("text").to_owned(),
                code: code.trim_end().to_owned(),
            })
        }),
        bad: example(&control.examples.bad),
        passing,
        reviewed: instructions
            .filter_map(|check| check.settings.get("instruction")?.as_str().map(str::to_owned))
            .collect(),
    }
}

/// As many whole controls as fit, and how many do not.
fn within(briefs: Vec<Brief>, max_tokens: Option<u32>) -> (Vec<Brief>, u32) {
    let Some(limit) = max_tokens else { return (briefs, 0) };
    let mut left = limit as usize * TOKEN;
    let mut kept = Vec::new();
    let mut omitted = 0;
    for brief in briefs {
        let size = brief.to_text().len();
        // Once one did not fit, a milder one that would must not take its place.
        if omitted == 0 && size <= left {
            left -= size;
            kept.push(brief);
        } else {
            omitted += 1;
        }
    }
    (kept, omitted)
}

impl Brief {
    /// The control as plain text, for an agent's context.
    pub fn to_text(&self) -> String {
        let mut text = format!("{} {} [{}]\n", self.id, self.name, self.severity);
        let mut line = |name: &str, value: &str| {
            if value.contains('\n') {
                text.push_str(&format!("{name}:\n"));
                value.lines().for_each(|it| text.push_str(&format!("    {it}\n")));
            } else {
                text.push_str(&format!("{name}: {value}\n"));
            }
        };
        line("Applies", &self.applies);
        line("Must", &self.requirement);
        if let Some(guidance) = &self.guidance {
            line("Do", guidance);
        }
        if let Some(good) = &self.good {
            line("Good", &good.code);
        }
        if let Some(bad) = &self.bad {
            line("Bad", &bad.code);
        }
        if let Some(place) = &self.passing {
            line("Passing here", &format!("{}:{}\n{}", place.path, place.line, place.snippet));
        }
        for instruction in &self.reviewed {
            line("A reviewer checks", instruction);
        }
        text
    }
}

impl BriefAnswer {
    /// All of it as plain text, for an agent's context.
    pub fn to_text(&self) -> String {
        let paths = self.paths.join(", ");
        if self.controls.is_empty() && self.omitted == 0 {
            return format!("No control applies to {paths}\n");
        }
        let count = self.controls.len() + self.omitted as usize;
        let controls = if count == 1 { "control applies" } else { "controls apply" };
        let mut text = format!("{count} {controls} to {paths}\n");
        for brief in &self.controls {
            text.push('\n');
            text.push_str(&brief.to_text());
        }
        if self.omitted > 0 {
            text.push_str(&format!("\n{} more omitted: ask for more tokens\n", self.omitted));
        }
        text
    }
}
