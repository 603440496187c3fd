//! One filter chain, read call by call.

use super::calls::{Call, RETURN, calls, is_lambda, parameters_of};
use super::constants::Constants;
use super::matchers;
use crate::languages::jvm::plain_text;
use crate::node::Node;
use crate::switches::is_open_rule;
use crate::{Certainty, PathPattern, PathRule, PathRules};

/// Rules of one chain: of more nothing is known.
const MOST: usize = 512;

/// What begins the rules, and whether a request is asked that none of them fits.
const BEGINNING: &[(&str, Certainty)] = &[
    ("authorizeExchange", Certainty::Always),
    ("authorizeHttpRequests", Certainty::Always),
    ("authorizeRequests", Certainty::Never),
];

/// What says which requests the chain is for.
const FOR: &[&str] =
    &["antMatcher", "mvcMatcher", "regexMatcher", "requestMatcher", "securityMatcher"];

/// What says which requests a rule is for.
const MATCHING: &[&str] =
    &["antMatchers", "matchers", "mvcMatchers", "pathMatchers", "regexMatchers", "requestMatchers"];

/// Those that fit one spelling of a path, where frameworks of their time serve others too.
const OF_ONE_SPELLING: &str = "antMatchers";

const OF_ALL: &[&str] = &["anyExchange", "anyRequest"];

/// What ends a rule and asks who sends the request.
const ASKING: &[&str] = &[
    "authenticated",
    "denyAll",
    "fullyAuthenticated",
    "hasAllAuthorities",
    "hasAllRoles",
    "hasAnyAuthority",
    "hasAnyRole",
    "hasAuthority",
    "hasRole",
    "rememberMe",
];

/// How those begin that ask for roles or authorities by their names, and of them those that ask
/// for all that they are given.
const OF_NAMES: &str = "has";
const OF_ALL_NAMES: &str = "hasAll";

/// What stands in the names that Spring gives to who is not known.
const NOBODY: &str = "ANONYMOUS";

/// Constants that are other constants.
const DEEPEST: u32 = 6;

/// What ends one and asks nobody.
const LETTING_IN: &[&str] = &["anonymous", "permitAll"];

/// What ends one and asks something else.
const OTHERWISE: &[&str] = &["access", "hasIpAddress", "hasVariable"];

/// What has pages of its own, which it may have everybody see.
const FORMS: &[&str] = &["formLogin", "logout", "oauth2Login", "openidLogin", "saml2Login"];
const PAGES: &[&str] =
    &["failureUrl", "loginPage", "loginProcessingUrl", "logoutSuccessUrl", "logoutUrl"];

/// What takes something that may say more of the chain.
const EXTENDING: &[&str] = &["apply", "with"];

/// A chain as far as it was read.
pub(super) struct Chain<'c, 't> {
    http: &'t str,
    constants: &'c Constants<'t>,
    has_begun: bool,
    is_built: bool,
    of: Option<Vec<PathRule>>,
    /// Up to there, what matches says which requests the chain is for.
    of_until: u32,
    rules: Vec<PathRule>,
    /// Pages that everybody sees, before all rules.
    open_pages: Vec<PathRule>,
    pages: Vec<PathPattern>,
    otherwise: Certainty,
    /// The requests of a rule that is not ended yet.
    pending: Option<Vec<PathRule>>,
    is_denied: bool,
    /// What the functions around call what rules are added to.
    registries: Vec<&'t str>,
}

impl<'c, 't> Chain<'c, 't> {
    /// What a method says that is given `http`; `is_built` where it has to give a chain.
    pub(super) fn of(
        method: Node<'t>,
        http: &'t str,
        is_built: bool,
        constants: &'c Constants<'t>,
    ) -> PathRules {
        let mut chain = Chain {
            http,
            constants,
            has_begun: false,
            is_built: false,
            of: None,
            of_until: 0,
            rules: Vec::new(),
            open_pages: Vec::new(),
            pages: Vec::new(),
            otherwise: Certainty::Never,
            pending: None,
            is_denied: false,
            registries: Vec::new(),
        };
        // What a matcher is given was read with it.
        let mut done = 0;
        for call in calls(method, &|it| it == http || runs_lambda(it)) {
            if call.start >= done && chain.call(&call) {
                done = call.end;
            }
        }
        chain.end_rule(Certainty::Perhaps);
        if is_built && !chain.is_built {
            chain.rules.insert(0, PathRule::unknown());
        }
        chain.finish()
    }

