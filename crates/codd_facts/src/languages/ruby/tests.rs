//! Facts of small files as text.

use codd_source::RepoPath;
use expect_test::{Expect, expect};

use crate::render::{render, render_only};
use crate::{FileFacts, extract, language_of, parse};

fn facts_at(path: &str, text: &str) -> FileFacts {
    let path = RepoPath::from(path);
    extract(&parse(language_of(&path).unwrap(), &path, text.as_bytes()).unwrap())
}

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&render(&facts_at("lib/a.rb", text)));
}

fn check_only(path: &str, starts: &[&str], text: &str, expected: &Expect) {
    expected.assert_eq(&render_only(&facts_at(path, text), starts));
}

#[test]
fn declarations_with_visibility_and_fields() {
    check(
        r#"
require "json"
module Shop
  # Sells things.
  class Order < Base
    include Comparable
    LIMIT = 3
    attr_reader :id
    def initialize(id, note = nil, *rest, key: 1, **more, &block)
      @id = id
    end
    def self.find(id) = new(id)
    private
    def secret; end
  end
  Point = Struct.new(:x) do
    def far? = x > 1
  end
end
"#,
        &expect![[r#"
            Class Shop
            Class Shop.Order bases [Comparable@2, Base@1]
            Field Shop.Order.LIMIT = _ static
            Method Shop.Order.id returns [<this Shop.Order>.@id]
            Method Shop.Order.initialize(id, note = _, *rest, key = _, *more) returns [id@3]
            Field Shop.Order.@id private
            Method Shop.Order.find(id) returns [<Shop.Order>(id@4)] classmethod
            Method Shop.Order.secret private
            Class Shop.Point
            Method Shop.Point.x returns [<this Shop.Point>.@x]
            Method Shop.Point.far? returns [_]
            scope 0 Module
              Shop -> definition Shop
            scope 1 Class of Shop in 0
              Order -> definition Shop.Order
              Point -> definition Shop.Point
            scope 2 Class of Shop.Order in 1
              LIMIT -> definition Shop.Order.LIMIT
              find -> definition Shop.Order.find
              id -> definition Shop.Order.id
              initialize -> definition Shop.Order.initialize
              secret -> definition Shop.Order.secret
            scope 3 Function of Shop.Order.initialize in 2
              block -> unknown
              id -> parameter 0 of Shop.Order.initialize
              key -> parameter 3 of Shop.Order.initialize
              more -> parameter 4 of Shop.Order.initialize
              note -> parameter 1 of Shop.Order.initialize
              rest -> parameter 2 of Shop.Order.initialize
            scope 4 Function of Shop.Order.find in 2
              id -> parameter 0 of Shop.Order.find
            scope 6 Class of Shop.Point in 1
              far? -> definition Shop.Point.far?
              x -> definition Shop.Point.x
              x= -> definition Shop.Point.x
            import json for its effect
            offer Shop in (global)
            offer Order in Shop
            offer LIMIT in Shop.Order
            offer find in Shop.Order
            offer Point in Shop
            opened ["Shop.Order", "Shop", ""]
            member Shop.Order.@id = id@3 defines Shop.Order.@id
            Inherit Base@1 in Shop.Order
            Inherit Comparable@2 in Shop.Order
            Write <this Shop.Order>.@id in Shop.Order.initialize
            Call <Shop.Order>/1 in Shop.Order.find
            Call x@7/0 in Shop.Point.far?
        "#]],
    );
}

#[test]
fn routes_of_rails_and_sinatra() {
    check_only(
        "config/routes.rb",
        &["route", "hook"],
        r#"
Rails.application.routes.draw do
  root to: "home#index"
  get "/about", to: "pages#about"
  get "help" => "pages#help"
  match "search", to: "search#run", via: [:get, :post]
  resources :posts, except: [:destroy] do
    member { put :publish }
    collection do
      get :recent
    end
    resources :comments, only: :create
  end
  resource :profile, only: [:show]
  namespace :admin do
    scope "/v1", module: :v1 do
      resources :users, only: [:index]
    end
  end
end
"#,
        &expect![[r#"
            route GET / (rails) handler HomeController.index router HomeController
            route GET /about (rails) handler PagesController.about router PagesController
            route GET /help (rails) handler PagesController.help router PagesController
            route GET /search (rails) handler SearchController.run router SearchController
            route POST /search (rails) handler SearchController.run router SearchController
            route GET /posts (rails) handler PostsController.index router PostsController
            route GET /posts/new (rails) handler PostsController.new router PostsController
            route POST /posts (rails) handler PostsController.create router PostsController
            route GET /posts/:id (rails) handler PostsController.show router PostsController
            route GET /posts/:id/edit (rails) handler PostsController.edit router PostsController
            route PATCH /posts/:id (rails) handler PostsController.update router PostsController
            route PUT /posts/:id (rails) handler PostsController.update router PostsController
            route PUT /posts/:id/publish (rails) handler PostsController.publish router PostsController
            route GET /posts/recent (rails) handler PostsController.recent router PostsController
            route POST /posts/:post_id/comments (rails) handler CommentsController.create router CommentsController
            route GET /profile (rails) handler ProfilesController.show router ProfilesController
            route GET /admin/v1/users (rails) handler Admin.V1.UsersController.index router Admin.V1.UsersController
        "#]],
    );
    check_only(
        "app.rb",
        &["route", "hook", "Callback"],
        r#"
require "sinatra"
get "/hi" do
  "hi"
end
class Api < Sinatra::Base
  before { check }
  post("/items") { params }
end
"#,
        &expect![[r#"
            Callback GET /hi returns ["hi"]
            Callback Api.before returns [check@3()]
            Callback Api.POST /items returns [params@4()]
            route GET /hi (sinatra) handler <GET /hi> router ?()
            route POST /items (sinatra) handler <Api.POST /items> router <Api>
            hook <Api.before> on <Api>
        "#]],
    );
}

#[test]
fn tests_of_rspec_and_minitest() {
    check_only(
        "spec/cart_spec.rb",
        &["test", "Callback", "Function", "Call"],
        r#"
describe Cart do
  let(:cart) { Cart.new }
  before { cart.clear }
  context "when empty" do
    it("is free") { cart.total }
    it_behaves_like "a list"
  end
  shared_examples "a list" do
    it { cart.size }
  end
end
"#,
        &expect![[r#"
            Function cart returns [Cart@2()]
            Callback Cart before returns [cart@3().clear()]
            Callback Cart when empty is free returns [cart@5().total()]
            Callback Cart when empty behaves like a list
            Callback a list returns [_]
            Call Cart@2/0 in cart
            Call cart@3/0 in Cart before
            Call cart@3().clear/0 in Cart before
            Call <around specs> in Cart when empty is free
            Call <Cart before> in Cart when empty is free
            Call cart@5/0 in Cart when empty is free
            Call cart@5().total/0 in Cart when empty is free
            Call <a list> in Cart when empty behaves like a list
            Call <around specs> in Cart when empty behaves like a list
            Call <Cart before> in Cart when empty behaves like a list
            Call cart@7/0 in a list
            Call cart@7().size/0 in a list
            test Cart when empty is free (rspec) Cart when empty is free
            test Cart when empty behaves like a list (rspec) Cart when empty behaves like a list
        "#]],
    );
    check_only(
        "test/cart_test.rb",
        &["test", "Call"],
        r#"
class CartTest < Minitest::Test
  def setup; end
  def test_total; end
  test "adds up" do
    sum
  end
  def helper; end
end
"#,
        &expect![[r#"
            Call <super CartTest>.<around tests> in CartTest.setup
            Call <CartTest> in CartTest.test_total
            Call <this CartTest>.<around tests> in CartTest.test_total
            Call <CartTest> in CartTest.test_adds_up
            Call <this CartTest>.<around tests> in CartTest.test_adds_up
            Call sum@4/0 in CartTest.test_adds_up
            test CartTest#test_total (minitest) CartTest.test_total
            test CartTest#test_adds_up (minitest) CartTest.test_adds_up
        "#]],
    );
}

#[test]
fn tests_of_minitest_in_the_words_of_specs() {
    check_only(
        "test/cart_test.rb",
        &["test", "Call"],
        r#"
require "minitest/autorun"
describe Cart do
  let(:cart) { Cart.new }
  before { cart.clear }
  it("is free") { _(cart.total).must_equal 0 }
end
class SumTest < Minitest::Test
  test "adds" do
    sum
  end
end
class ListTest < Minitest::Spec
  it("has a size") { size }
end
"#,
        &expect![[r#"
            Callback Cart before returns [cart@3().clear()]
            Callback Cart is free returns [_@4(cart@4().total()).must_equal(_)]
            Call Cart@2/0 in cart
            Call cart@3/0 in Cart before
            Call cart@3().clear/0 in Cart before
            Call <Cart before> in Cart is free
            Call _@4/1 in Cart is free
            Call cart@4/0 in Cart is free
            Call cart@4().total/0 in Cart is free
            Call _@4(cart@4().total()).must_equal/1 in Cart is free
            Call <SumTest> in SumTest.test_adds
            Call <this SumTest>.<around tests> in SumTest.test_adds
            Call sum@6/0 in SumTest.test_adds
            Call <ListTest> in ListTest.test_has_a_size
            Call <this ListTest>.<around tests> in ListTest.test_has_a_size
            Call size@8/0 in ListTest.test_has_a_size
            test Cart is free (minitest) Cart is free
            test SumTest#test_adds (minitest) SumTest.test_adds
            test ListTest#test_has_a_size (minitest) ListTest.test_has_a_size
        "#]],
    );
}

#[test]
fn methods_of_computed_names_are_counted() {
    let facts = facts_at(
        "a.rb",
        "class A\n  def go(n) = send(\"do_#{n}\", self.send(TABLE.fetch(n)))\nend\n",
    );
    assert_eq!(facts.not_modelled, [("method by a computed name".into(), 2)]);
}

#[test]
fn helpers_of_sinatra_are_methods_of_its_application() {
    check_only(
        "app.rb",
        &["definition", "Method", "Function", "Call", "Inherit"],
        r#"
require "sinatra/base"
class Api < Sinatra::Base
  helpers do
    def user = load_user
  end
  helpers Auth
  get("/") { user }
end
"#,
        &expect![[r#"
            Method Api.user returns [load_user@2()]
            Callback Api.GET / returns [user@3()]
            Inherit Sinatra.Base in Api
            Call load_user@2/0 in Api.user
            Inherit Auth@1 in Api
            Call user@3/0 in Api.GET /
        "#]],
    );
}

/// Source with most constructs: what mutations start from.
const EVERYTHING: &str = r##"
require_relative "x"; module A::B; extend self; class C < D::E; include F, G; attr_accessor :a, "b"
X ||= [1, *y, a: 2].freeze; @@n = {k: 1, "l" => :m, **o, p:}; class << self; def z(a, (b, *c), d = 1, *e, f:, g: 2, **h, &i) = super; end
private def q?; yield(1); rescue Foo::Bar, Baz => e; retry; else 2; ensure @w ||= e; end
def r=(v); @v, (w, *x), self.y, z[0] = *v; v&.s(&:t)&.u { |a, b; c| next if a unless b } end; alias s r; undef t
define_method(:u) { |x| super() }; scope :v, ->(x) { where(a: x) }; delegate :w, to: :@x; has_many :ys, class_name: "Z"
before_action :a, if: -> { b }; end end
case [1, x] in [Integer => a, *] | {name: String => b, **nil} if a then b else c end
p(<<~T, %w[a b], %i[c], "#{d} e", /f#{g}/, ?h, 1..2, __FILE__) while i += 1 until j
RSpec.describe A do let(:x) { 1 }; it("y") { z }; shared_examples("q") { }; it_behaves_like "q"; end
Rails.application.routes.draw do namespace(:a) { resources :b, only: %i[c] do get :d, on: :member end }; root "x#y"; end
Point = Struct.new(:x) do def y = x end; begin; $g = method(:h).to_proc; end; BEGIN { } ; lambda { |x| x.() }
"##;

/// On a thread with less than the stack that workers have.
fn extract_on_small_stack(text: String) -> FileFacts {
    let worker = std::thread::Builder::new().stack_size(3 << 19);
    worker.spawn(move || facts_at("a.rb", &text)).unwrap().join().unwrap()
}

#[test]
fn deep_nesting_is_cut_and_counted() {
    let deep = 20_000;
    for (open, close) in
        [("[", "]"), ("(", ")"), ("f(", ")"), ("!", ""), ("{a: ", "}"), ("[*", "]")]
    {
        let text = format!("v = {}1{}", open.repeat(deep), close.repeat(deep));
        let facts = extract_on_small_stack(text);
        let is_counted = facts.not_modelled.iter().any(|(what, _)| what == "deep nesting");
        assert!(is_counted || facts.errors.count > 0, "{open}");
    }
    for text in [
        format!("v = {}1", "a + ".repeat(deep)),
        format!("v = a{}", ".b".repeat(deep)),
        "if a\nelse\n".repeat(5000) + &"end\n".repeat(5000),
        "if a\n".to_owned() + &"elsif a\n".repeat(5000) + "end\n",
        "class A; def m; ".repeat(5000) + &"end; end; ".repeat(5000),
        "a { ".repeat(deep) + &"}".repeat(deep),
        "describe 'x' do\n".repeat(5000) + &"end\n".repeat(5000),
        "a = b = ".repeat(deep) + "1",
        format!("{}x{} = 1", "(".repeat(deep) + "a, ", ")".repeat(deep)),
    ] {
        extract_on_small_stack(text);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn broken_text_never_panics(
        cuts in proptest::collection::vec((0..1900usize, 0..60usize, "[\\PC]{0,3}|[(){}<>\\[\\];,=.'`\"@#?:|&*\\\\]{0,4}"), 1..6)
    ) {
        let mut text: Vec<char> = EVERYTHING.chars().collect();
        for (at, length, insertion) in cuts {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, insertion.chars());
        }
        let text: String = text.into_iter().collect();
        for path in ["a.rb", "spec/a_spec.rb"] {
            let facts = facts_at(path, &text);
            let semantics = &facts.semantics;
            assert_eq!(semantics.definitions.len(), facts.places.definitions.len());
            assert_eq!(semantics.references.len(), facts.places.references.len());
            assert_eq!(semantics.imports.len(), facts.places.imports.len());
        }
    }
}
