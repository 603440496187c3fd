//! What chains of filters say, from text to text.

use crate::{Certainty, PathPattern, PathRule};

/// What the chains of a file say, one a line each.
fn rules(path: &str, text: &str) -> String {
    let path = codd_source::RepoPath::from(path);
    let language = crate::language_of(&path).expect("a known language");
    let parsed = crate::parse(language, &path, text.as_bytes()).expect("a tree");
    let facts = crate::extract(&parsed);
    let rule = |it: &PathRule| {
        let pattern = match &it.pattern {
            PathPattern::Any => "any",
            PathPattern::Segments(text) => text.as_str(),
            PathPattern::Unknown => "?",
        };
        let asks = match it.asks {
            Certainty::Never => "open",
            Certainty::Perhaps => "perhaps",
            Certainty::Always => "asks",
        };
        let sure = if it.is_sure { "" } else { "~" };
        format!(
            "{}{sure}{pattern} {asks}",
            it.methods.iter().map(|it| format!("{it} ")).collect::<String>()
        )
    };
    let mut out = String::new();
    for hook in &facts.semantics.route_hooks {
        let Some(rules) = hook.limits.as_ref().and_then(|it| it.rules.as_ref()) else { continue };
        let of = rules.of.as_ref().map(|it| it.iter().map(rule).collect::<Vec<_>>());
        let all: Vec<String> = rules.rules.iter().map(rule).collect();
        let owner = hook.owner.map(|it| facts.semantics.definition(it).name.to_string());
        out += &format!(
            "{} {:?}{}{}: {} else {:?}\n",
            owner.unwrap_or_default(),
            rules.turn,
            of.map_or(String::new(), |it| format!(" of [{}]", it.join(", "))),
            if hook.is_conditional { " conditional" } else { "" },
            all.join(", "),
            rules.otherwise
        );
    }
    out
}

fn java(body: &str) -> String {
    rules(
        "S.java",
        &format!(
            "@Configuration class S {{\n\
             static final String[] OPEN = {{\"/a\", \"/b/**\"}};\n\
             String[] computed = {{\"/c\"}};\n\
             @Bean SecurityFilterChain chain(HttpSecurity http) throws Exception {{ {body} }}\n}}\n"
        ),
    )
}