    /// The requests that a method has no chain asked for: `web.ignoring().antMatchers("/x")`.
    pub(super) fn ignoring(method: Node<'t>, constants: &Constants<'t>) -> Option<PathRules> {
        let mut of: Vec<PathRule> = Vec::new();
        // The function that is given is the customizer itself.
        let all = calls(method, &|_| true);
        let mut ignoring = all.iter().filter(|it| it.name == "ignoring").map(|it| it.start);
        let first = ignoring.next()?;
        for call in all.iter().filter(|it| it.start > first) {
            if OF_ALL.contains(&call.name) {
                of.push(PathRule::of(PathPattern::Any, Certainty::Never));
            } else if MATCHING.contains(&call.name) && !call.arguments.is_empty() {
                of.extend(matchers::read(&call.arguments, constants, Certainty::Never));
            }
        }
        if of.len() > MOST {
            of = vec![PathRule::of(PathPattern::Unknown, Certainty::Never)];
        }
        let (turn, otherwise) = (Some(i64::MIN), Certainty::Never);
        Some(PathRules { by: None, of: Some(of), turn, rules: Vec::new(), otherwise })
    }

    fn finish(self) -> PathRules {
        let mut rules = self.open_pages;
        rules.extend(self.rules);
        if rules.len() > MOST {
            rules.insert(0, PathRule::unknown());
            rules.truncate(MOST);
        }
        let otherwise = if self.has_begun { self.otherwise } else { Certainty::Never };
        PathRules { by: None, of: self.of, turn: None, rules, otherwise }
    }

    /// Takes a call in; whether what it is given is read with that.
    fn call(&mut self, call: &Call<'t>) -> bool {
        let name = call.name;
        let is_for_chain = call.start < self.of_until || !self.has_begun;
        if let Some((_, otherwise)) = BEGINNING.iter().find(|it| it.0 == name) {
            self.begin(call, *otherwise);
        } else if FOR.contains(&name) && call.is_on(self.http)
            || name == "securityMatcher" && call.on.is_none()
        {
            self.is_for(call);
            return true;
        } else if name == "securityMatchers"
            || MATCHING.contains(&name) && is_for_chain && self.of_matchers(call)
        {
            self.of.get_or_insert_default();
            if call.has_lambda() {
                self.of_until = call.end;
            } else if name == "securityMatchers" {
                self.add_of(vec![PathRule::unknown()], call);
            }
        } else if MATCHING.contains(&name) && is_for_chain {
            self.is_for(call);
            return true;
        } else if MATCHING.contains(&name) {
            self.end_rule(Certainty::Perhaps);
            let mut found = matchers::read(&call.arguments, self.constants, Certainty::Always);
            for it in &mut found {
                it.is_sure &= !call.may_be_skipped;
                if name == OF_ONE_SPELLING && !is_of_all_below(&it.pattern) {
                    // Told when the rule is ended: what everybody may see, everybody may.
                    it.asks = Certainty::Perhaps;
                }
            }
            self.pending = Some(found);
            return true;
        } else if OF_ALL.contains(&name) {
            self.end_rule(Certainty::Perhaps);
            let rule = PathRule::of(PathPattern::Any, Certainty::Always);
            self.pending = Some(vec![PathRule { is_sure: !call.may_be_skipped, ..rule }]);
        } else if name == "dispatcherTypeMatchers" {
            self.end_rule(Certainty::Perhaps);
            // Requests that come from outside are of that type.
            let is_request = call.arguments.iter().any(|it| it.text().ends_with("REQUEST"));
            let unknown = call.arguments.iter().any(|it| !it.text().contains("DispatcherType"));
            let rule = (is_request || unknown).then(PathRule::unknown);
            self.pending = Some(rule.into_iter().collect());
        } else if name == "authorize" && self.has_begun && call.on.is_none() {
            self.authorize(call);
            return true;
        } else if name == "servletPath" {
            for rule in self.pending.iter_mut().flatten() {
                rule.pattern = PathPattern::Unknown;
            }
        } else if name == "not" && self.pending.is_some() {
            self.is_denied = true;
        } else if let Some(asks) = decision(call, self.constants) {
            if self.pending.is_some() {
                self.end_rule(asks);
            } else if asks == Certainty::Never && !name.starts_with(OF_NAMES) {
                self.open_pages();
            }
        } else if FORMS.contains(&name) {
            self.pages.clear();
        } else if PAGES.contains(&name) {
            let text = call.arguments.first().and_then(|it| plain_text(it.text()));
            self.pages.push(text.map_or(PathPattern::Unknown, matchers::pattern));
        } else if name == "build" {
            self.is_built |= !call.may_be_skipped;
        } else if name == RETURN || self.goes_elsewhere(call) {
            self.end_rule(Certainty::Perhaps);
            self.rules.push(PathRule::unknown());
        }
        false
    }

