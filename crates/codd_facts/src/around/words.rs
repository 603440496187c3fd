//! What frameworks call of the classes and methods that they find: names, by language.

/// How widely a method runs that a framework calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Where its class is named: a guard that a route says.
    Named,
    /// Around all routes.
    Routes,
}

/// Languages, bases of a class, and the methods of it that the framework calls.
pub(super) type Called =
    (&'static [&'static str], &'static [&'static str], &'static [&'static str], Reach);

/// What frameworks call.
pub(super) const CALLED: &[Called] = &[
    (
        JVM,
        &["Filter", "GenericFilterBean", "HttpFilter", "OncePerRequestFilter", "HttpServerFilter"],
        &["doFilter", "doFilterInternal"],
        Reach::Routes,
    ),
    (JVM, &["WebFilter"], &["filter"], Reach::Routes),
    (
        JVM,
        &["HandlerInterceptor", "HandlerInterceptorAdapter", "AsyncHandlerInterceptor"],
        &["preHandle", "postHandle", "afterCompletion"],
        Reach::Routes,
    ),
    (JVM, &["ContainerRequestFilter", "ContainerResponseFilter"], &["filter"], Reach::Routes),
    (JVM, &["ExceptionMapper"], &["toResponse"], Reach::Routes),
    (
        JVM,
        &["ReaderInterceptor", "WriterInterceptor"],
        &["aroundReadFrom", "aroundWriteTo"],
        Reach::Routes,
    ),
    (
        JVM,
        &["ResponseBodyAdvice", "RequestBodyAdvice"],
        &["beforeBodyWrite", "beforeBodyRead", "afterBodyRead"],
        Reach::Routes,
    ),
    (&["csharp"], &["IMiddleware"], &["InvokeAsync"], Reach::Routes),
    (&["csharp"], &["IExceptionHandler"], &["TryHandleAsync"], Reach::Routes),
    (&["csharp"], &["IEndpointFilter"], &["InvokeAsync"], Reach::Named),
    (
        &["csharp"],
        &[
            "ActionFilterAttribute",
            "ExceptionFilterAttribute",
            "IActionFilter",
            "IAsyncActionFilter",
            "IAsyncAuthorizationFilter",
            "IAsyncExceptionFilter",
            "IAsyncResourceFilter",
            "IAsyncResultFilter",
            "IAuthorizationFilter",
            "IExceptionFilter",
            "IResourceFilter",
            "IResultFilter",
            "ResultFilterAttribute",
        ],
        &[
            "OnActionExecuted",
            "OnActionExecuting",
            "OnActionExecutionAsync",
            "OnAuthorization",
            "OnAuthorizationAsync",
            "OnException",
            "OnExceptionAsync",
            "OnResourceExecuted",
            "OnResourceExecuting",
            "OnResourceExecutionAsync",
            "OnResultExecuted",
            "OnResultExecuting",
            "OnResultExecutionAsync",
        ],
        Reach::Named,
    ),
    (SCRIPTS, &["CanActivate"], &["canActivate"], Reach::Named),
    (SCRIPTS, &["NestInterceptor"], &["intercept"], Reach::Named),
    (SCRIPTS, &["PipeTransform"], &["transform"], Reach::Named),
    (SCRIPTS, &["ExceptionFilter", "BaseExceptionFilter"], &["catch"], Reach::Named),
    (SCRIPTS, &["NestMiddleware"], &["use"], Reach::Named),
];

pub(super) const JVM: &[&str] = &["java", "kotlin"];
pub(super) const SCRIPTS: &[&str] = &["javascript", "typescript"];

/// Decorators of a class whose methods of these names NestJS calls, whatever the class says that
/// it implements.
pub(super) const NEST: &[&str] = &["Catch", "Injectable"];

/// Annotations of methods of advice, or of one controller.
pub(super) const ADVICE: &[&str] = &["ExceptionHandler", "InitBinder", "ModelAttribute"];

/// Annotations of methods that are given events by their type.
pub(super) const EVENTS: &[&str] = &["EventListener", "Subscribe", "TransactionalEventListener"];

/// Annotations of the methods of an aspect.
pub(super) const POINTCUTS: &[&str] =
    &["After", "AfterReturning", "AfterThrowing", "Around", "Before"];

/// Methods, and annotations of methods, that run behind what they are around, or where it fails.
pub(super) const BEHIND: &[&str] = &[
    "After",
    "AfterReturning",
    "AfterThrowing",
    "EventListener",
    "ExceptionHandler",
    "OnActionExecuted",
    "OnException",
    "OnExceptionAsync",
    "OnResourceExecuted",
    "OnResultExecuted",
    "OnResultExecuting",
    "Subscribe",
    "TransactionalEventListener",
    "afterCompletion",
    "catch",
    "handle",
    "onApplicationEvent",
    "postHandle",
    "toResponse",
];
