//! Filter chains of Spring Security, which say by the paths of requests who may come.

use super::guard_tests::hooked;
use crate::Outcome::{Fail, Pass, Undetermined};

/// A program with one route, and a class that says more.
fn program(route: &str, class: &str) -> String {
    format!(
        "//- /src/main/java/a/Api.java\npackage a;\n\
         import org.springframework.web.bind.annotation.*;\n\
         @RestController class Api {{\n  {route} String one() {{ return \"x\"; }}\n}}\n\
         //- /src/main/java/a/Security.java\npackage a;\n\
         import org.springframework.context.annotation.*;\n{class}\n"
    )
}

fn chain(rules: &str) -> String {
    format!(
        "@Configuration class Security {{\n  @Bean SecurityFilterChain chain(HttpSecurity http) {{\n    \
         http.authorizeHttpRequests(auth -> auth{rules});\n    return http.build();\n  }}\n}}"
    )
}

#[test]
fn the_first_rule_that_fits_counts() {
    let all = [
        (".anyRequest().authenticated()", Pass),
        (".anyRequest().permitAll()", Fail),
        (".requestMatchers(\"/orders/**\").permitAll().anyRequest().authenticated()", Fail),
        (".requestMatchers(\"/other/**\").permitAll().anyRequest().authenticated()", Pass),
        (
            ".requestMatchers(\"/orders/new\").permitAll().anyRequest().authenticated()",
            Undetermined,
        ),
        (".requestMatchers(\"/orders/**\").hasRole(\"A\").anyRequest().permitAll()", Pass),
        (".requestMatchers(HttpMethod.GET).permitAll().anyRequest().authenticated()", Pass),
        (
            ".requestMatchers(HttpMethod.DELETE, \"/orders/*\").permitAll().anyRequest().denyAll()",
            Fail,
        ),
        (
            ".requestMatchers(HttpMethod.GET, \"/orders/*\").authenticated().anyRequest().permitAll()",
            Fail,
        ),
        (".requestMatchers(HttpMethod.DELETE).authenticated().anyRequest().permitAll()", Pass),
        (".requestMatchers(\"/x\").permitAll()", Pass),
        (".requestMatchers(unknown).permitAll().anyRequest().authenticated()", Undetermined),
        (".requestMatchers(unknown).authenticated().anyRequest().permitAll()", Undetermined),
        (".requestMatchers(unknown).hasRole(\"A\").anyRequest().authenticated()", Pass),
        (".anyRequest().access(own)", Undetermined),
        (".anyRequest().hasAnyRole(\"A\", \"B\")", Pass),
        (".anyRequest().hasRole(\"ANONYMOUS\")", Fail),
        (".anyRequest().hasAnyAuthority(\"ROLE_ANONYMOUS\", \"ROLE_USER\")", Fail),
        (".anyRequest().hasAllAuthorities(\"ROLE_ANONYMOUS\", \"ROLE_USER\")", Pass),
        (".anyRequest().hasAnyRole(roles())", Undetermined),
        (".anyRequest().hasAnyRole(\"A\", Roles.OTHER)", Undetermined),
    ];
    hooked(&program("@DeleteMapping(\"/orders/{id}\")", &chain("HOOK")), &all);
}