    fn begin(&mut self, call: &Call<'t>, otherwise: Certainty) {
        self.end_rule(Certainty::Perhaps);
        // Where it may not be said at all, nobody need be asked.
        self.otherwise = if call.may_be_skipped { Certainty::Perhaps } else { otherwise };
        self.has_begun = true;
        for it in &call.arguments {
            if is_lambda(*it) {
                self.registries.extend(parameters_of(*it));
            } else {
                self.rules.push(PathRule::unknown());
            }
        }
    }

    /// `requestMatchers()` and `requestMatchers(it -> it.antMatchers("/api/**"))` of old.
    fn of_matchers(&self, call: &Call<'t>) -> bool {
        call.name == "requestMatchers"
            && call.start >= self.of_until
            && (call.arguments.is_empty() || call.has_lambda())
    }

    fn is_for(&mut self, call: &Call<'t>) {
        let found = matchers::read(&call.arguments, self.constants, Certainty::Always);
        self.add_of(found, call);
    }

    fn add_of(&mut self, found: Vec<PathRule>, call: &Call<'t>) {
        let of = self.of.get_or_insert_default();
        if call.may_be_skipped || of.len() > MOST {
            of.push(PathRule::unknown());
            return;
        }
        of.extend(found);
    }

    fn end_rule(&mut self, asks: Certainty) {
        let is_denied = std::mem::take(&mut self.is_denied);
        let asks = if is_denied { Certainty::Perhaps } else { asks };
        for rule in self.pending.take().into_iter().flatten() {
            let is_loose = rule.asks == Certainty::Perhaps && asks == Certainty::Always;
            self.rules.push(PathRule { is_sure: rule.is_sure && !is_loose, asks, ..rule });
        }
    }

    /// `authorize(HttpMethod.GET, "/x", hasRole("A"))` of Kotlin.
    fn authorize(&mut self, call: &Call<'t>) {
        self.end_rule(Certainty::Perhaps);
        let asks_by = |it: Node<'_>| asks_by(it, self.constants);
        let (asks, matching) = match call.arguments.as_slice() {
            [] => (Certainty::Always, &[][..]),
            [only] if asks_by(*only).is_some() => {
                (asks_by(*only).unwrap_or(Certainty::Perhaps), &[][..])
            }
            [_] => (Certainty::Always, call.arguments.as_slice()),
            [matching @ .., access] => (asks_by(*access).unwrap_or(Certainty::Perhaps), matching),
        };
        let mut found = matchers::read(matching, self.constants, asks);
        if matching.is_empty() {
            found.push(PathRule::of(PathPattern::Any, asks));
        }
        let is_sure = !call.may_be_skipped;
        self.rules.extend(found.into_iter().map(|it| PathRule { is_sure, ..it }));
    }

    /// `formLogin(it -> it.loginPage("/login").permitAll())`.
    fn open_pages(&mut self) {
        let pages = std::mem::take(&mut self.pages).into_iter();
        self.open_pages.extend(pages.map(|it| PathRule::of(it, Certainty::Never)));
    }

