//! Guards of axum, actix-web and rocket: what parameters are made with, and layers.

use super::guard_tests::hooked;
use crate::Outcome::{Fail, Pass, Undetermined};

const CARGO: &str = "//- /Cargo.toml\n[package]\nname = \"m\"\n[dependencies]\naxum = \"0.7\"\n";

#[test]
fn what_a_parameter_is_made_with_turns_away_who_says_nothing() {
    let program = format!(
        "{CARGO}//- /src/who.rs\nuse axum::{{extract::FromRequestParts, http::{{header::AUTHORIZATION, \
         request::Parts, StatusCode}}}};\npub struct Who {{ id: i32 }}\n#[async_trait]\n\
         impl<S> FromRequestParts<S> for Who where S: Send + Sync {{\n\
         type Rejection = StatusCode;\n\
         async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {{\n\
         HOOK\n}}\n}}\n\
         //- /src/main.rs\nmod who;\nuse axum::{{routing::get, Router}};\nuse who::Who;\n\
         async fn show(who: Who) -> String {{ String::new() }}\n\
         fn main() {{ Router::new().route(\"/a\", get(show)); }}\n"
    );
    let end = "Ok(Who { id: 1 })";
    let read = "parts.headers.get(AUTHORIZATION)";
    let with = |before: String| format!("{before}\n{end}");
    let refusing = [
        format!("let h = {read}.ok_or(StatusCode::UNAUTHORIZED)?;"),
        format!("let h = {read}.and_then(|it| it.to_str().ok()).ok_or_else(|| no())?;"),
        format!("let Some(h) = {read} else {{ return Err(StatusCode::UNAUTHORIZED) }};"),
        format!("let h = match {read} {{ Some(h) => h, None => return Err(no()) }};"),
        format!("let h = {read};\nif h.is_none() {{ return Err(no()); }}"),
        format!("let h = {read};\nlet h = h.ok_or(no())?;"),
        "let h = parts.headers.get(\"x-api-key\").unwrap_or(\"\");\n\
         if h != secret() { return Err(no()); }"
            .to_owned(),
        "let TypedHeader(Authorization(bearer)) = \
         parts.extract::<TypedHeader<Authorization<Bearer>>>().await.map_err(|_| no())?;"
            .to_owned(),
        "let session = Session::from_request_parts(parts, state).await?;\n\
         let id: Option<i32> = session.get(\"session_user\").await?;\n\
         let id = id.ok_or(no())?;"
            .to_owned(),
    ];
    let refusing: Vec<String> = refusing.into_iter().map(with).collect();
    for it in &refusing {
        hooked(&program, &[(it, Pass)]);
    }
    let whole = [
        (format!("if let Some(h) = {read} {{ Ok(Who {{ id: 1 }}) }} else {{ Err(no()) }}"), Pass),
        (format!("match {read} {{ Some(h) => Ok(Who {{ id: 1 }}), None => Err(no()) }}"), Pass),
        (
            format!("match {read} {{ Some(h) => Ok(Who {{ id: 1 }}), None => Ok(nobody()) }}"),
            Undetermined,
        ),
        (with(format!("let h = {read}.unwrap_or(&nothing());")), Undetermined),
        (with(format!("let h = {read}.map(|it| it.to_str()).transpose()?;")), Undetermined),
        (with(format!("if let Some(h) = {read} {{ check(h)?; }}")), Undetermined),
        (
            with(format!("if open() {{ return Ok(nobody()); }}\nlet h = {read}.ok_or(no())?;")),
            Undetermined,
        ),
        (with(format!("if strict() {{ let h = {read}.ok_or(no())?; }}")), Undetermined),
        (
            with("let id: Option<i32> = session.get(\"session_user\").await?;".to_owned()),
            Undetermined,
        ),
        // It is nobody who asks.
        (with("let h = parts.headers.get(\"accept\").ok_or(no())?;".to_owned()), Fail),
        (with("let q = parts.uri.query().ok_or(no())?;".to_owned()), Fail),
        (with(String::new()), Fail),
    ];
    for (hook, expected) in &whole {
        hooked(&program, &[(hook, *expected)]);
    }
    // Without it, the handler is called all the same.
    let optional = program.replace("who: Who", "who: Option<Who>");
    hooked(&optional, &[(&refusing[0], Fail)]);
    // Who calls the handler by itself makes what it takes.
    let apart = program
        .replace("get(show)", "get(other)")
        .replace("fn main()", "async fn other() { show(made()).await; }\nfn main()");
    hooked(&apart, &[(&refusing[0], Fail)]);
}

