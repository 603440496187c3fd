//! Interceptors of Spring, which a class of settings registers for some paths.

use crate::around::called_name;
use crate::builder::SemanticsBuilder;
use crate::{
    Argument, Bound, Certainty, DefinitionId, Expr, ExprId, HookLimits, Name, PathPattern,
    PathRule, PathRules, ReferenceKind, RouteHook, ScopeId, Semantics,
};

/// Bases of the classes that register them, and the method that does.
const REGISTERING: &[&str] = &[
    "DelegatingWebMvcConfiguration",
    "WebMvcConfigurationSupport",
    "WebMvcConfigurer",
    "WebMvcConfigurerAdapter",
];
const METHOD: &str = "addInterceptors";

/// What an interceptor does before a handler.
const BEFORE: &str = "preHandle";

const INCLUDING: &str = "addPathPatterns";
const EXCLUDING: &str = "excludePathPatterns";

/// Lists in lists of patterns.
const DEEPEST: u32 = 4;

/// Patterns and registrations of one file.
const MOST: usize = 256;

/// Adds a hook for each interceptor that the file registers.
pub(super) fn collect(builder: &mut SemanticsBuilder) {
    let semantics = &builder.semantics;
    let mut found = Vec::new();
    let mut calls: Vec<Chained<'_>> = Vec::new();
    for (at, expr) in semantics.exprs.iter().enumerate() {
        let Expr::Call { callee, arguments } = expr else { continue };
        let Expr::Attribute { base, name } = semantics.expr(semantics.unapplied(*callee)) else {
            continue;
        };
        let call = ExprId(at as u32);
        if name == "addInterceptor" && found.len() < MOST {
            found.extend(registered(semantics, call, *callee, arguments));
        } else if matches!(name.as_str(), INCLUDING | EXCLUDING | "order" | "pathMatcher") {
            calls.push(Chained { call, base: *base, name, arguments });
        }
    }
    // Of what is said elsewhere it is not known which it is said of.
    let is_open = {
        let mut bases: Vec<ExprId> = found.iter().map(|it| it.call).collect();
        bases.extend(calls.iter().map(|it| it.call));
        calls.iter().any(|it| !bases.contains(&it.base))
    };
    let mut hooks = Vec::new();
    for it in found {
        let rules = it.rules(semantics, &calls, is_open);
        hooks.push((it.interceptor, it.is_conditional, it.owner, rules));
    }
    for (interceptor, is_conditional, owner, rules) in hooks {
        let name = Name::new_static(BEFORE);
        let function = builder.expr(Expr::Attribute { base: interceptor, name });
        let limits = HookLimits { rules: Some(Box::new(rules)), ..HookLimits::default() };
        builder.route_hook(RouteHook {
            owner: Some(owner),
            limits: Some(Box::new(limits)),
            ..RouteHook::global(function, is_conditional)
        });
    }
}

/// A call on what registers an interceptor.
struct Chained<'s> {
    call: ExprId,
    base: ExprId,
    name: &'s Name,
    arguments: &'s [Argument],
}

/// One interceptor that is registered.
struct Registered {
    call: ExprId,
    interceptor: ExprId,
    owner: DefinitionId,
    is_conditional: bool,
}

fn registered(
    semantics: &Semantics,
    call: ExprId,
    callee: ExprId,
    arguments: &[Argument],
) -> Option<Registered> {
    let [interceptor] = arguments else { return None };
    // Several registrations call the same by one name.
    let calls = semantics.references.iter().filter(|it| {
        it.kind == ReferenceKind::Call
            && semantics.unapplied(it.target) == semantics.unapplied(callee)
    });
    let calls: Vec<_> = calls.collect();
    let owner = calls.first()?.owner?;
    let method = semantics.definition(owner);
    let class = semantics.definition(method.parent?);
    let is_of_settings = method.name == METHOD
        && class
            .bases
            .iter()
            .filter_map(|it| called_name(semantics, *it))
            .any(|it| REGISTERING.contains(&it.as_str()));
    if !is_of_settings {
        return None;
    }
    let marks = class.decorators.iter().filter_map(|it| called_name(semantics, *it));
    let (mut is_made, mut is_limited) = (false, false);
    for mark in marks {
        is_limited |= mark == "Profile" || mark.starts_with("Conditional");
        is_made |= matches!(mark.as_str(), "Component" | "Configuration" | "SpringBootApplication")
            || mark.starts_with("Enable");
    }
    let is_sure =
        calls.iter().all(|it| it.owner == Some(owner) && it.certainty == Certainty::Always);
    Some(Registered {
        call,
        interceptor: interceptor.value,
        owner,
        is_conditional: !is_sure || !is_made || is_limited,
    })
}