#[test]
fn which_chain_counts() {
    let class = |of: &str, order: &str, rule: &str, name: &str| {
        format!(
            "  @Bean {order} SecurityFilterChain {name}(HttpSecurity http) {{\n    \
             http{of}.authorizeHttpRequests(auth -> auth.anyRequest().{rule}());\n    \
             return http.build();\n  }}\n"
        )
    };
    let api = ".securityMatcher(\"/orders/**\")";
    let open = |order: &str| class("", order, "permitAll", "open");
    let all = [
        (class(api, "@Order(1)", "authenticated", "own") + &open("@Order(2)"), Pass),
        (class(api, "@Order(1)", "authenticated", "own") + &open(""), Pass),
        (class(api, "@Order(2)", "authenticated", "own") + &open("@Order(1)"), Fail),
        (class(api, "", "authenticated", "own") + &open(""), Undetermined),
        (class(api, "@Order(FIRST)", "authenticated", "own") + &open("@Order(2)"), Undetermined),
        (
            class(api, "@Order(1) @Profile(\"a\")", "authenticated", "own") + &open("@Order(2)"),
            Undetermined,
        ),
        (class(".securityMatcher(\"/x/**\")", "@Order(1)", "authenticated", "own"), Fail),
        (
            class("", "", "authenticated", "own")
                + "  @Bean WebSecurityCustomizer web() { return web -> web.ignoring().requestMatchers(\"/orders/**\"); }\n",
            Fail,
        ),
        (
            class(api, "@Order(1)", "authenticated", "own")
                + &class("", "@Order(2)", "denyAll", "b"),
            Pass,
        ),
    ];
    let all: Vec<_> = all.iter().map(|(it, outcome)| (it.as_str(), *outcome)).collect();
    let security = "@Configuration class Security {\nHOOK}";
    hooked(&program("@DeleteMapping(\"/orders/{id}\")", security), &all);
}

#[test]
fn what_makes_no_chain_of_the_application() {
    let body = "HttpSecurity http) { http.authorizeRequests().anyRequest().authenticated();";
    let all = [
        format!(
            "@EnableWebSecurity class S extends WebSecurityConfigurerAdapter {{ void configure({body} }} }}"
        ),
        format!(
            "@Configuration class S {{ @Bean SecurityFilterChain a({body} return http.build(); }} }}"
        ),
        format!("class S {{ @Bean SecurityFilterChain a({body} return http.build(); }} }}"),
        format!(
            "@Configuration class S {{ SecurityFilterChain a({body} return http.build(); }} }}"
        ),
        format!("@Configuration class S {{ void configure({body} }} }}"),
    ];
    let outcomes = [Pass, Pass, Undetermined, Undetermined, Fail];
    let all: Vec<_> = all.iter().map(String::as_str).zip(outcomes).collect();
    hooked(&program("@DeleteMapping(\"/orders/{id}\")", "HOOK"), &all);
}

#[test]
fn a_route_that_is_written_out_is_no_other() {
    let routes = "@GetMapping(\"/users/me\") String me() { return \"\"; }\n  HOOK";
    let rules = ".requestMatchers(\"/users/me\").authenticated().anyRequest().denyAll()";
    let all = [("@GetMapping(\"/users/{id}\")", Pass)];
    hooked(&program(routes, &chain(rules)), &all);
    // Nobody but these may be anybody.
    let rules = ".requestMatchers(\"/login\").permitAll().anyRequest().authenticated()";
    let all = [("@GetMapping(\"/{name}\")", Undetermined), ("@GetMapping(\"/a/{name}\")", Pass)];
    hooked(&program("HOOK", &chain(rules)), &all);
}

#[test]
fn annotations_of_methods_open_no_chain() {
    let all = [("@PermitAll", Pass), ("@PreAuthorize(\"permitAll()\")", Pass)];
    let route = "HOOK @DeleteMapping(\"/orders/{id}\")";
    hooked(&program(route, &chain(".anyRequest().authenticated()")), &all);
}