#[test]
fn rules_in_the_order_in_which_they_are_asked() {
    let found = java(
        "http.csrf(it -> it.disable()).authorizeHttpRequests(auth -> auth\n\
         .requestMatchers(HttpMethod.GET, \"/x/**\", \"/y\").permitAll()\n\
         .requestMatchers(OPEN).permitAll()\n\
         .requestMatchers(new AntPathRequestMatcher(\"/z\", \"POST\")).hasRole(\"A\")\n\
         .requestMatchers(EndpointRequest.toAnyEndpoint()).permitAll()\n\
         .requestMatchers(computed).permitAll()\n\
         .anyRequest().authenticated());\n\
         return http.build();",
    );
    expect_test::expect![[r#"
        chain Some(2147483647): GET /x/** open, GET /y open, /a open, /b/** open, POST /z asks, ? open, any asks else Always
    "#]].assert_eq(&found);
}

#[test]
fn what_is_not_seen_is_perhaps() {
    let mut all = String::new();
    for body in [
        "common(http); http.authorizeHttpRequests(a -> a.anyRequest().authenticated()); return http.build();",
        "http.authorizeHttpRequests(a -> { if (dev) { a.requestMatchers(\"/x\").permitAll(); } a.anyRequest().authenticated(); }); return http.build();",
        "http.authorizeHttpRequests(a -> { for (String p : OPEN) a.requestMatchers(p).permitAll(); a.anyRequest().authenticated(); }); return http.build();",
        "http.authorizeHttpRequests(this::rules); return http.build();",
        "http.authorizeHttpRequests(a -> a.anyRequest().access(own)); return http.build();",
        "http.authorizeHttpRequests(a -> a.anyRequest().not().hasRole(\"A\")); return http.build();",
        "if (dev) { return http.build(); } http.authorizeHttpRequests(a -> a.anyRequest().authenticated()); return http.build();",
        "if (on) { http.authorizeHttpRequests(a -> a.anyRequest().authenticated()); } return http.build();",
        "http.authorizeHttpRequests(a -> a.anyRequest().authenticated()); return other;",
        "list.forEach(it -> http.authorizeHttpRequests(a -> a.anyRequest().authenticated())); return http.build();",
        "http.csrf(it -> it.disable()); return http.build();",
        "http.authorizeRequests().antMatchers(\"/x\").authenticated().antMatchers(\"/y/**\").hasRole(\"A\"); return http.build();",
        "http.requestMatchers().antMatchers(\"/api/**\").and().authorizeRequests().anyRequest().access(\"hasRole('A')\"); return http.build();",
        "http.securityMatcher(\"/api/**\").authorizeHttpRequests(a -> a.anyRequest().authenticated()).formLogin(f -> f.loginPage(\"/login\").permitAll()); return http.build();",
        "http.with(own(), Customizer.withDefaults()).authorizeHttpRequests(a -> a.anyRequest().denyAll()); return http.build();",
        "http.exceptionHandling(e -> e.authenticationEntryPoint((req, res, x) -> handler.handle(req, res, x))).authorizeHttpRequests(a -> a.dispatcherTypeMatchers(DispatcherType.ERROR).permitAll().anyRequest().authenticated()); return http.build();",
    ] {
        all += &java(body);
    }
    expect_test::expect![[r#"
        chain Some(2147483647): ? perhaps, any asks else Always
        chain Some(2147483647): ~/x open, any asks else Always
        chain Some(2147483647): ~? open, any asks else Always
        chain Some(2147483647): ? perhaps else Always
        chain Some(2147483647): any perhaps else Always
        chain Some(2147483647): any perhaps else Always
        chain Some(2147483647): ? perhaps, any asks else Always
        chain Some(2147483647): ~any asks else Perhaps
        chain Some(2147483647): ? perhaps, any asks else Always
        chain Some(2147483647): ~any asks else Perhaps
        chain Some(2147483647):  else Never
        chain Some(2147483647): ~/x asks, /y/** asks else Never
        chain Some(2147483647) of [/api/** asks]: any asks else Never
        chain Some(2147483647) of [/api/** asks]: /login open, any asks else Always
        chain Some(2147483647): ? perhaps, any asks else Always
        chain Some(2147483647): any asks else Always
    "#]]
    .assert_eq(&all);
}

#[test]
fn roles_of_who_is_not_known_let_everybody_in() {
    for (rule, expected) in [
        ("hasRole(\"A\")", "asks"),
        ("hasRole(\"ANONYMOUS\")", "open"),
        ("hasAnyAuthority(\"ROLE_ANONYMOUS\", \"ROLE_USER\")", "open"),
        ("hasAllAuthorities(\"ROLE_ANONYMOUS\", \"ROLE_USER\")", "asks"),
        ("hasAnyRole(\"A\", other)", "perhaps"),
        ("hasRole(NOBODY)", "open"),
        ("hasRole(SOMEBODY)", "asks"),
        ("hasAnyRole()", "perhaps"),
    ] {
        let found = java(&format!(
            "final String NOBODY = \"ANONYMOUS\"; final String SOMEBODY = \"A\"; \
             http.authorizeHttpRequests(a -> a.anyRequest().{rule}); return http.build();"
        ));
        let expected = format!("chain Some(2147483647): any {expected} else Always\n");
        assert_eq!(found, expected, "{rule}");
    }
}

#[test]
fn chains_of_kotlin_and_of_classes() {
    let kotlin = rules(
        "S.kt",
        r#"
@Configuration
@EnableWebSecurity
class S {
    private val open = arrayOf("/a", "/b/**")
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 2)
    open fun api(http: HttpSecurity): SecurityFilterChain {
        http {
            securityMatcher("/api/**")
            authorizeHttpRequests {
                authorize("/api/x/**", permitAll)
                authorize(HttpMethod.GET, "/api/y", hasRole("A"))
                authorize(anyRequest, authenticated)
            }
        }
        return http.build()
    }
    @Bean @Profile("dev")
    fun chain(http: ServerHttpSecurity): SecurityWebFilterChain =
        http.authorizeExchange { it.pathMatchers(*open).permitAll().anyExchange().authenticated() }.build()
    @Bean fun web() = WebSecurityCustomizer { it.ignoring().requestMatchers("/c") }
}
"#,
    );
    let java = rules(
        "S.java",
        "@EnableWebSecurity class S extends WebSecurityConfigurerAdapter {\n\
         @Override protected void configure(HttpSecurity http) { http.authorizeRequests().anyRequest().authenticated(); }\n\
         @Override public void configure(WebSecurity web) { web.ignoring().antMatchers(\"/x/**\", \"/y\"); }\n\
         void other(HttpSecurity http) { http.authorizeRequests().anyRequest().authenticated(); }\n}\n\
         @Configuration class T {\n\
         @Bean WebSecurityCustomizer web() { return web -> web.ignoring().requestMatchers(\"/z\"); }\n\
         @Bean @Order(2) SecurityFilterChain given(Other other) { return other.make(); }\n}\n",
    );
    expect_test::expect![[r#"
        api Some(-2147483646) of [/api/** asks]: /api/x/** open, GET /api/y asks, any asks else Always
        chain Some(2147483647) conditional: /a open, /b/** open, any asks else Always
        configure Some(100): any asks else Never
        configure Some(-9223372036854775808) of [/x/** open, /y open]:  else Never
        web Some(-9223372036854775808) of [/z open]:  else Never
        given None of [? perhaps]: ? perhaps else Perhaps
    "#]]
    .assert_eq(&format!("{kotlin}{java}"));
}