impl Registered {
    fn rules(&self, semantics: &Semantics, calls: &[Chained<'_>], is_open: bool) -> PathRules {
        let (mut included, mut excluded) = (Vec::new(), Vec::new());
        let mut at = self.call;
        for _ in 0..MOST {
            let mut same = calls.iter().filter(|it| it.base == at);
            let Some(next) = same.next() else { break };
            if same.next().is_some() {
                excluded.push(PathRule::unknown());
            }
            match next.name.as_str() {
                INCLUDING => add(semantics, next.arguments, Certainty::Always, &mut included),
                EXCLUDING => add(semantics, next.arguments, Certainty::Never, &mut excluded),
                "pathMatcher" => excluded.push(PathRule::unknown()),
                _ => {}
            }
            at = next.call;
        }
        if is_open {
            excluded.push(PathRule::unknown());
        }
        let otherwise = if included.is_empty() { Certainty::Always } else { Certainty::Never };
        excluded.append(&mut included);
        PathRules { by: None, of: None, turn: None, rules: excluded, otherwise }
    }
}

fn add(semantics: &Semantics, arguments: &[Argument], asks: Certainty, into: &mut Vec<PathRule>) {
    for it in arguments {
        patterns(semantics, it.value, 0, &mut |pattern| {
            if into.len() < MOST {
                into.push(PathRule::of(pattern, asks));
            } else {
                into.truncate(MOST - 1);
                into.insert(0, PathRule::unknown());
            }
        });
    }
}

/// The patterns of an argument: texts, or lists of them that nothing changes.
fn patterns(semantics: &Semantics, value: ExprId, depth: u32, put: &mut dyn FnMut(PathPattern)) {
    if depth > DEEPEST {
        put(PathPattern::Unknown);
        return;
    }
    match semantics.expr(value) {
        Expr::Text(text) if text.as_str() == "/**" => put(PathPattern::Any),
        Expr::Text(text) if text.starts_with('/') => put(PathPattern::Segments(text.clone())),
        Expr::Container { items, .. } if !items.is_empty() => {
            for it in items {
                patterns(semantics, it.value, depth + 1, put);
            }
        }
        Expr::Call { callee, arguments }
            if !arguments.is_empty()
                && called_name(semantics, *callee)
                    .is_some_and(|it| matches!(it.as_str(), "of" | "asList" | "listOf")) =>
        {
            for it in arguments {
                patterns(semantics, it.value, depth + 1, put);
            }
        }
        Expr::Name { scope, name } => {
            let only = only_value(semantics, *scope, name);
            match only {
                Some(value) => patterns(semantics, value, depth + 1, put),
                None => put(PathPattern::Unknown),
            }
        }
        _ => put(PathPattern::Unknown),
    }
}

/// The one value of a variable or field that nothing changes.
fn only_value(semantics: &Semantics, scope: ScopeId, name: &Name) -> Option<ExprId> {
    let mut at = Some(scope);
    for _ in 0..MOST {
        let id = at?;
        match semantics.scope(id).bindings_of(name) {
            [] => at = semantics.scope(id).parent,
            [binding] => {
                let is_changed = semantics.changed.iter().any(|it| it.0 == id && it.1 == *name);
                let value = match binding.bound {
                    // What may be written again, somebody may have written.
                    Bound::Definition(id) if !semantics.definition(id).flags.is_final => None,
                    Bound::Definition(id) => semantics.definition(id).value,
                    Bound::Value(value) => Some(value),
                    _ => None,
                };
                return value.filter(|_| !is_changed);
            }
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use codd_source::RepoPath;
    use expect_test::expect;

    #[test]
    fn registrations_of_java_and_kotlin() {
        let mut all = String::new();
        for (path, text) in [
            (
                "Web.java",
                "@Configuration class Web implements WebMvcConfigurer {\n  private Login login;\n  \
                 public void addInterceptors(InterceptorRegistry registry) {\n    \
                 registry.addInterceptor(new Login());\n    \
                 registry.addInterceptor(login).addPathPatterns(\"/a/**\", \"/**\").excludePathPatterns(List.of(\"/b\"), c);\n  }\n}\n",
            ),
            (
                "Web.kt",
                "@Configuration\nclass Web(private val login: Login) : WebMvcConfigurer {\n    \
                 override fun addInterceptors(registry: InterceptorRegistry) {\n        \
                 registry.addInterceptor(login).addPathPatterns(\"/a/**\")\n    }\n}\n",
            ),
        ] {
            let path = RepoPath::from(path);
            let language = crate::language_of(&path).expect("a known language");
            let parsed = crate::parse(language, &path, text.as_bytes()).expect("a tree");
            let facts = crate::extract(&parsed);
            all += &crate::render::render_only(&facts, &["hook"]);
            for hook in &facts.semantics.route_hooks {
                let rules = hook.limits.as_ref().and_then(|it| it.rules.as_ref());
                let rules = rules.map(|it| {
                    let all = it.rules.iter().map(|it| format!("{:?} {:?}", it.pattern, it.asks));
                    (all.collect::<Vec<_>>(), it.otherwise)
                });
                all += &format!("{rules:?}\n");
            }
        }
        expect![[r#"
            hook Login@3().preHandle on Login@3().preHandle (global)
            hook login@3.preHandle on login@3.preHandle (global)
            Some(([], Always))
            Some((["Segments(\"/b\") Never", "Unknown Never", "Segments(\"/a/**\") Always", "Any Always"], Never))
            hook login@4.preHandle on login@4.preHandle (global)
            Some((["Segments(\"/a/**\") Always"], Never))
        "#]].assert_eq(&all);
    }
}
