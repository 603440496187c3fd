//! Names to which a language gives a meaning of their own: methods that run without a call
//! that names them, bases that call nothing, files that stand for their folder.

use codd_source::RepoPath;

use crate::{DefinitionId, Semantics, language_of};

/// The names that mean something by themselves in one language.
///
/// Resolution reads them of the file in which a class or function is defined.
#[derive(Clone, Copy, Debug)]
pub struct Conventions {
    /// Methods that run when an instance is made.
    pub constructors: &'static [&'static str],
    /// The method that runs when an instance is called.
    pub calling: Option<&'static str>,
    /// Methods that give what a loop over an instance asks for its items.
    pub iterators: &'static [&'static str],
    /// Methods that give the next item.
    pub next_items: &'static [&'static str],
    /// Methods that give what entering an instance (`with`) binds.
    pub entering: &'static [&'static str],
    /// Methods that run when it is left.
    pub leaving: &'static [&'static str],
    /// Methods that give what `instance[key]` stands for.
    pub indexing: &'static [&'static str],
    /// The method that gives the object whose members an instance has besides its own.
    pub delegating: Option<&'static str>,
    /// What [`POINTED_TO`](crate::POINTED_TO) of something from outside is that is applied to a
    /// class, by the last of its names.
    pub pointing: fn(&str) -> Pointing,
    /// Members of what collections from outside give that are not of the class these are applied
    /// to: the key of a map's entry.
    pub key_members: &'static [&'static str],
    /// Types from outside that are used like what they are applied to.
    pub wrappers: &'static [&'static str],
    /// The function that a module answers with for names it does not have.
    pub missing_names: Option<&'static str>,
    /// Attributes of a function that run it.
    pub function_methods: &'static [&'static str],
    /// What a function of the language's own library, by its dotted name, makes of its
    /// arguments; `None` where it makes nothing of them that is followed.
    pub outside: fn(&str) -> Option<OutsideCall>,
    /// Functions of that library which call at once what they are given.
    pub calling_functions: &'static [&'static str],
    /// Whether operators, built-ins or protocols run the methods of this name.
    pub is_special: fn(&str) -> bool,
    /// What the language's own library calls of the objects that it is given, where types say
    /// it; `None` where it may call anything.
    pub library: Option<&'static Library>,
    /// Special methods that show or copy a value: many have them, few run them.
    pub showing: &'static [&'static str],
    /// The base of all classes, which adds nothing that a repository defines.
    pub root_class: Option<&'static str>,
    /// Bases from outside that call nothing of who extends them, beyond special methods; sorted.
    pub inert_bases: &'static [&'static str],
    /// How the names of further such bases end.
    pub inert_endings: &'static [&'static str],
    /// Whether what is assigned to a place of an interface's type implements the interface.
    pub implements_by_use: bool,
    /// Bases from outside whose classes only say which methods an object must have: it need not
    /// name them to be one.
    pub structural_bases: &'static [&'static str],
    /// Whether its frameworks serve a route whatever the case of the path that is asked for.
    pub routes_ignore_case: bool,
    /// Methods of its frameworks' routers that give back the router they are called on.
    pub giving_router: &'static [&'static str],
    /// Whether what a file defines is seen by no file of another folder: Go's tests.
    pub stays_in_folder: fn(&RepoPath) -> bool,
    /// Whether a statement of a file's top level, by its text, imports and does no more; `None`
    /// where loading a file runs nothing.
    pub is_import: Option<fn(&str) -> bool>,
    /// How tests are inherited; `None` where they are no members of classes.
    pub inherited_tests: Option<&'static InheritedTests>,
    /// The file, without its extension, that stands for its folder.
    pub folder_file: Option<&'static str>,
    /// Whether members of the classes around are named without `this`.
    pub implicit_members: bool,
    /// Whether a method that is written outside of its type sees the names of the types and of
    /// the namespace around that type.
    pub sees_around_type: bool,
    /// Whether files may add members and bases to types that others define; see
    /// [`Extension`](crate::Extension).
    pub has_extensions: bool,
    /// Whether one type may be written in several parts, each offered under its name.
    pub has_partial_types: bool,
    /// Whether a method of a class itself and one of its instances may share a name.
    pub has_class_methods_apart: bool,
    /// Whether a type with all the methods of an interface implements it, undeclared.
    pub is_structural: bool,
    /// Whether methods of one name are told apart by their parameters: one replaces another of
    /// its base only if it takes as many.
    pub has_overloads: bool,
    /// Whether the names of parameters are part of a method's name.
    pub has_labels: bool,
    /// Whether `getX()`, `isX()` and `setX(…)` of a type of another language are its property
    /// `x`, as Kotlin has it of Java.
    pub reads_by_getters: bool,
    /// Whether methods have names of their own: what is called is never a field, what is
    /// read never a method.
    pub methods_are_apart: bool,
    /// Whether a call of an asynchronous function runs nothing until somebody waits for it.
    pub waits_to_run: bool,
    /// Whether the items of an object literal are its attributes: `{ a: f }.a`.
    pub keys_are_attributes: bool,
    /// Whether a scope may see all names of a module, which it binds under `*`.
    pub has_globs: bool,
    /// Whether a name from outside is that of a type where it begins with a capital letter:
    /// calling it makes an instance.
    pub types_are_capitalised: bool,
    /// Whether what a type from outside gives by a function of its own is of that type, as a
    /// rule: `Type::new`.
    pub types_make_themselves: bool,
    /// Methods of built-in types: where nobody knows of which type a value from outside is, a
    /// call of one says nothing of the project's methods of that name; sorted.
    pub built_in_methods: &'static [&'static str],
    /// Whether a function that nothing binds is a built-in one, which gives nothing of the
    /// project's.
    pub built_ins_are_unbound: bool,
    /// Whether a name that nothing binds may be that of a module: the module system is asked.
    pub names_modules: bool,
    /// Methods of collections that give one of the items.
    pub item_methods: &'static [&'static str],
    /// Methods of collections that give a collection of the same items.
    pub whole_methods: &'static [&'static str],
    /// Properties of collections that are one of the items.
    pub item_properties: &'static [&'static str],
    /// Properties of collections that are a collection of the same items.
    pub whole_properties: &'static [&'static str],
}

