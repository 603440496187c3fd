//! What runs before the actions of controllers: limited to some, inherited, and taken back.

use expect_test::{Expect, expect};

use super::tests::check;

const RAILS: &str = r#"
//- /config/routes.rb
Rails.application.routes.draw do
  get "/open" => "own#open"
  get "/shut" => "own#shut"
  get "/child/open" => "child#open"
  get "/child/shut" => "child#shut"
end
"#;

fn check_rails(controllers: &str, expected: &Expect) {
    check(&format!("{RAILS}//- /app/controllers/own.rb\n{controllers}"), expected);
}

#[test]
fn literal_actions_decide_whether_a_guard_runs() {
    check_rails(
        r#"
class OwnController < ActionController::Base
  before_action :only_shut, only: [:shut]
  before_action :not_open, except: %i[open]
  before_action :some, if: :admin?
  before_action :listed, only: LISTED
  before_action(only: "shut") { in_block }
  before_action :in_branch if Rails.env.production?
  def open; end
  def shut; end
  def only_shut; end
  def not_open; end
  def some; end
  def listed; end
  def in_block; end
  def in_branch; end
end
class ChildController < OwnController
  def open; end
  def shut; end
end
"#,
        &expect![[r#"
            GET /child/open -calls exact- app/controllers/own.rb:ChildController.open -calls possible- app/controllers/own.rb:OwnController.in_branch -calls possible- app/controllers/own.rb:OwnController.listed -calls possible- app/controllers/own.rb:OwnController.some
            GET /child/shut -calls exact- app/controllers/own.rb:ChildController.shut -calls exact- app/controllers/own.rb:OwnController.before_action -calls possible- app/controllers/own.rb:OwnController.in_branch -calls possible- app/controllers/own.rb:OwnController.listed -calls exact- app/controllers/own.rb:OwnController.not_open -calls exact- app/controllers/own.rb:OwnController.only_shut -calls possible- app/controllers/own.rb:OwnController.some
            GET /open -calls possible- app/controllers/own.rb:OwnController.in_branch -calls possible- app/controllers/own.rb:OwnController.listed -calls exact- app/controllers/own.rb:OwnController.open -calls possible- app/controllers/own.rb:OwnController.some
            GET /shut -calls exact- app/controllers/own.rb:OwnController.before_action -calls possible- app/controllers/own.rb:OwnController.in_branch -calls possible- app/controllers/own.rb:OwnController.listed -calls exact- app/controllers/own.rb:OwnController.not_open -calls exact- app/controllers/own.rb:OwnController.only_shut -calls exact- app/controllers/own.rb:OwnController.shut -calls possible- app/controllers/own.rb:OwnController.some
        "#]],
    );
}

#[test]
fn skipped_guards_do_not_run() {
    check_rails(
        r#"
class OwnController < ActionController::Base
  before_action :guard
  before_action :other
  skip_before_action :guard, only: [:open]
  skip_before_action :other, if: :local?
  def open; end
  def shut; end
  def guard; end
  def other; end
end
class ChildController < OwnController
  skip_before_action :guard, raise: false
  skip_before_action :other, only: LISTED
  def open; end
  def shut; end
end
"#,
        &expect![[r#"
            GET /child/open -calls exact- app/controllers/own.rb:ChildController.open -calls possible- app/controllers/own.rb:OwnController.other
            GET /child/shut -calls exact- app/controllers/own.rb:ChildController.shut -calls possible- app/controllers/own.rb:OwnController.other
            GET /open -calls exact- app/controllers/own.rb:OwnController.open -calls possible- app/controllers/own.rb:OwnController.other
            GET /shut -calls exact- app/controllers/own.rb:OwnController.guard -calls possible- app/controllers/own.rb:OwnController.other -calls exact- app/controllers/own.rb:OwnController.shut
        "#]],
    );
    check_rails(
        r#"
class OwnController < ActionController::Base
  before_action :guard
  before_action :other
  def guard; end
  def other; end
  def open; end
  def shut; end
end
class ChildController < OwnController
  skip_before_action *GUARDS
  before_action :other
  def open; end
  def shut; end
end
"#,
        &expect![[r#"
            GET /child/open -calls exact- app/controllers/own.rb:ChildController.open -calls possible- app/controllers/own.rb:OwnController.guard -calls exact- app/controllers/own.rb:OwnController.other
            GET /child/shut -calls exact- app/controllers/own.rb:ChildController.shut -calls possible- app/controllers/own.rb:OwnController.guard -calls exact- app/controllers/own.rb:OwnController.other
            GET /open -calls exact- app/controllers/own.rb:OwnController.guard -calls exact- app/controllers/own.rb:OwnController.open -calls exact- app/controllers/own.rb:OwnController.other
            GET /shut -calls exact- app/controllers/own.rb:OwnController.guard -calls exact- app/controllers/own.rb:OwnController.other -calls exact- app/controllers/own.rb:OwnController.shut
        "#]],
    );
}

#[test]
fn guard_that_is_registered_again_replaces_the_one_before() {
    check_rails(
        r#"
class OwnController < ActionController::Base
  before_action :guard
  before_action :guard, only: :shut
  def guard; end
  def open; end
  def shut; end
end
class ChildController < OwnController
  skip_before_action :guard
  before_action :guard, except: :shut
  def guard; end
  def open; end
  def shut; end
end
"#,
        &expect![[r#"
            GET /child/open -calls exact- app/controllers/own.rb:ChildController.guard -calls exact- app/controllers/own.rb:ChildController.open
            GET /child/shut -calls exact- app/controllers/own.rb:ChildController.shut
            GET /open -calls exact- app/controllers/own.rb:OwnController.open
            GET /shut -calls exact- app/controllers/own.rb:OwnController.guard -calls exact- app/controllers/own.rb:OwnController.shut
        "#]],
    );
}

#[test]
fn concerns_guard_the_controllers_that_include_them() {
    check(
        r#"
//- /config/routes.rb
Rails.application.routes.draw do
  get "/posts" => "posts#index"
  get "/login" => "sessions#new"
  get "/out" => "sessions#destroy"
  get "/ping" => "hooks#ping"
  get "/other" => "hooks#other"
  get "/old" => "old#index"
  get "/sign" => "sign#index"
end
//- /app/controllers/concerns/authentication.rb
module Authentication
  extend ActiveSupport::Concern
  included do
    before_action :require_authentication
  end
  class_methods do
    def allow_unauthenticated_access(**options)
      skip_before_action :require_authentication, **options
    end
    def require_signature(**options) = before_action(:check_signature, **options)
    def forget_guards(names)
      return if names.empty?
      skip_before_action :require_authentication
    end
  end
  private
    def require_authentication = redirect_to("/login")
    def check_signature; end
end
//- /app/controllers/concerns/old_style.rb
module OldStyle
  def self.included(base)
    base.before_action :old_guard
    base.class_eval do
      before_action :older_guard
    end
  end
  def old_guard; end
  def older_guard; end
end
//- /app/controllers/a.rb
class ApplicationController < ActionController::Base
  include Authentication
end
class PostsController < ApplicationController
  def index; end
end
class SessionsController < ApplicationController
  allow_unauthenticated_access only: %i[new]
  def new; end
  def destroy; end
end
class HooksController < ActionController::Base
  include Authentication
  skip_before_action :require_authentication, only: :ping
  def ping; end
  def other; end
end
class OldController < ActionController::Base
  include OldStyle
  def index; end
end
class SignController < ApplicationController
  require_signature only: :index
  forget_guards []
  def index; end
end
"#,
        &expect![[r#"
            GET /login -calls exact- app/controllers/a.rb:SessionsController.new
            GET /old -calls exact- app/controllers/a.rb:OldController.index -calls exact- app/controllers/concerns/old_style.rb:OldStyle.old_guard -calls exact- app/controllers/concerns/old_style.rb:OldStyle.older_guard
            GET /other -calls exact- app/controllers/a.rb:HooksController.other -calls exact- app/controllers/concerns/authentication.rb:Authentication.require_authentication
            GET /out -calls exact- app/controllers/a.rb:SessionsController.destroy -calls exact- app/controllers/concerns/authentication.rb:Authentication.require_authentication
            GET /ping -calls exact- app/controllers/a.rb:HooksController.ping
            GET /posts -calls exact- app/controllers/a.rb:PostsController.index -calls exact- app/controllers/concerns/authentication.rb:Authentication.require_authentication
            GET /sign -calls exact- app/controllers/a.rb:SignController.index -calls exact- app/controllers/concerns/authentication.rb:Authentication.check_signature -calls possible- app/controllers/concerns/authentication.rb:Authentication.require_authentication
        "#]],
    );
}

#[test]
fn guard_is_the_method_of_the_controller_that_is_asked() {
    check_rails(
        r#"
class BaseController < ActionController::Base
  before_action :authorize
end
class OwnController < BaseController
  def authorize; end
  def open; end
  def shut; end
end
class ChildController < OwnController
  def authorize; end
  def open; end
  def shut; end
end
"#,
        &expect![[r#"
            GET /child/open -calls exact- app/controllers/own.rb:ChildController.authorize -calls exact- app/controllers/own.rb:ChildController.open
            GET /child/shut -calls exact- app/controllers/own.rb:ChildController.authorize -calls exact- app/controllers/own.rb:ChildController.shut
            GET /open -calls exact- app/controllers/own.rb:OwnController.authorize -calls exact- app/controllers/own.rb:OwnController.open
            GET /shut -calls exact- app/controllers/own.rb:OwnController.authorize -calls exact- app/controllers/own.rb:OwnController.shut
        "#]],
    );
}

#[test]
fn guard_that_is_taken_back_from_outside_is_no_more_than_possible() {
    check_rails(
        r#"
class OwnController < ActionController::Base
  before_action :guard
  def guard; end
  def open; end
  def shut; end
end
//- /config/initializers/guards.rb
OwnController.skip_before_action :guard, only: :open
"#,
        &expect![[r#"
            GET /child/open
            GET /child/shut
            GET /open -calls possible- app/controllers/own.rb:OwnController.guard -calls exact- app/controllers/own.rb:OwnController.open
            GET /shut -calls exact- app/controllers/own.rb:OwnController.guard -calls exact- app/controllers/own.rb:OwnController.shut
        "#]],
    );
}

const LARAVEL: &str = r#"
//- /guards.php
<?php
class Guard { public function handle($r, $n) { return $n($r); } }
class Other extends \Vendor\Base { public function handle($r, $n) { return $n($r); } }
//- /controllers.php
<?php
class BaseController {
    public function __construct() { $this->middleware(Guard::class); }
}
class PC extends BaseController { public function open() {} public function shut() {} }
class OwnController extends BaseController {
    public function __construct() {
        parent::__construct();
        $this->middleware(Other::class)->except('open');
        if (local()) { $this->middleware([Third::class]); }
    }
    public function open() {}
    public function shut() {}
}
class LoneController extends BaseController {
    public function __construct() {}
    public function open() {}
}
class KeepsController extends BaseController { public function open() {} }
class ListedController implements HasMiddleware {
    public static function middleware(): array {
        return [Guard::class, new Middleware(Other::class, only: ['shut']), (new Middleware(Third::class))->except(NAMES)];
    }
    public function open() {}
    public function shut() {}
}
class Third { public function handle() {} }
"#;

#[test]
fn middleware_of_laravel_is_left_out_and_limited() {
    check(
        &format!(
            "{LARAVEL}{}",
            r#"
//- /routes.php
<?php
use Illuminate\Support\Facades\Route;
Route::middleware([Guard::class, Other::class])->group(function () {
    Route::get('/open', [PC::class, 'open'])->withoutMiddleware([Guard::class]);
    Route::get('/shut', [PC::class, 'shut']);
    Route::get('/alias', [PC::class, 'shut'])->withoutMiddleware('guard');
    Route::get('/computed', [PC::class, 'shut'])->withoutMiddleware($left);
    Route::get('/foreign', [PC::class, 'shut'])->withoutMiddleware(\Vendor\Base::class);
    Route::withoutMiddleware(Other::class)->group(function () {
        Route::get('/inner', [PC::class, 'shut']);
    });
    Route::group(['excluded_middleware' => [Guard::class]], function () {
        Route::get('/array', [PC::class, 'shut']);
    });
    Route::resource('things', PC::class)->only(['index', 'show'])->withoutMiddlewareFor('show', Guard::class);
});
Route::get('/own/open', [OwnController::class, 'open']);
Route::get('/own/shut', [OwnController::class, 'shut']);
Route::get('/own/none', [OwnController::class, 'shut'])->withoutMiddleware(Guard::class);
Route::get('/lone', [LoneController::class, 'open']);
Route::get('/keeps', [KeepsController::class, 'open']);
Route::get('/listed/open', [ListedController::class, 'open']);
Route::get('/listed/shut', [ListedController::class, 'shut']);
"#
        ),
        &expect![[r#"
            GET /alias -calls exact- controllers.php:PC.shut -calls possible- guards.php:Guard.handle -calls possible- guards.php:Other.handle
            GET /array -calls exact- controllers.php:PC.shut -calls exact- guards.php:Other.handle
            GET /computed -calls exact- controllers.php:PC.shut -calls possible- guards.php:Guard.handle -calls possible- guards.php:Other.handle
            GET /foreign -calls exact- controllers.php:PC.shut -calls exact- guards.php:Guard.handle -calls possible- guards.php:Other.handle
            GET /inner -calls exact- controllers.php:PC.shut -calls exact- guards.php:Guard.handle
            GET /keeps -calls exact- controllers.php:KeepsController.open -calls exact- guards.php:Guard.handle
            GET /listed/open -calls exact- controllers.php:ListedController.open -calls possible- controllers.php:Third.handle -calls exact- guards.php:Guard.handle
            GET /listed/shut -calls exact- controllers.php:ListedController.shut -calls possible- controllers.php:Third.handle -calls exact- guards.php:Guard.handle -calls exact- guards.php:Other.handle
            GET /lone -calls exact- controllers.php:LoneController.open
            GET /open -calls exact- controllers.php:PC.open -calls exact- guards.php:Other.handle
            GET /own/none -calls exact- controllers.php:OwnController.shut -calls possible- controllers.php:Third.handle -calls exact- guards.php:Other.handle
            GET /own/open -calls exact- controllers.php:OwnController.open -calls possible- controllers.php:Third.handle -calls exact- guards.php:Guard.handle
            GET /own/shut -calls exact- controllers.php:OwnController.shut -calls possible- controllers.php:Third.handle -calls exact- guards.php:Guard.handle -calls exact- guards.php:Other.handle
            GET /shut -calls exact- controllers.php:PC.shut -calls exact- guards.php:Guard.handle -calls exact- guards.php:Other.handle
            GET /things -calls exact- guards.php:Guard.handle -calls exact- guards.php:Other.handle
            GET /things/{thing} -calls exact- guards.php:Other.handle
        "#]],
    );
}

#[test]
fn guards_that_are_taken_back_in_other_words_are_not_sure() {
    for taken in [
        "self.skip_before_action :guard",
        "send(:skip_before_action, :guard)",
        "with_options(only: :shut) { |it| it.skip_before_action :guard }",
        "alias_method :guard, :open",
        "alias guard open",
        "reset_callbacks :process_action",
        "_process_action_callbacks.clear",
        "self._process_action_callbacks = nil",
        "undef_method :guard",
        "delegate :guard, to: :other",
        "def process_action(*) = send(action_name)",
        "include Taking",
        "prepend Taken",
    ] {
        let base =
            "class Base < ActionController::Base\n  before_action :guard\n  def guard; end\nend\n";
        let more = "module Taking\n  def self.included(base)\n    base.send :skip_before_action, :guard\n  end\nend\n\
                    module Taken\n  def self.prepended(base)\n    base.skip_before_action :guard\n  end\nend\n";
        let own = format!("class OwnController < Base\n  {taken}\n  def open; end\nend\n");
        let text = format!(
            "//- /config/routes.rb\nRails.application.routes.draw do\n  get \"/open\" => \"own#open\"\nend\n\
             //- /app/controllers/own.rb\n{base}{more}{own}"
        );
        let shown = super::tests::shown(&text);
        assert!(
            !shown.contains("-calls exact- app/controllers/own.rb:Base.guard"),
            "{taken}: {shown}"
        );
    }
}

#[test]
fn a_controller_that_another_file_opens_again_says_more() {
    check(
        r#"
//- /config/routes.rb
Rails.application.routes.draw do
  get "/open" => "own#open"
  get "/other" => "other#open"
end
//- /app/controllers/own.rb
class OwnController < ActionController::Base
  before_action :guard
  before_action :second
  def open; end
  def guard; end
  def second; end
end
class OtherController < ActionController::Base
  before_action :guard
  def open; end
  def guard; end
end
//- /config/initializers/open.rb
class OwnController
  skip_before_action :guard
  def second; end
end
"#,
        &expect![[r#"
            GET /open -calls exact- app/controllers/own.rb:OwnController.open -calls exact- config/initializers/open.rb:OwnController.second
            GET /other -calls exact- app/controllers/own.rb:OtherController.guard -calls exact- app/controllers/own.rb:OtherController.open
        "#]],
    );
}
