//! Requests and links by the names of routes.

use expect_test::expect;

use super::tests::check;

#[test]
fn helpers_of_rails_name_the_paths_of_routes() {
    check(
        r#"
//- /config/routes.rb
Rails.application.routes.draw do
  root "pages#home"
  resources :orders do
    member { post :pay }
    get :search, on: :collection
    resources :items, only: [:index, :destroy]
  end
  get "/about", to: "pages#about", as: :info
  get "terms/of-use", to: "pages#terms"
  namespace(:admin) { resources :news, only: [:index, :show, :edit] }
  scope "/x", as: "ex" do
    resource :profile, only: [:show, :update]
  end
end
//- /app/controllers/pages_controller.rb
class PagesController < ActionController::Base
  def home; redirect_to orders_path; end
  def back; redirect_to main_app.info_url; end
  def form; form_with(url: orders_path); end
  def any = { url: ex_profile_path }
  def own; items_path = 1; items_path; end
end
//- /spec/requests/o_spec.rb
RSpec.describe "Orders", type: :request do
  it("lists") { get orders_path }
  it("makes") { post orders_url, params: {} }
  it("shows") { get order_path(1) }
  it("pays") { post pay_order_path(1) }
  it("searches") { get search_orders_path }
  it("nests") { delete order_item_path(1, 2) }
  it("info") { get info_url }
  it("terms") { get terms_of_use_path }
  it("news") { get admin_news_index_path }
  it("edits") { get edit_admin_news_path(1) }
  it("profile") { patch ex_profile_path }
  it("root") { get root_path }
  it("nothing") { get nothing_path }
end
"#,
        &expect![[r#"
            app/controllers/pages_controller.rb:PagesController -calls possible- app/controllers/pages_controller.rb:PagesController.any
            app/controllers/pages_controller.rb:PagesController -calls possible- app/controllers/pages_controller.rb:PagesController.back
            app/controllers/pages_controller.rb:PagesController -calls possible- app/controllers/pages_controller.rb:PagesController.form
            app/controllers/pages_controller.rb:PagesController -calls possible- app/controllers/pages_controller.rb:PagesController.own
            app/controllers/pages_controller.rb:PagesController.any -calls probable- config/routes.rb:GET /x/profile
            app/controllers/pages_controller.rb:PagesController.any -calls probable- config/routes.rb:PATCH /x/profile
            app/controllers/pages_controller.rb:PagesController.any -calls probable- config/routes.rb:PUT /x/profile
            app/controllers/pages_controller.rb:PagesController.back -calls exact- config/routes.rb:GET /about
            app/controllers/pages_controller.rb:PagesController.form -calls exact- config/routes.rb:POST /orders
            app/controllers/pages_controller.rb:PagesController.home -calls exact- config/routes.rb:GET /orders
            config/routes.rb:GET / -calls exact- app/controllers/pages_controller.rb:PagesController.home
            spec/requests/o_spec.rb:Orders edits -calls exact- config/routes.rb:GET /admin/news/:id/edit
            spec/requests/o_spec.rb:Orders info -calls exact- config/routes.rb:GET /about
            spec/requests/o_spec.rb:Orders lists -calls exact- config/routes.rb:GET /orders
            spec/requests/o_spec.rb:Orders makes -calls exact- config/routes.rb:POST /orders
            spec/requests/o_spec.rb:Orders nests -calls exact- config/routes.rb:DELETE /orders/:order_id/items/:id
            spec/requests/o_spec.rb:Orders news -calls exact- config/routes.rb:GET /admin/news
            spec/requests/o_spec.rb:Orders pays -calls exact- config/routes.rb:POST /orders/:id/pay
            spec/requests/o_spec.rb:Orders profile -calls exact- config/routes.rb:PATCH /x/profile
            spec/requests/o_spec.rb:Orders root -calls exact- config/routes.rb:GET /
            spec/requests/o_spec.rb:Orders searches -calls exact- config/routes.rb:GET /orders/search
            spec/requests/o_spec.rb:Orders shows -calls exact- config/routes.rb:GET /orders/:id
            spec/requests/o_spec.rb:Orders terms -calls exact- config/routes.rb:GET /terms/of-use
            spec/requests/o_spec.rb:Orders edits -tests exact- spec/requests/o_spec.rb:Orders edits
            spec/requests/o_spec.rb:Orders info -tests exact- spec/requests/o_spec.rb:Orders info
            spec/requests/o_spec.rb:Orders lists -tests exact- spec/requests/o_spec.rb:Orders lists
            spec/requests/o_spec.rb:Orders makes -tests exact- spec/requests/o_spec.rb:Orders makes
            spec/requests/o_spec.rb:Orders nests -tests exact- spec/requests/o_spec.rb:Orders nests
            spec/requests/o_spec.rb:Orders news -tests exact- spec/requests/o_spec.rb:Orders news
            spec/requests/o_spec.rb:Orders nothing -tests exact- spec/requests/o_spec.rb:Orders nothing
            spec/requests/o_spec.rb:Orders pays -tests exact- spec/requests/o_spec.rb:Orders pays
            spec/requests/o_spec.rb:Orders profile -tests exact- spec/requests/o_spec.rb:Orders profile
            spec/requests/o_spec.rb:Orders root -tests exact- spec/requests/o_spec.rb:Orders root
            spec/requests/o_spec.rb:Orders searches -tests exact- spec/requests/o_spec.rb:Orders searches
            spec/requests/o_spec.rb:Orders shows -tests exact- spec/requests/o_spec.rb:Orders shows
            spec/requests/o_spec.rb:Orders terms -tests exact- spec/requests/o_spec.rb:Orders terms
        "#]],
    );
}

#[test]
fn tests_of_a_controller_ask_for_its_actions() {
    check(
        r#"
//- /config/routes.rb
Rails.application.routes.draw do
  namespace(:admin) { resources :orders, only: [:index, :create] }
end
//- /app/controllers/admin/orders_controller.rb
class Admin::OrdersController < ActionController::Base
  def index; end
  def create; end
end
//- /spec/controllers/orders_controller_spec.rb
RSpec.describe Admin::OrdersController, type: :controller do
  describe "index" do
    it("lists") { get :index }
  end
end
//- /test/controllers/admin/orders_controller_test.rb
class Admin::OrdersControllerTest < ActionController::TestCase
  def test_create
    post :create, params: {}
  end
end
"#,
        &expect![[r#"
            config/routes.rb:GET /admin/orders -calls exact- app/controllers/admin/orders_controller.rb:Admin.OrdersController.index
            config/routes.rb:POST /admin/orders -calls exact- app/controllers/admin/orders_controller.rb:Admin.OrdersController.create
            spec/controllers/orders_controller_spec.rb -reads exact- app/controllers/admin/orders_controller.rb:Admin.OrdersController
            spec/controllers/orders_controller_spec.rb:Admin::OrdersController index lists -calls probable- app/controllers/admin/orders_controller.rb:Admin.OrdersController.index
            spec/controllers/orders_controller_spec.rb:Admin::OrdersController index lists -calls exact- config/routes.rb:GET /admin/orders
            spec/controllers/orders_controller_spec.rb:Admin::OrdersController index lists -tests exact- spec/controllers/orders_controller_spec.rb:Admin::OrdersController index lists
            test/controllers/admin/orders_controller_test.rb:Admin.OrdersControllerTest.test_create -calls probable- app/controllers/admin/orders_controller.rb:Admin.OrdersController.create
            test/controllers/admin/orders_controller_test.rb:Admin.OrdersControllerTest.test_create -calls exact- config/routes.rb:POST /admin/orders
            test/controllers/admin/orders_controller_test.rb:Admin.OrdersControllerTest.test_create -calls exact- test/controllers/admin/orders_controller_test.rb:Admin.OrdersControllerTest
            test/controllers/admin/orders_controller_test.rb:OrdersControllerTest#test_create -tests exact- test/controllers/admin/orders_controller_test.rb:Admin.OrdersControllerTest.test_create
        "#]],
    );
}

#[test]
fn tests_of_rack_ask_for_paths_by_themselves() {
    check(
        r#"
//- /app.rb
require "sinatra/base"
class App < Sinatra::Base
  helpers { def user = 1 }
  module Auth
    def admin = 2
  end
  helpers Auth
  post("/items/:id") { user + admin }
end
//- /test_app.rb
class AppTest < Test::Unit::TestCase
  include Rack::Test::Methods
  def app = App
  def test_post
    post "/items/3", x: 1
  end
end
"#,
        &expect![[r#"
            app.rb:App -inherits exact- app.rb:App.Auth
            app.rb:App -calls possible- app.rb:App.user
            app.rb:App.POST /items/:id -calls exact- app.rb:App.Auth.admin
            app.rb:App.POST /items/:id -calls exact- app.rb:App.user
            app.rb:POST /items/:id -calls exact- app.rb:App.POST /items/:id
            test_app.rb:AppTest -calls possible- test_app.rb:AppTest.app
            test_app.rb:AppTest.app -reads exact- app.rb:App
            test_app.rb:AppTest.test_post -calls exact- app.rb:POST /items/:id
            test_app.rb:AppTest.test_post -calls exact- test_app.rb:AppTest
            test_app.rb:AppTest#test_post -tests exact- test_app.rb:AppTest.test_post
        "#]],
    );
}

#[test]
fn tests_of_flask_and_django_ask_for_routes_by_their_names() {
    check(
        r#"
//- /shop/web.py
from flask import Blueprint, Flask
app = Flask(__name__)
bp = Blueprint("shop", __name__, url_prefix="/shop")
@bp.route("/items/<int:i>")
def item(i): return 1
@app.route("/")
def item_list(): return 1
app.register_blueprint(bp)
//- /tests/test_web.py
from flask import url_for
def test_item(client): client.get(url_for("shop.item", i=1))
def test_list(client): client.get(url_for("item_list"))
//- /site/urls.py
from django.urls import path
from . import views
app_name = "site"
urlpatterns = [path("orders/<int:pk>/", views.order, name="order")]
//- /site/views.py
def order(request, pk): return 1
def elsewhere(): return reverse("site:order")
//- /site/tests.py
from django.urls import reverse
def test_order(client): client.get(reverse("site:order", args=[1]))
"#,
        &expect![[r#"
            shop/web.py:item -reads exact- shop/web.py:bp
            shop/web.py:item_list -reads exact- shop/web.py:app
            shop/web.py:GET / -calls exact- shop/web.py:item_list
            shop/web.py:GET /items/<int:i> -calls exact- shop/web.py:item
            site/tests.py:test_order -calls exact- site/urls.py:* orders/<int:pk>/
            site/tests.py:test_order -tests exact- site/tests.py:test_order
            site/urls.py -reads exact- site/views.py:order
            site/urls.py:urlpatterns -reads exact- site/views.py:order
            site/urls.py:* orders/<int:pk>/ -calls exact- site/views.py:order
            tests/test_web.py:test_item -calls exact- shop/web.py:GET /items/<int:i>
            tests/test_web.py:test_list -calls exact- shop/web.py:GET /
            tests/test_web.py:test_item -tests exact- tests/test_web.py:test_item
            tests/test_web.py:test_list -tests exact- tests/test_web.py:test_list
        "#]],
    );
}

#[test]
fn tests_of_laravel_ask_for_routes_by_their_names() {
    check(
        r#"
//- /routes/web.php
<?php
use App\Http\Controllers\OrderController;
use Illuminate\Support\Facades\Route;
Route::prefix('orders')->name('orders.')->group(function () {
    Route::get('/', [OrderController::class, 'index'])->name('index');
    Route::get('/{order}', [OrderController::class, 'show']);
});
Route::group(['prefix' => 'admin', 'as' => 'admin.'], function () {
    Route::resource('orders', OrderController::class)->only(['show']);
});
//- /app/Http/Controllers/OrderController.php
<?php
namespace App\Http\Controllers;
class OrderController {
    public function index() { return redirect()->route('orders.index'); }
    public function show() { return route('orders.index'); }
}
//- /tests/OrderTest.php
<?php
use PHPUnit\Framework\TestCase;
class OrderTest extends TestCase {
    public function test_index() { $this->get(route('orders.index')); }
    public function test_show() { $this->get(route('admin.orders.show', ['order' => 1])); }
    public function test_other() { $this->get(route('orders.show')); }
}
"#,
        &expect![[r#"
            routes/web.php -reads exact- app/Http/Controllers/OrderController.php:OrderController
            routes/web.php -reads exact- app/Http/Controllers/OrderController.php:OrderController.index
            routes/web.php -reads exact- app/Http/Controllers/OrderController.php:OrderController.show
            routes/web.php:GET /admin/orders/{order} -calls exact- app/Http/Controllers/OrderController.php:OrderController.show
            routes/web.php:GET /orders -calls exact- app/Http/Controllers/OrderController.php:OrderController.index
            routes/web.php:GET /orders/{order} -calls exact- app/Http/Controllers/OrderController.php:OrderController.show
            tests/OrderTest.php:OrderTest.test_index -calls exact- routes/web.php:GET /orders
            tests/OrderTest.php:OrderTest.test_show -calls exact- routes/web.php:GET /admin/orders/{order}
            tests/OrderTest.php:OrderTest::test_index -tests exact- tests/OrderTest.php:OrderTest.test_index
            tests/OrderTest.php:OrderTest::test_other -tests exact- tests/OrderTest.php:OrderTest.test_other
            tests/OrderTest.php:OrderTest::test_show -tests exact- tests/OrderTest.php:OrderTest.test_show
        "#]],
    );
}

#[test]
fn commands_of_django_are_called_by_their_names() {
    check(
        r#"
//- /shop/management/commands/import_orders.py
from django.core.management.base import BaseCommand
class Command(BaseCommand):
    def handle(self, *args, **options): load()
def load(): pass
//- /shop/management/commands/_base.py
class Command:
    def handle(self): pass
//- /shop/tests.py
from django.core.management import call_command
def test_import(): call_command("import_orders", "--all")
def test_base(): call_command("_base")
def test_whole():
    from django.core import management
    management.call_command("import_orders")
//- /shop/own.py
from shop.tools import call_command
def own(): call_command("import_orders")
class Runner:
    def call_command(self, name): pass
    def go(self): self.call_command("import_orders")
"#,
        &expect![[r#"
            shop/management/commands/import_orders.py:Command.handle -calls exact- shop/management/commands/import_orders.py:load
            shop/own.py:Runner.go -calls exact- shop/own.py:Runner.call_command
            shop/tests.py:test_import -calls exact- shop/management/commands/import_orders.py:Command.handle
            shop/tests.py:test_whole -calls exact- shop/management/commands/import_orders.py:Command.handle
            shop/tests.py:test_base -tests exact- shop/tests.py:test_base
            shop/tests.py:test_import -tests exact- shop/tests.py:test_import
            shop/tests.py:test_whole -tests exact- shop/tests.py:test_whole
        "#]],
    );
}