    /// Whether something may say more of the chain, or of its rules, that is not seen here.
    fn goes_elsewhere(&self, call: &Call<'t>) -> bool {
        let is_given = |it: &Node<'_>| {
            it.text() == self.http || self.registries.iter().any(|name| *name == it.text())
        };
        let is_extended = EXTENDING.contains(&call.name)
            && call.is_on(self.http)
            && !(call.arguments.len() == 1 && call.has_lambda());
        is_extended || call.arguments.iter().any(is_given)
    }
}

fn runs_lambda(name: &str) -> bool {
    BEGINNING.iter().any(|it| it.0 == name)
        || FORMS.contains(&name)
        || matches!(name, "requestMatchers" | "securityMatchers")
}

/// Whether no spelling of a path gets around a pattern.
fn is_of_all_below(pattern: &PathPattern) -> bool {
    match pattern {
        PathPattern::Any | PathPattern::Unknown => true,
        PathPattern::Segments(text) => text.ends_with("/**"),
    }
}

/// Whether the request is asked who sends it, by what ends a rule.
fn decision(call: &Call<'_>, constants: &Constants<'_>) -> Option<Certainty> {
    let name = call.name;
    if ASKING.contains(&name) {
        if !name.starts_with(OF_NAMES) {
            return Some(Certainty::Always);
        }
        let each = call.arguments.iter().map(|it| asks_by_name(*it, constants, 0));
        // Of several, one that nobody is known by is enough to come in, unless all are asked for.
        let asks = if name.starts_with(OF_ALL_NAMES) { each.max() } else { each.min() };
        return Some(asks.unwrap_or(Certainty::Perhaps));
    }
    if LETTING_IN.contains(&name) {
        return Some(Certainty::Never);
    }
    OTHERWISE.contains(&name).then(|| match call.arguments.as_slice() {
        [rule] if name == "access" => asks_by_rule(*rule),
        _ => Certainty::Perhaps,
    })
}

/// `hasRole("A")`: the role that Spring gives to who is not known lets everybody in, and what is
/// computed may be that one.
fn asks_by_name(given: Node<'_>, constants: &Constants<'_>, depth: u32) -> Certainty {
    if depth > DEEPEST {
        return Certainty::Perhaps;
    }
    match given.kind() {
        "string_literal" => match plain_text(given.text()) {
            Some(name) if name.contains(NOBODY) => Certainty::Never,
            Some(name) if !name.contains('$') => Certainty::Always,
            _ => Certainty::Perhaps,
        },
        "identifier" => match constants.value(given.text()) {
            Some(value) => asks_by_name(value, constants, depth + 1),
            None => Certainty::Perhaps,
        },
        _ => Certainty::Perhaps,
    }
}

/// `access("hasRole('A')")`: what is computed may be anything.
fn asks_by_rule(rule: Node<'_>) -> Certainty {
    match plain_text(rule.text()) {
        Some("permitAll" | "permitAll()") => Certainty::Never,
        Some(rule) if !is_open_rule(rule) && names_asking(rule) => Certainty::Always,
        _ => Certainty::Perhaps,
    }
}

/// Whether a rule is made of what asks who it is, and of nothing else.
fn names_asking(rule: &str) -> bool {
    let known = |it: &str| {
        ASKING.contains(&it)
            || matches!(it, "isAuthenticated" | "isFullyAuthenticated" | "and" | "or")
    };
    let mut is_text = false;
    let outside: String = rule
        .chars()
        .map(|it| {
            is_text ^= it == '\'';
            if is_text || !it.is_alphanumeric() { ' ' } else { it }
        })
        .collect();
    !rule.contains(['@', '!', '#', '{']) && outside.split_whitespace().all(known)
}

/// The same of what Kotlin ends a rule with: `permitAll`, `hasRole("A")`.
fn asks_by(access: Node<'_>, constants: &Constants<'_>) -> Option<Certainty> {
    if access.kind() == "identifier" {
        return match access.text() {
            it if ASKING.contains(&it) => Some(Certainty::Always),
            it if LETTING_IN.contains(&it) => Some(Certainty::Never),
            _ => None,
        };
    }
    if plain_text(access.text()).is_some_and(|it| !it.starts_with('/') && it != "**") {
        return Some(asks_by_rule(access));
    }
    Call::of(access).and_then(|it| decision(&it, constants))
}