#[test]
fn layers_of_axum_are_around_what_stands_before_them() {
    let program = format!(
        "{CARGO}//- /src/main.rs\nuse axum::{{middleware::{{self, from_fn}}, routing::{{get, post}}, Router}};\n\
         async fn check_it(req: Request, next: Next) -> Result<Response, StatusCode> {{\n\
         let h = req.headers().get(\"authorization\").ok_or(StatusCode::UNAUTHORIZED)?;\n\
         Ok(next.run(req).await) }}\n\
         async fn trace_it(req: Request, next: Next) -> Response {{ next.run(req).await }}\n\
         async fn lenient(req: Request, next: Next) -> Response {{\n\
         if req.uri().path() == \"/b\" {{ return next.run(req).await; }}\n\
         if req.headers().get(\"authorization\").is_none() {{ return no(); }}\n\
         next.run(req).await }}\n\
         async fn late(req: Request, next: Next) -> Response {{\n\
         let out = next.run(req).await;\n\
         if cookie(\"authorization\").is_none() {{ return no(); }} out }}\n\
         async fn show() -> String {{ String::new() }}\n\
         fn main() {{ HOOK }}\n"
    );
    let all = [
        ("Router::new().route(\"/a\", get(show)).layer(from_fn(check_it));", Pass),
        ("Router::new().route(\"/a\", get(show)).layer(middleware::from_fn(check_it));", Pass),
        (
            "Router::new().route(\"/a\", get(show)).route_layer(middleware::from_fn_with_state(s, check_it));",
            Pass,
        ),
        (
            "Router::new().route(\"/a\", get(show)).layer(ServiceBuilder::new().layer(Trace::new()).layer(from_fn(check_it)));",
            Pass,
        ),
        ("Router::new().route(\"/a\", get(show).layer(from_fn(check_it)));", Pass),
        ("Router::new().route(\"/a\", get(show).layer(from_fn(check_it)).post(show));", Fail),
        ("Router::new().layer(from_fn(check_it)).route(\"/a\", get(show));", Fail),
        (
            "let inner = Router::new().route(\"/a\", get(show));\n\
             Router::new().nest(\"/x\", inner).layer(from_fn(check_it));",
            Pass,
        ),
        (
            "let inner = Router::new().route(\"/a\", get(show));\n\
             Router::new().layer(from_fn(check_it)).nest(\"/x\", inner);",
            Fail,
        ),
        (
            "let shut = Router::new().route(\"/a\", get(show)).route_layer(from_fn(check_it));\n\
             let app = Router::new().merge(shut);",
            Pass,
        ),
        (
            "let open = Router::new().route(\"/a\", get(show));\n\
             let shut = Router::new().route_layer(from_fn(check_it));\n\
             let app = Router::new().merge(open).merge(shut);",
            Fail,
        ),
        (
            "let app = Router::new().route(\"/a\", get(show));\n\
             let app = if strict() { app.layer(from_fn(check_it)) } else { app };",
            Undetermined,
        ),
        (
            "let app = Router::new().route(\"/a\", get(show));\n\
             #[cfg(feature = \"auth\")]\nlet app = app.layer(from_fn(check_it));",
            Undetermined,
        ),
        ("Router::new().route(\"/a\", get(show)).layer(from_fn(trace_it));", Fail),
        ("Router::new().route(\"/a\", get(show)).layer(from_fn(lenient));", Undetermined),
        ("Router::new().route(\"/a\", get(show)).layer(from_fn(late));", Fail),
        (
            "Router::new().route(\"/a\", get(show)).layer(tower_http::auth::RequireAuthorizationLayer::bearer(\"x\"));",
            Pass,
        ),
        (
            "Router::new().route(\"/a\", get(show)).layer(tower_http::validate_request::ValidateRequestHeaderLayer::accept(\"x\"));",
            Fail,
        ),
    ];
    hooked(&program, &all);
}

#[test]
fn middleware_of_actix_and_guards_of_rocket() {
    let program = "//- /Cargo.toml\n[package]\nname = \"m\"\n//- /src/main.rs\n\
        use actix_web::{get, web, App, HttpServer, middleware::from_fn};\n\
        async fn check_it(req: ServiceRequest, next: Next<impl MessageBody>) -> Result<R, Error> {\n\
        if req.headers().get(\"authorization\").is_none() { return Err(ErrorUnauthorized(\"no\")); }\n\
        next.call(req).await }\n\
        #[get(\"/a\")]\nasync fn show() -> String { String::new() }\n\
        fn main() { HttpServer::new(move || { HOOK }); }\n";
    let all = [
        ("App::new().wrap(from_fn(check_it)).service(show)", Pass),
        ("App::new().service(show).wrap(from_fn(check_it))", Pass),
        ("App::new().service(web::scope(\"/s\").wrap(from_fn(check_it)).service(show))", Pass),
        ("App::new().wrap(Condition::new(strict(), from_fn(check_it))).service(show)", Fail),
        ("App::new().wrap(Logger::default()).service(show)", Fail),
    ];
    hooked(program, &all);
    let given = program.replace(
        "fn main()",
        "fn routes(c: &mut web::ServiceConfig) { c.service(show); }\nfn main()",
    );
    let all = [
        ("App::new().service(web::scope(\"/s\").wrap(from_fn(check_it)).configure(routes))", Pass),
        ("App::new().service(web::scope(\"/s\").configure(routes))", Fail),
    ];
    hooked(&given, &all);
    let program = "//- /Cargo.toml\n[package]\nname = \"m\"\n//- /src/main.rs\n\
        use rocket::{get, routes, request::{FromRequest, Outcome, Request}};\n\
        struct Key(String);\n#[rocket::async_trait]\nimpl<'r> FromRequest<'r> for Key {\n\
        type Error = ();\nasync fn from_request(req: &'r Request<'_>) -> Outcome<Self, ()> {\n\
        match req.headers().get_one(\"x-api-key\") { HOOK }\n}\n}\n\
        #[get(\"/a\")]\nfn show(key: Key) -> String { String::new() }\n\
        #[launch]\nfn rocket() -> _ { rocket::build().mount(\"/\", routes![show]) }\n";
    let all = [
        (
            "None => Outcome::Error((Status::Unauthorized, ())), Some(it) => Outcome::Success(Key(it))",
            Pass,
        ),
        ("Some(it) if known(it) => Outcome::Success(Key(it)), _ => Outcome::Forward(())", Pass),
        ("Some(it) => Outcome::Success(Key(it)), None => Outcome::Success(nobody())", Undetermined),
    ];
    hooked(program, &all);
}
