//! Guards of NestJS that modules provide, and guards that extend others.

use super::guard_tests::hooked;
use crate::Outcome::{Fail, Pass, Undetermined};

/// A program with a guard in the module of one file, another module and a list.
fn program(app: &str) -> String {
    format!(
        "//- /src/main.ts\nimport {{ NestFactory }} from \"@nestjs/core\";\n\
         import {{ AppModule }} from \"./app.module\";\n\
         async function bootstrap() {{ const app = await NestFactory.create(AppModule); \
         await app.listen(1); }}\nbootstrap();\n\
         //- /src/auth.module.ts\nimport {{ Module }} from \"@nestjs/common\";\n\
         import {{ APP_GUARD }} from \"@nestjs/core\";\n\
         import {{ AuthGuard }} from \"@nestjs/passport\";\n\
         @Module({{ providers: [{{ provide: APP_GUARD, useClass: AuthGuard(\"jwt\") }}] }})\n\
         export class AuthModule {{ static forRoot() {{ return {{ module: AuthModule }}; }} }}\n\
         //- /src/between.module.ts\nimport {{ Module, forwardRef }} from \"@nestjs/common\";\n\
         import {{ AuthModule }} from \"./auth.module\";\n\
         @Module({{ imports: [AuthModule] }}) export class BetweenModule {{}}\n\
         @Module({{ imports: [forwardRef(() => AuthModule)] }}) export class ForwardModule {{}}\n\
         @Module({{ imports: [isLive ? AuthModule : OtherModule] }}) export class EitherModule {{}}\n\
         @Module({{ }}) export class OtherModule {{}}\n\
         //- /src/lists.ts\nimport {{ APP_GUARD }} from \"@nestjs/core\";\n\
         import {{ AuthGuard }} from \"@nestjs/passport\";\n\
         import {{ AuthModule }} from \"./auth.module\";\n\
         export const features = [AuthModule];\nexport const none = [];\n\
         //- /src/cats.ts\nimport {{ Controller, Get }} from \"@nestjs/common\";\n\
         @Controller(\"cats\") export class Cats {{ @Get(\"a\") all() {{ return 1; }} }}\n\
         //- /src/app.module.ts\nimport {{ Module }} from \"@nestjs/common\";\n\
         import {{ Cats }} from \"./cats\";\nimport {{ AuthModule }} from \"./auth.module\";\n\
         import {{ BetweenModule, EitherModule, ForwardModule, OtherModule }} from \
         \"./between.module\";\nimport {{ features, none }} from \"./lists\";\n\
         import {{ shared }} from \"./shared\";\n{app}\n"
    )
}

#[test]
fn what_a_module_provides_that_nothing_includes_guards_nothing() {
    let module = "@Module({ controllers: [Cats], imports: [HOOK] }) export class AppModule {}";
    let all = [
        ("AuthModule", Pass),
        ("AuthModule.forRoot()", Pass),
        ("BetweenModule", Pass),
        ("ForwardModule", Pass),
        ("...features", Pass),
        ("OtherModule, ...[AuthModule]", Pass),
        ("", Fail),
        ("OtherModule", Fail),
        ("EitherModule", Undetermined),
        ("...(isLive ? [AuthModule] : [])", Undetermined),
        ("...none", Undetermined),
        ("made()", Undetermined),
    ];
    hooked(&program(module), &all);
    let named = "const own = [BetweenModule];\nHOOK\n\
                 @Module({ controllers: [Cats], imports: own }) export class AppModule {}";
    hooked(&program(named), &[("", Pass), ("own.pop();", Undetermined)]);
}

#[test]
fn providers_of_other_files_are_those_of_who_takes_them_in() {
    let module = "@Module({ controllers: [Cats], providers: HOOK }) export class AppModule {}";
    let all = [
        ("[...shared]", Pass),
        ("shared", Pass),
        ("[Cats, ...shared]", Pass),
        ("[...(isLive ? shared : [])]", Undetermined),
        // Another module may take them in.
        ("[]", Undetermined),
    ];
    let shared = "//- /src/shared.ts\nimport { APP_GUARD } from \"@nestjs/core\";\n\
        import { AuthGuard } from \"@nestjs/passport\";\n\
        export const shared = [{ provide: APP_GUARD, useClass: AuthGuard(\"jwt\") }];\n";
    hooked(&program(&format!("{module}\n{shared}")), &all);
}

