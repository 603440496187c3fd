//! What frameworks call: routes, what runs before them, where their routers are served, what
//! fills parameters, what listens.

use serde::{Deserialize, Serialize};

use crate::{Certainty, ControllerHook, DefinitionId, Expr, ExprId, Name, PathRules, Semantics};

/// An entry point that a web framework calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Route {
    /// In capitals; `*` for any.
    pub method: Name,
    /// As written; `…` for what its file does not say, and where that is all of it, followed by
    /// what tells it apart: see [`known_path`](crate::known_path).
    pub path: Name,
    /// What gives the end of the path, where the file does not say all of it: other files may.
    pub computed: Option<ComputedPath>,
    pub framework: Name,
    pub handler: ExprId,
    /// The application, router or blueprint it is registered on.
    pub router: Option<ExprId>,
    /// Middleware and dependencies of this route alone, in order.
    pub middleware: Vec<ExprId>,
    /// What does not run before it although its groups and its controller say so; unknown
    /// where that is computed.
    pub without: Vec<ExprId>,
    /// Which of the handler's decorators registers it, where one does: what those above it
    /// make of the function is not served.
    pub registered_by: Option<u32>,
    /// Where the framework goes by the order of registration.
    pub order: Option<RegistrationOrder>,
}

/// The standard actions that a router of Django REST framework serves a set of views by: name,
/// method, and whether it is of one object.
pub const VIEW_SET_ACTIONS: &[(&str, &str, bool)] = &[
    ("list", "GET", false),
    ("create", "POST", false),
    ("retrieve", "GET", true),
    ("update", "PUT", true),
    ("partial_update", "PATCH", true),
    ("destroy", "DELETE", true),
];

impl Route {
    /// Whether what stands at a place among [`Route::without`] is a name that only the project can
    /// have given: one that the framework may have too has that beside it, as a text.
    pub fn leaves_out_own_name(&self, semantics: &Semantics, nth: usize) -> bool {
        let expr = |nth: usize| self.without.get(nth).map(|it| semantics.expr(*it));
        matches!(expr(nth), Some(Expr::Import(id)) if semantics.import(*id).is_optional())
            && !matches!(expr(nth + 1), Some(Expr::Text(_)))
    }

    /// The set of views and its action that answer it, where a router or `as_view` of Django REST
    /// framework says so: without that action there is no such route.
    pub fn view_set_action<'a>(&self, semantics: &'a Semantics) -> Option<(ExprId, &'a Name)> {
        match semantics.expr(self.handler) {
            // Whatever else of Django is named so answers all methods.
            Expr::Attribute { base, name } if self.framework == DJANGO && self.method != "*" => {
                Some((*base, name))
            }
            _ => None,
        }
    }

    /// The class whose routes are served where it is mounted, as those of `@action` of Django REST
    /// framework are.
    pub fn view_set(&self, semantics: &Semantics) -> Option<DefinitionId> {
        match self.router.map(|it| semantics.expr(it)) {
            Some(Expr::Definition(class)) if self.framework == DJANGO => Some(*class),
            _ => None,
        }
    }
}

const DJANGO: &str = "django";

/// The end of a route's path as an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ComputedPath {
    /// Bytes of the path before it.
    pub from: u32,
    pub expr: ExprId,
}

impl ComputedPath {
    /// The whole of a path.
    pub(crate) fn whole(expr: ExprId) -> ComputedPath {
        ComputedPath { from: 0, expr }
    }

    /// The end of `path` that is written as `own`.
    pub(crate) fn end(path: &str, own: &str, expr: ExprId) -> Option<ComputedPath> {
        let from = path.strip_suffix(own)?.len();
        Some(ComputedPath { from: from as u32, expr })
    }
}

/// Something that holds for every route of a router: a function that runs before them
/// (`app.use(auth)`, `before_request`), or another router whose routes are served as well.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RouteHook {
    pub router: ExprId,
    /// The path prefix it is limited to, or that it serves below: a text, or several.
    pub prefix: Option<ExprId>,
    pub function: ExprId,
    /// As of a route.
    pub registered_by: Option<u32>,
    /// Where the framework goes by the order of registration.
    pub order: Option<RegistrationOrder>,
    pub kind: RouteHookKind,
    /// Functions that run before another router's routes where this serves them.
    pub middleware: Vec<ExprId>,
    /// The function that registers it; `None` at the file's top level.
    pub owner: Option<DefinitionId>,
    /// Stands in a branch, which need not be taken.
    pub is_conditional: bool,
    /// Where the router is a controller whose class may be extended.
    pub controller: Option<ControllerHook>,
    /// The routes that it leaves out, where it says some.
    pub limits: Option<Box<HookLimits>>,
}