/// Where what is written like a pointer leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointing {
    /// To what it is applied to.
    Held,
    /// There or anywhere else.
    Perhaps,
    /// To itself: it is a collection, of which there is a pointer.
    Itself,
}

/// What the result of a call of the language's own library is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutsideCall {
    /// The first argument, or a container of the same items.
    First,
    /// The second one.
    Second,
    /// Any of the arguments.
    Any,
    /// An item of the first argument.
    Item,
    /// An instance of the type that the first argument is.
    InstanceOf,
    /// The type of the first argument, where it is the only one.
    TypeOf,
    /// The attribute of the first argument whose name is the second.
    Attribute,
    /// What those arguments give that are functions.
    ResultOf,
}

/// A library that is known well enough to say what it calls of what it is given.
#[derive(Clone, Copy, Debug)]
pub struct Library {
    /// Whether a function from outside, by its dotted name, is one of it; without those that
    /// find methods by their names.
    pub has: fn(&str) -> bool,
    /// The methods of each of its interfaces.
    pub interfaces: &'static [&'static [&'static str]],
}

/// How the tests that a class has by what it extends are told and named.
#[derive(Debug)]
pub struct InheritedTests {
    /// Between the names of a class and of one in it, as the runner writes it.
    pub between_classes: &'static str,
    /// Between the names of a class and of its method.
    pub before_method: &'static str,
    /// How the name of a method begins that is a test in whatever class a runner collects;
    /// `None` where the text of the method says it.
    pub prefix: Option<&'static str>,
    /// Whether a base of this name is one that a framework gives for tests.
    pub is_suite_base: fn(&str) -> bool,
    /// Who runs the tests of a class with such a base, and of one without.
    pub frameworks: (&'static str, &'static str),
    /// Whether a runner collects a class, of which it is known whether it extends such a base,
    /// directly or through others.
    pub collects: fn(&RepoPath, &Semantics, DefinitionId, bool) -> bool,
    /// Whether tests of abstract classes run as such, too.
    pub runs_abstract: bool,
    /// Names that are bound in a class to what runs around each of its tests.
    pub around: &'static [&'static str],
}

impl Conventions {
    /// Of a language in which no name means anything by itself.
    pub const NONE: Conventions = Conventions {
        constructors: &[],
        calling: None,
        iterators: &[],
        next_items: &[],
        entering: &[],
        leaving: &[],
        indexing: &[],
        delegating: None,
        pointing: |_| Pointing::Perhaps,
        key_members: &[],
        wrappers: &[],
        missing_names: None,
        function_methods: &[],
        outside: |_| None,
        calling_functions: &[],
        is_special: |_| false,
        library: None,
        showing: &[],
        root_class: None,
        inert_bases: &[],
        inert_endings: &[],
        implements_by_use: false,
        structural_bases: &[],
        routes_ignore_case: false,
        giving_router: &[],
        stays_in_folder: |_| false,
        is_import: None,
        inherited_tests: None,
        folder_file: None,
        implicit_members: false,
        sees_around_type: false,
        has_extensions: false,
        has_partial_types: false,
        has_class_methods_apart: false,
        is_structural: false,
        has_overloads: false,
        has_labels: false,
        reads_by_getters: false,
        methods_are_apart: false,
        waits_to_run: false,
        has_globs: false,
        types_are_capitalised: true,
        types_make_themselves: false,
        built_in_methods: &[],
        built_ins_are_unbound: false,
        names_modules: false,
        keys_are_attributes: false,
        item_methods: &[],
        whole_methods: &[],
        item_properties: &[],
        whole_properties: &[],
    };

    /// Whether a base of this name from outside calls nothing of who extends it.
    pub fn is_inert(&self, base: &str) -> bool {
        self.inert_bases.binary_search(&base).is_ok()
            || self.inert_endings.iter().any(|it| base.ends_with(it))
    }
}

/// The conventions of the language of a file; those of [`Conventions::NONE`] where codd does
/// not model it.
pub fn conventions_of(path: &RepoPath) -> &'static Conventions {
    language_of(path).map_or(&Conventions::NONE, |language| language.0.conventions())
}

#[cfg(test)]
mod tests {
    use crate::all_languages;

    #[test]
    fn tables_that_are_searched_are_sorted() {
        for language in all_languages() {
            let conventions = language.conventions();
            assert!(conventions.inert_bases.is_sorted(), "{}", language.name());
            assert!(conventions.built_in_methods.is_sorted(), "{}", language.name());
        }
    }
}