#[test]
fn a_guard_that_lets_some_through_before_it_asks_is_not_sure() {
    let program = "//- /guard.ts\nimport { AuthGuard } from \"@nestjs/passport\";\n\
        import { Reflector } from \"@nestjs/core\";\nconst OPEN = process.env.OPEN;\n\
        export class Jwt extends AuthGuard(\"jwt\") {\n\
        \x20 constructor(private reflector: Reflector) { super(); }\n\
        \x20 isPublic(context: any) { return this.reflector.get(\"public\", context.getHandler()); }\n\
        \x20 async canActivate(context: any) { HOOK }\n}\n\
        //- /cats.ts\nimport { Controller, Get, UseGuards } from \"@nestjs/common\";\n\
        import { Jwt } from \"./guard\";\n\
        @Controller(\"cats\") @UseGuards(Jwt) export class Cats { @Get(\"a\") all() { return 1; } }\n";
    let sure = [
        "return super.canActivate(context);",
        "return (await super.canActivate(context)) as boolean;",
        "const ok = await super.canActivate(context); await super.logIn(context); return ok;",
        "await super.canActivate(context); return true;",
        "const open = this.reflector.getAllAndOverride(\"p\", [context.getHandler()]); \
         if (open) return true; return super.canActivate(context);",
        "const open = this.reflector.get(\"p\", context.getHandler()); \
         if (open === true) { return true; } return super.canActivate(context);",
        "const open = this.reflector.get(\"p\", context.getHandler()); \
         return open || super.canActivate(context);",
        "const open = this.reflector.get(\"p\", context.getHandler()); \
         return open ? true : super.canActivate(context);",
        "if (this.isPublic(context)) return true; return super.canActivate(context);",
        "if (context.getType() !== \"http\") return true; return super.canActivate(context);",
        "if (!context.user) return false; return super.canActivate(context);",
        "return firstValueFrom(super.canActivate(context));",
        "try { return await super.canActivate(context); } catch (e) { throw e; }",
    ];
    let perhaps = [
        "return OPEN || super.canActivate(context);",
        "return OPEN ? true : super.canActivate(context);",
        "if (OPEN) return true; return super.canActivate(context);",
        "const open = this.reflector.get(\"p\", context.getHandler()); \
         return open || OPEN || super.canActivate(context);",
        "const open = this.reflector.get(\"p\", context.getHandler()); \
         if (open || OPEN) return true; return super.canActivate(context);",
        "try { return await super.canActivate(context); } catch (e) { return true; }",
        "super.canActivate(context); return true;",
        "return true;",
        "if (context.getType() === \"http\") return true; return super.canActivate(context);",
    ];
    let all = sure.map(|it| (it, Pass)).into_iter().chain(perhaps.map(|it| (it, Undetermined)));
    hooked(program, &all.collect::<Vec<_>>());
}

#[test]
fn a_guard_that_answers_for_itself_is_not_sure() {
    let program = "//- /guard.ts\nimport { AuthGuard } from \"@nestjs/passport\";\n\
        export class Jwt extends AuthGuard(\"jwt\") { HOOK }\n\
        //- /cats.ts\nimport { Controller, Get, UseGuards } from \"@nestjs/common\";\n\
        import { Jwt } from \"./guard\";\n\
        @Controller(\"cats\") export class Cats { @UseGuards(Jwt) @Get(\"a\") all() { return 1; } }\n";
    let all = [
        ("async canActivate(c) { return super.canActivate(c); }", Pass),
        ("canActivate(c) { return super.canActivate(c).then((it) => it); }", Pass),
        ("canActivate(c) { return super.canActivate(c).catch(() => false); }", Pass),
        ("canActivate(c) { return super.canActivate(c).catch(() => true); }", Undetermined),
        (
            "canActivate(c) { return super.canActivate(c).then(() => true, () => true); }",
            Undetermined,
        ),
        (
            "async canActivate(c) { await super.canActivate(c).catch(() => true); return true; }",
            Undetermined,
        ),
        (
            "async canActivate(c) { const ok = await super.canActivate(c).catch(() => false); \
             return !ok; }",
            Undetermined,
        ),
        (
            "canActivate(c) { return Promise.race([super.canActivate(c), Promise.resolve(true)]); }",
            Undetermined,
        ),
        ("handleRequest(e, user) { if (e || !user) throw e || new Error(); return user; }", Pass),
        ("handleRequest(e, user) { if (!user) { throw new Error(); } return user; }", Pass),
        ("handleRequest(e, user) { if (e) throw e; return user; }", Undetermined),
        (
            "handleRequest(e, user, info) { if (info && info.name === 'X') throw new Error(); \
             return user; }",
            Undetermined,
        ),
        ("handleRequest(e, user) { return user || null; }", Undetermined),
    ];
    hooked(program, &all);
}