/// Which of the routes below its prefix a hook holds for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HookLimits {
    /// Those of these methods, in capitals; of all where there are none.
    pub methods: Vec<Name>,
    /// Those of just the prefix, not those below it.
    pub is_exact: bool,
    /// Not those of a method, `*` for any, and path; `^/public` for what begins with that, of
    /// which it may be some.
    pub except: Vec<(Name, Name)>,
    /// These are paths as they are asked for, wherever the router is served.
    pub is_from_root: bool,
    /// Not some others, which are known only when the code runs.
    pub is_open: bool,
    /// Those that these say, where they say it all.
    pub rules: Option<Box<PathRules>>,
}

impl RouteHook {
    /// One of which nothing more is said, at the top level of its file.
    pub(crate) fn plain(router: ExprId, function: ExprId, kind: RouteHookKind) -> RouteHook {
        RouteHook {
            router,
            prefix: None,
            function,
            registered_by: None,
            order: None,
            kind,
            middleware: Vec::new(),
            owner: None,
            is_conditional: false,
            controller: None,
            limits: None,
        }
    }

    /// A function that settings have run before all routes.
    pub(crate) fn global(function: ExprId, is_conditional: bool) -> RouteHook {
        let hook = RouteHook::plain(function, function, RouteHookKind::Global);
        RouteHook { is_conditional, ..hook }
    }
}

/// A function that a framework calls to fill a parameter: FastAPI's `Depends(f)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Injection {
    /// The function with the parameter; the field of a class; the alias whose annotation
    /// says it, `CurrentUser = Annotated[User, Depends(f)]`.
    pub of: DefinitionId,
    pub function: ExprId,
    /// A type is named: an alias for what says the function, as in `Reader = CurrentUser`, or a
    /// class of which the framework makes an instance.
    pub is_alias: bool,
    /// The parameter is filled with something else where the function fails.
    pub is_optional: bool,
}

/// A function that runs where something else is used, which does not name it: the receiver of
/// a signal, a listener to what happens to a model.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Listener {
    pub to: ExprId,
    pub function: ExprId,
    /// Whoever uses `to` runs it, and not for one of many events.
    pub is_certain: bool,
    /// It runs where a method of the class `to` does that is called so; `*` stands for any part.
    pub methods: Option<Name>,
    /// Whether it runs before what is used, so that it may keep somebody out.
    pub before: Certainty,
}

impl Listener {
    /// One of which nothing more is known.
    pub(crate) fn of(to: ExprId, function: ExprId) -> Listener {
        Listener { to, function, is_certain: true, methods: None, before: Certainty::Perhaps }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RouteHookKind {
    /// Runs before the routes, or serves its own below the prefix if it is a router.
    Use,
    /// Runs before those of the routes that were registered before it.
    Layer,
    /// Runs before the routes of just that path.
    UseExactly,
    /// Runs before the routes that FastAPI itself registers, not those of Starlette.
    Depend,
    /// Runs before all routes of the applications that the router is registered on.
    Application,
    /// Runs for the routes, but before none: where one fails or has answered. It keeps nobody
    /// out.
    Aside,
    /// The same for all routes of the applications that the router is registered on.
    ApplicationAside,
    /// Runs for those of the router's own routes whose path has a parameter that is called like
    /// the prefix.
    Parameter,
    /// Runs before all routes of the framework in the application that the file is of.
    Global,
    /// Serves all routes of the framework in the application below the prefix.
    Below,
    /// Serves the routes of a router below the prefix and the router's own.
    Include,
    /// The same, but a prefix that is given takes the place of the router's own.
    Register,
    /// Serves another application, before whose routes little of this one runs.
    Mount,
    /// A module of an application, or a list, includes another.
    Module,
    /// Gives the router to a function, at this place of its arguments, which registers routes.
    Given(u32),
    /// Gives a part of the router, below the prefix, to a function by its first argument: what
    /// that registers holds for the part alone.
    Plugin,
    /// Gives a controller the hooks of a class or module that it has as a base.
    Inherit,
    /// Gives a controller the hooks that a function registers, which its class body calls.
    Configure,
    /// Takes hooks of a controller back that it has so far, by name; all it may be if none is
    /// known.
    Skip,
}

/// When something is registered, position-free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RegistrationOrder {
    /// The function that registers it; `None` at the file's top level.
    pub owner: Option<DefinitionId>,
    /// Among the file's routes and hooks.
    pub ordinal: u32,
}

/// The prefix that a router puts before its own routes: `APIRouter(prefix=…)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RouterPrefix {
    pub router: ExprId,
    pub prefix: ExprId,
}