#[test]
fn interceptors_run_for_what_they_are_registered_for() {
    let of = |before: &str, registered: &str| {
        format!(
            "@Component class Login implements HandlerInterceptor {{\n  \
             public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object h) {{\n    \
             {before}\n    return true;\n  }}\n}}\n\
             @Configuration class Web implements WebMvcConfigurer {{\n  private Login login;\n  \
             static final String[] OPEN = {{\"/orders/x\", \"/orders/{{id}}\"}};\n  \
             public void addInterceptors(InterceptorRegistry registry) {{ {registered} }}\n}}\n"
        )
    };
    let token = "if (request.getHeader(\"Authorization\") == null) { response.sendError(401); return false; }";
    let session = "if (request.getSession().getAttribute(\"user\") == null) { return false; }";
    let all = [
        (of(token, "registry.addInterceptor(new Login());"), Pass),
        (of(token, "registry.addInterceptor(login).addPathPatterns(\"/orders/**\");"), Pass),
        (
            of(
                session,
                "registry.addInterceptor(login).addPathPatterns(\"/**\").excludePathPatterns(\"/x\");",
            ),
            Pass,
        ),
        (of(token, "registry.addInterceptor(login).order(1).addPathPatterns(\"/x/**\");"), Fail),
        (of(token, "registry.addInterceptor(login).excludePathPatterns(\"/orders/**\");"), Fail),
        (of(token, "registry.addInterceptor(login).excludePathPatterns(OPEN);"), Fail),
        (
            of(
                token,
                "registry.addInterceptor(login).excludePathPatterns(List.of(\"/a\", \"/b\"));",
            ),
            Pass,
        ),
        (
            of(token, "registry.addInterceptor(login).excludePathPatterns(computed());"),
            Undetermined,
        ),
        (of(token, "if (on) { registry.addInterceptor(login); }"), Undetermined),
        (
            of(token, "var r = registry.addInterceptor(login); r.addPathPatterns(\"/x\");"),
            Undetermined,
        ),
        (of("response.setHeader(\"a\", \"b\");", "registry.addInterceptor(login);"), Fail),
        (
            of(
                "if (request.getHeader(\"Authorization\") == null) { response.sendError(401); }",
                "registry.addInterceptor(login);",
            ),
            Fail,
        ),
    ];
    let all: Vec<_> = all.iter().map(|(it, outcome)| (it.as_str(), *outcome)).collect();
    let framework = "- guard: {use: [framework-auth]}";
    let program = program("@DeleteMapping(\"/orders/{id}\")", "HOOK");
    super::guard_tests::hooked_by(framework, &program, &all);
}

#[test]
fn blocks_of_ktor_ask_who_sends_a_request() {
    let program = "//- /Api.kt\nimport io.ktor.server.auth.*\nimport io.ktor.server.routing.*\n\
        fun Application.module() {\n    routing {\n        HOOK\n    }\n}\n";
    let all = [
        ("get(\"/x\") { call.respond(1) }", Fail),
        ("authenticate { get(\"/x\") { call.respond(1) } }", Pass),
        ("authenticate(\"a\", \"b\") { route(\"/v\") { get(\"/x\") { call.respond(1) } } }", Pass),
        ("route(\"/v\") { authenticate(\"a\") { get { call.respond(1) } } }", Pass),
        ("authenticate(\"a\", optional = true) { get(\"/x\") { call.respond(1) } }", Fail),
        ("authenticate(optional = lax) { get(\"/x\") { call.respond(1) } }", Undetermined),
        (
            "authenticate(strategy = AuthenticationStrategy.Optional) { get(\"/x\") { call.respond(1) } }",
            Fail,
        ),
        (
            "authenticate(strategy = AuthenticationStrategy.Required) { get(\"/x\") { call.respond(1) } }",
            Pass,
        ),
        (
            "authenticate { authenticate(optional = true) { get(\"/x\") { call.respond(1) } } }",
            Pass,
        ),
        ("authenticate { }\n        get(\"/x\") { call.respond(1) }", Fail),
    ];
    super::guard_tests::hooked_by("- guard: {use: [framework-auth]}", program, &all);
    // One of the project's own.
    let own = program.replace("import io.ktor.server.auth.*", "import a.authenticate");
    let all = [("authenticate { get(\"/x\") { call.respond(1) } }", Fail)];
    super::guard_tests::hooked_by("- guard: {use: [framework-auth]}", &own, &all);
}
