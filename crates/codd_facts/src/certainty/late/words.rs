//! How code of all frameworks calls what it goes on with: no language declares it.

/// How else the last parameter is called, where calling it answers the request.
pub(super) const HANDLERS: &[&str] = &["block", "chain", "handler", "proceed"];

/// What the last parameter is called that is a function itself.
pub(super) const CALLED: &[&str] = &["handler", "proceed"];

/// How methods are called by which middleware is run: what these hand on to is what they are
/// around.
pub(super) const RUN_AS: &[&str] = &[
    "Invoke",
    "InvokeAsync",
    "__call__",
    "__invoke",
    "call",
    "dispatch",
    "doFilter",
    "doFilterInternal",
    "filter",
    "handle",
    "intercept",
    "invoke",
    "process",
];

/// What advice calls the point at which it goes on.
pub(super) const POINTS: &[&str] =
    &["chain", "context", "ctx", "invocation", "joinPoint", "jp", "pjp", "point"];

/// How what a function around is given is called, where that is what it wraps.
pub(super) const WRAPPED: &[&str] = &[
    "app",
    "controller",
    "delegate",
    "endpoint",
    "f",
    "fn",
    "func",
    "function",
    "handle",
    "inner",
    "method",
    "service",
    "view",
    "view_func",
    "wrapped",
    "wsgi",
    "wsgi_app",
];

/// Methods that go on, whatever they are called on.
pub(super) const GOING_ON: &[&str] = &["doFilter", "get_response"];

/// The method of Go by which a handler answers, as every other does.
pub(super) const SERVES: &str = "ServeHTTP";

/// Methods that go on with what a parameter or a field holds that has the name of a handler.
pub(super) const OF_HANDLERS: &[&str] = &[
    "Invoke",
    "InvokeAsync",
    "apply",
    "call",
    "execute",
    "filter",
    "handle",
    "invoke",
    "respond",
    "run",
];

/// Methods of functions that call them.
pub(super) const OF_FUNCTIONS: &[&str] =
    &["()", "__call__", "__invoke", "apply", "call", "invoke", "yield"];

/// Fields that keep what middleware is around.
pub(super) const FIELDS: &[&str] =
    &["_app", "_next", "app", "delegate", "get_response", "inner", "next", "service"];

/// What the one object is called by which handlers of a request go on to the next.
pub(super) const CONTEXTS: &[&str] = &["Context", "Ctx", "RequestContext"];

/// The types of what goes on with a request, in the frameworks that declare it.
pub(super) const TYPES: &[&str] = &[
    "ActionExecutionDelegate",
    "CallHandler",
    "Closure",
    "EndpointFilterDelegate",
    "HandlerFunc",
    "NextFunction",
    "RequestDelegate",
    "RequestHandlerInterface",
    "WebFilterChain",
];

/// The types of what functions are given that make a handler around another.
pub(super) const HANDLER_TYPES: &[&str] = &["Handler", "HandlerFunc"];

/// What a program of ASGI is called with: what is asked for, and how to read and to answer.
pub(super) const ASGI: u32 = 3;

/// Decorators of generators whose `yield` waits, as `await` does.
pub(super) const WAITING: &[&str] = &["coroutine", "engine", "inlineCallbacks", "tasklet"];

/// Decorators that give a function the name of what it wraps.
pub(super) const WRAPPING: &[&str] = &["update_wrapper", "wraps"];

/// How what is asked for and what answers it are called.
pub(super) const REQUESTS: &[&str] = &["_req", "ctx", "req", "request"];
pub(super) const ANSWERS: &[&str] = &["_reply", "_res", "reply", "res", "response"];

/// Methods that are given middleware.
pub(super) const REGISTERING: &[&str] =
    &["addHook", "around_action", "around_filter", "prepend_around_action", "use"];

/// Functions that do not go on with what they are given: they call it where something fails, keep
/// it, or look at it.
pub(super) const NOT_GOING_ON: &[&str] = &[
    "addEventListener",
    "addListener",
    "callable",
    "catch",
    "debug",
    "error",
    "getattr",
    "getfullargspec",
    "hasattr",
    "info",
    "isawaitable",
    "iscoroutine",
    "iscoroutinefunction",
    "isinstance",
    "log",
    "on",
    "once",
    "print",
    "repr",
    "setattr",
    "signature",
    "str",
    "type",
    "update_wrapper",
    "use",
    "warning",
    "wraps",
];

/// Methods that make an object of what they are given.
pub(super) const MAKERS: &[&str] = &["__construct", "__init__", "constructor"];

/// What advice, and the block that runs around an action, goes on by.
pub(super) const PROCEED: &str = "proceed";

/// The method by which a context goes on: `c.Next()`.
pub(super) const NEXT_OF_CONTEXT: &str = "Next";

/// The method by which a context gives the function that answers the request: `c.Handler()`.
pub(super) const HANDLER_OF_CONTEXT: &str = "Handler";

/// What a method or field is called that goes on.
pub(super) const KEPT_NEXT: &[&str] = &["_next", "next"];

/// Functions that give one that calls what they are given first.
pub(super) const PARTIAL: &[&str] = &["partial", "partialmethod"];

/// Methods that put what they are given into a list.
pub(super) const ADDING: &[&str] = &["add", "append", "appendleft", "insert", "push", "unshift"];

/// Functions that give the items of what they are given.
pub(super) const SAME_ITEMS: &[&str] = &["from", "iter", "list", "reversed", "sorted", "tuple"];
