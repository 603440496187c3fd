//! What Ruby code resolves to.

use expect_test::{Expect, expect};

use crate::testing::{fixture, label, words};
use crate::{EdgeKind, NodeKind};

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&fixture(text).edges());
}

#[test]
fn methods_of_self_and_functions_of_the_top_level() {
    check(
        r##"
//- /lib/tool.rb
def tool(x) = x
//- /lib/shop.rb
require_relative "tool"
class Shop
  def open
    ready?
    tool(1)
    self.close
  end
  def ready? = true
  def close; end
end
"##,
        &expect![[r#"
            lib/shop.rb:Shop.open -calls exact- lib/shop.rb:Shop.ready?
            lib/shop.rb:Shop.open -calls exact- lib/shop.rb:Shop.close
            lib/shop.rb:Shop.open -calls exact- lib/tool.rb:tool
        "#]],
    );
}

#[test]
fn constants_by_the_modules_around_and_by_ancestry() {
    check(
        r##"
//- /lib/a/base.rb
module A
  class Base
    LIMIT = 1
    def run; end
  end
end
//- /lib/a/child.rb
module A
  class Child < Base
    def run
      super
      LIMIT
      Helper.help
    end
  end
end
//- /lib/a/helper.rb
module A
  module Helper
    def self.help; end
  end
end
//- /main.rb
A::Child.new.run
class A::Other < A::Base; end
A::Other.new.run
"##,
        &expect![[r#"
            lib/a/child.rb:A.Child -inherits exact- lib/a/base.rb:A.Base
            lib/a/child.rb:A.Child.run -reads exact- lib/a/base.rb:A.Base.LIMIT
            lib/a/child.rb:A.Child.run -calls exact- lib/a/base.rb:A.Base.run
            lib/a/child.rb:A.Child.run -reads exact- lib/a/helper.rb:A.Helper
            lib/a/child.rb:A.Child.run -calls exact- lib/a/helper.rb:A.Helper.help
            main.rb -reads exact- lib/a/base.rb:A
            main.rb -calls probable- lib/a/base.rb:A.Base.run
            main.rb -calls exact- lib/a/child.rb:A.Child
            main.rb -reads exact- lib/a/child.rb:A.Child
            main.rb -calls probable- lib/a/child.rb:A.Child.run
            main.rb -calls exact- main.rb:A.Other
            main.rb -reads exact- main.rb:A.Other
            main.rb:A.Other -reads exact- lib/a/base.rb:A
            main.rb:A.Other -inherits exact- lib/a/base.rb:A.Base
        "#]],
    );
}

#[test]
fn classes_that_are_opened_again_are_one() {
    check(
        r##"
//- /app/models/user.rb
class User
  def name; end
end
//- /lib/user_ext.rb
class User
  def greet = name
end
//- /run.rb
User.new.greet
User.new.name
"##,
        &expect![[r#"
            lib/user_ext.rb:User.greet -calls exact- app/models/user.rb:User.name
            run.rb -calls exact- app/models/user.rb:User
            run.rb -reads exact- app/models/user.rb:User
            run.rb -calls probable- app/models/user.rb:User.name
            run.rb -calls exact- lib/user_ext.rb:User
            run.rb -reads exact- lib/user_ext.rb:User
            run.rb -calls probable- lib/user_ext.rb:User.greet
        "#]],
    );
}

#[test]
fn methods_of_a_module_in_the_same_file_are_called_without_arguments() {
    check(
        r##"
//- /lib/shop.rb
module Logs
  def flush = 1
end
class Shop
  module Own
    def inner = 2
  end
  include Logs, Own
  def run
    flush
    inner
  end
end
"##,
        &expect![[r#"
            lib/shop.rb:Shop -inherits exact- lib/shop.rb:Logs
            lib/shop.rb:Shop -inherits exact- lib/shop.rb:Shop.Own
            lib/shop.rb:Shop.run -calls exact- lib/shop.rb:Logs.flush
            lib/shop.rb:Shop.run -calls exact- lib/shop.rb:Shop.Own.inner
        "#]],
    );
}

#[test]
fn jobs_are_performed_and_endless_methods_call() {
    check(
        r##"
//- /app/jobs/hard_job.rb
class HardJob
  include Sidekiq::Job
  def perform(x) = work x
  def work(x); end
end
//- /app/services/s.rb
class S
  def a = HardJob.perform_async(1)
  def b = HardJob.set(wait: 1).perform_later
end
"##,
        &expect![[r#"
            app/jobs/hard_job.rb:HardJob.perform -calls exact- app/jobs/hard_job.rb:HardJob.work
            app/services/s.rb:S.a -reads exact- app/jobs/hard_job.rb:HardJob
            app/services/s.rb:S.a -calls probable- app/jobs/hard_job.rb:HardJob.perform
            app/services/s.rb:S.b -reads exact- app/jobs/hard_job.rb:HardJob
            app/services/s.rb:S.b -calls probable- app/jobs/hard_job.rb:HardJob.perform
        "#]],
    );
}

#[test]
fn modules_are_mixed_in() {
    check(
        r##"
//- /lib/logs.rb
module Logs
  def log(text) = emit(text)
  module ClassMethods
    def level; end
  end
end
//- /lib/shop.rb
class Shop
  include Logs
  def emit(text); end
  def run = log("x")
end
Shop.level
Shop.new.log("y")
"##,
        &expect![[r#"
            lib/shop.rb -calls probable- lib/logs.rb:Logs.log
            lib/shop.rb -calls exact- lib/logs.rb:Logs.ClassMethods.level
            lib/shop.rb -calls exact- lib/shop.rb:Shop
            lib/shop.rb -reads exact- lib/shop.rb:Shop
            lib/shop.rb:Shop -inherits exact- lib/logs.rb:Logs
            lib/shop.rb:Shop.run -calls exact- lib/logs.rb:Logs.log
        "#]],
    );
}

#[test]
fn methods_of_the_class_and_of_its_instances_share_names() {
    check(
        r##"
//- /a.rb
class Job
  def self.call(x) = new(x).call
  def initialize(x)
    @x = x
  end
  def call = @x.to_s
  class << self
    def build; call(1); end
    private def hidden; end
  end
end
Job.call(1)
Job.new(1).call
Job.build
"##,
        &expect![[r#"
            a.rb -calls exact- a.rb:Job
            a.rb -reads exact- a.rb:Job
            a.rb -calls exact- a.rb:Job.call
            a.rb -calls exact- a.rb:Job.initialize
            a.rb -calls probable- a.rb:Job.call#1
            a.rb -calls exact- a.rb:Job.build
            a.rb:Job.call -calls exact- a.rb:Job
            a.rb:Job.call -calls exact- a.rb:Job.initialize
            a.rb:Job.call -calls probable- a.rb:Job.call#1
            a.rb:Job.@x -writtenby exact- a.rb:Job.initialize
            a.rb:Job.call#1 -reads exact- a.rb:Job.@x
            a.rb:Job.build -calls exact- a.rb:Job.call
        "#]],
    );
}

#[test]
fn instance_variables_accessors_and_delegation() {
    check(
        r##"
//- /a.rb
class Db
  def find; end
end
class Shop
  attr_reader :db
  attr_accessor :name
  delegate :find, to: :db
  def initialize
    @db = Db.new
  end
  def run
    @db.find
    db.find
    find
    self.name = "x"
  end
end
"##,
        &expect![[r#"
            a.rb:Shop -calls probable- a.rb:Db.find
            a.rb:Shop.initialize -calls exact- a.rb:Db
            a.rb:Shop.initialize -reads exact- a.rb:Db
            a.rb:Shop.@db -writtenby exact- a.rb:Shop.initialize
            a.rb:Shop.run -calls probable- a.rb:Db.find
            a.rb:Shop.run -calls exact- a.rb:Shop.db
            a.rb:Shop.run -calls exact- a.rb:Shop.name
            a.rb:Shop.run -reads exact- a.rb:Shop.@db
        "#]],
    );
}

#[test]
fn names_in_symbols_are_followed() {
    check(
        r##"
//- /a.rb
class Job
  before_save :touch
  alias_method :perform, :run
  define_method(:made) { run }
  def run
    public_send(:touch)
    [1].each(&method(:step))
  end
  def step(x); end
  def touch; end
end
Job.new.perform
Job.new.made
Job.new.send(:step, 1)
"##,
        &expect![[r#"
            a.rb -calls exact- a.rb:Job
            a.rb -reads exact- a.rb:Job
            a.rb -calls probable- a.rb:Job.made
            a.rb -calls probable- a.rb:Job.run
            a.rb -calls probable- a.rb:Job.step
            a.rb:Job -calls possible- a.rb:Job.touch
            a.rb:Job.made -calls exact- a.rb:Job.run
            a.rb:Job.run -reads exact- a.rb:Job.step
            a.rb:Job.run -calls exact- a.rb:Job.touch
        "#]],
    );
}

#[test]
fn rails_routes_reach_actions_and_what_runs_before() {
    check(
        r##"
//- /app/controllers/application_controller.rb
class ApplicationController < ActionController::Base
  before_action :authenticate
  private
  def authenticate; end
end
//- /app/controllers/admin/orders_controller.rb
module Admin
  class OrdersController < ApplicationController
    before_action :load, only: [:show]
    def index; end
    def show; end
    def load; end
  end
end
//- /config/routes.rb
Rails.application.routes.draw do
  namespace :admin do
    resources :orders, only: [:index, :show] do
      get :export, on: :collection
    end
  end
  root "home#index"
end
"##,
        &expect![[r#"
            app/controllers/admin/orders_controller.rb:Admin.OrdersController -calls exact- app/controllers/admin/orders_controller.rb:Admin.OrdersController.load
            app/controllers/admin/orders_controller.rb:Admin.OrdersController -inherits exact- app/controllers/application_controller.rb:ApplicationController
            app/controllers/application_controller.rb:ApplicationController -calls exact- app/controllers/application_controller.rb:ApplicationController.authenticate
            config/routes.rb:GET /admin/orders -calls exact- app/controllers/admin/orders_controller.rb:Admin.OrdersController.index
            config/routes.rb:GET /admin/orders/:id -calls exact- app/controllers/admin/orders_controller.rb:Admin.OrdersController.show
        "#]],
    );
}

#[test]
fn specs_reach_what_they_describe() {
    check(
        r##"
//- /lib/cart.rb
class Cart
  def add(item); end
  def total; end
end
//- /spec/cart_spec.rb
require "spec_helper"
RSpec.describe Cart do
  let(:cart) { Cart.new }
  before { cart.add(1) }
  describe "#total" do
    it "sums" do
      expect(cart.total).to eq(1)
      described_class.new.add(2)
      subject.total
    end
  end
end
"##,
        &expect![[r#"
            spec/cart_spec.rb -reads exact- lib/cart.rb:Cart
            spec/cart_spec.rb:cart -calls exact- lib/cart.rb:Cart
            spec/cart_spec.rb:cart -reads exact- lib/cart.rb:Cart
            spec/cart_spec.rb:Cart before -calls probable- lib/cart.rb:Cart.add
            spec/cart_spec.rb:Cart before -calls exact- spec/cart_spec.rb:cart
            spec/cart_spec.rb:Cart #total sums -calls probable- lib/cart.rb:Cart
            spec/cart_spec.rb:Cart #total sums -calls probable- lib/cart.rb:Cart.add
            spec/cart_spec.rb:Cart #total sums -calls probable- lib/cart.rb:Cart.total
            spec/cart_spec.rb:Cart #total sums -calls exact- spec/cart_spec.rb:cart
            spec/cart_spec.rb:Cart #total sums -calls exact- spec/cart_spec.rb:Cart before
            spec/cart_spec.rb:Cart #total sums -tests exact- spec/cart_spec.rb:Cart #total sums
        "#]],
    );
}

#[test]
fn actions_run_what_their_controllers_run_before_them() {
    let graph = fixture(
        r##"
//- /app/controllers/application_controller.rb
class ApplicationController < ActionController::Base
  before_action :authenticate
  def authenticate; end
end
//- /app/controllers/orders_controller.rb
class OrdersController < ApplicationController
  before_action :load, only: [:show]
  def index; end
  def show; end
  def load; end
end
//- /app/controllers/open_controller.rb
class OpenController < ApplicationController
  skip_before_action :authenticate
  def index; end
end
//- /config/routes.rb
Rails.application.routes.draw do
  get "/orders", to: "orders#index"
  get "/open", to: "open#index"
end
"##,
    )
    .graph();
    let mut out = String::new();
    for edge in graph.edges().filter(|it| it.kind == EdgeKind::Calls) {
        let (from, to) = (graph.node(edge.from), graph.node(edge.to));
        if from.key.kind == NodeKind::Route {
            let words = words(edge.kind, edge.confidence);
            out += &format!("{} -{words}- {}\n", label(from), label(to));
        }
    }
    expect![[r#"
        config/routes.rb:GET /open -calls exact- app/controllers/open_controller.rb:OpenController.index
        config/routes.rb:GET /orders -calls exact- app/controllers/application_controller.rb:ApplicationController.authenticate
        config/routes.rb:GET /orders -calls exact- app/controllers/orders_controller.rb:OrdersController.index
    "#]].assert_eq(&out);
}

#[test]
fn a_test_runs_the_set_up_of_its_class_and_its_bases() {
    check(
        r#"
//- /test/shop_test.rb
class ShopTest < Minitest::Test
  def setup; open_shop; end
  def open_shop; end
end
class ShopCase < ShopTest
end
//- /test/cart_test.rb
require_relative "shop_test"
class CartTest < ShopTest
  def setup; super; end
  def teardown; end
  def test_adds; end
end
class PlainTest < ShopCase
  def test_runs; end
end
"#,
        &expect![[r#"
            test/cart_test.rb:CartTest -inherits exact- test/shop_test.rb:ShopTest
            test/cart_test.rb:CartTest.setup -calls exact- test/shop_test.rb:ShopTest.setup
            test/cart_test.rb:CartTest.teardown -calls exact- test/shop_test.rb:ShopTest.setup
            test/cart_test.rb:CartTest.test_adds -calls exact- test/cart_test.rb:CartTest
            test/cart_test.rb:CartTest.test_adds -calls exact- test/cart_test.rb:CartTest.setup
            test/cart_test.rb:CartTest.test_adds -calls exact- test/cart_test.rb:CartTest.teardown
            test/cart_test.rb:PlainTest -inherits exact- test/shop_test.rb:ShopCase
            test/cart_test.rb:PlainTest.test_runs -calls exact- test/cart_test.rb:PlainTest
            test/cart_test.rb:PlainTest.test_runs -calls exact- test/shop_test.rb:ShopTest.setup
            test/cart_test.rb:CartTest#test_adds -tests exact- test/cart_test.rb:CartTest.test_adds
            test/cart_test.rb:PlainTest#test_runs -tests exact- test/cart_test.rb:PlainTest.test_runs
            test/shop_test.rb:ShopTest.setup -calls exact- test/shop_test.rb:ShopTest.open_shop
            test/shop_test.rb:ShopCase -inherits exact- test/shop_test.rb:ShopTest
        "#]],
    );
}

#[test]
fn an_example_runs_what_is_configured_for_all_of_its_folder() {
    check(
        r#"
//- /spec/spec_helper.rb
require_relative "../lib/clean"
RSpec.configure do |config|
  config.before(:each) { clean }
end
//- /lib/clean.rb
def clean; end
//- /spec/models/cart_spec.rb
require "spec_helper"
RSpec.describe "Cart" do
  it("adds") { }
end
//- /other/spec/other_spec.rb
RSpec.describe "Other" do
  it("runs") { }
end
"#,
        &expect![[r#"
            other/spec/other_spec.rb:Other runs -tests exact- other/spec/other_spec.rb:Other runs
            spec/models/cart_spec.rb:Cart adds -calls exact- spec/spec_helper.rb:before
            spec/models/cart_spec.rb:Cart adds -tests exact- spec/models/cart_spec.rb:Cart adds
            spec/spec_helper.rb:before -calls exact- lib/clean.rb:clean
        "#]],
    );
}

#[test]
fn specs_run_what_other_files_of_specs_offer() {
    check(
        r#"
//- /spec/support/shared.rb
RSpec.shared_examples "adds" do |x|
  it("shared") { Shop.add }
end
RSpec.shared_context "till" do
  let(:till) { Shop.till }
end
RSpec::Matchers.define :be_fair do
  match { |it| Shop.fair }
end
//- /spec/factories/shop.rb
FactoryBot.define do
  factory(:shop) { Shop.made }
end
//- /spec/shop_spec.rb
RSpec.describe "shop" do
  subject { Shop.subject }
  include_examples "adds", 1
  it { is_expected.to be_nil }
  context "with a till" do
    include_context "till"
    it("has one") { create(:shop) }
  end
  it("is fair") { expect(1).to be_fair }
end
//- /lib/shop.rb
module Shop
  def self.add = 1
  def self.till = 1
  def self.fair = 1
  def self.made = 1
  def self.subject = 1
end
"#,
        &expect![[r#"
            spec/factories/shop.rb:shop -reads exact- lib/shop.rb:Shop
            spec/factories/shop.rb:shop -calls exact- lib/shop.rb:Shop.made
            spec/shop_spec.rb:subject -reads exact- lib/shop.rb:Shop
            spec/shop_spec.rb:subject -calls exact- lib/shop.rb:Shop.subject
            spec/shop_spec.rb:shop behaves like adds -calls exact- spec/support/shared.rb:adds
            spec/shop_spec.rb:shop example -calls exact- spec/shop_spec.rb:subject
            spec/shop_spec.rb:shop with a till behaves like till -calls exact- spec/support/shared.rb:till
            spec/shop_spec.rb:shop with a till has one -calls exact- spec/factories/shop.rb:shop
            spec/shop_spec.rb:shop with a till has one -calls exact- spec/shop_spec.rb:shop with a till behaves like till
            spec/shop_spec.rb:shop is fair -calls exact- spec/support/shared.rb:be_fair
            spec/shop_spec.rb:shop example -tests exact- spec/shop_spec.rb:shop example
            spec/shop_spec.rb:shop with a till has one -tests exact- spec/shop_spec.rb:shop with a till has one
            spec/shop_spec.rb:shop is fair -tests exact- spec/shop_spec.rb:shop is fair
            spec/shop_spec.rb:shop behaves like adds -tests exact- spec/shop_spec.rb:shop behaves like adds
            spec/support/shared.rb:adds -reads exact- lib/shop.rb:Shop
            spec/support/shared.rb:adds -calls exact- lib/shop.rb:Shop.add
            spec/support/shared.rb:till -calls exact- spec/support/shared.rb:till.till
            spec/support/shared.rb:till.till -reads exact- lib/shop.rb:Shop
            spec/support/shared.rb:till.till -calls exact- lib/shop.rb:Shop.till
            spec/support/shared.rb:be_fair -reads exact- lib/shop.rb:Shop
            spec/support/shared.rb:be_fair -calls exact- lib/shop.rb:Shop.fair
        "#]],
    );
}
