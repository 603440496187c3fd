//! Ruby, Rails and Sinatra.

use expect_test::expect;

use crate::testing::{check, flows};

/// Flows in the body of one action, in which `x` is a parameter of the request.
fn in_action(body: &str) -> String {
    flows(&format!(
        "//- /app/controllers/a_controller.rb\n\
         class Box\n  attr_accessor :other\n  attr_reader :inner\n\
         def initialize(a, b = nil)\n    @inner = a\n    @other = b\n  end\nend\n\
         module Tools\n  def self.same(a)\n    a\n  end\n  def twice(a)\n    a + a\n  end\nend\n\
         class AController < ApplicationController\n  include Tools\n\
         LIST = %w[ls ps].freeze\n  NAMES = {{ 'a' => 'ls' }}.freeze\n  PLAIN = /\\A[a-z]+\\z/\n\
         def same(a)\n    a\n  end\n  def given(a)\n    yield a\n  end\n  def named(a:, b: 1)\n    a\n  end\n\
         def options(o = {{}})\n    o[:a]\n  end\n  def early(a)\n    [1].each {{ |b| return a if b }}\n    'ls'\n  end\n\
         def is_known(a)\n    LIST.include?(a)\n  end\n\
         def run(a)\n    system(a)\n  end\n\
         def show\n    x = params[:x]\n{body}\n  end\nend\n"
    ))
}

#[test]
fn text_flows_through_what_passes_it_on() {
    let mut wrong = Vec::new();
    for body in [
        "run(x)",
        "system(\"ls #{x}\")",
        "`ls #{x}`",
        "%x(ls #{x})",
        "system(<<~CMD)\n  ls #{x}\nCMD",
        "run('ls ' + x)",
        "run('ls %s' % x)",
        "run(format('ls %s', x))",
        "run(same(x))",
        "run(twice(x))",
        "run(Tools.same(x))",
        "y = x || 'ls'\nrun(y)",
        "y = 'ls'\ny = x if a?\nrun(y)",
        "y = if a? then x else 'ls' end\nrun(y)",
        "y = case a when 1 then x else 'ls' end\nrun(y)",
        "y = begin\n  x\nrescue\n  'ls'\nend\nrun(y)",
        "y = +''\ny << x\nrun(y)",
        "y = 'ls '\ny += x\nrun(y)",
        "@y = x\nrun(@y)",
        "@y ||= x\nrun(@y)",
        "y = (@y ||= x)\nrun(y)",
        "b = Box.new('ls')\nb.other ||= x\nrun(b.other)",
        "b = Box.new('ls')\nb.other = 'ls '\ny = (b.other += x)\nrun(y)",
        "a, b = 'ls', x\nrun(b)",
        "a, *b = 'ls', x\nrun(b[0])",
        "h = { a: x }\nrun(h[:a])",
        "h = {}\nh['a'] = x\nrun(h['a'])",
        "run(Box.new(x).inner)",
        "b = Box.new('ls')\nb.other = x\nrun(b.other)",
        "[x].each { |y| run(y) }",
        "[x].each do |y|\n  run(y)\nend",
        "[x].each { run(it) }",
        "run([x].map(&:strip).join(' '))",
        "run([x].map { |y| \"ls #{y}\" }.first)",
        "params[:ids].each { |id| run(id) }",
        "params.each { |k, v| run(k) }",
        "given(x) { |y| run(y) }",
        "run(named(a: x))",
        "run(options(a: x))",
        "run(early(x))",
        "l = ->(y) { run(y) }\nl.call(x)",
        "l = lambda { |y| y }\nrun(l.(x))",
        "run(x&.strip)",
        "run(params.fetch(:x, 'ls'))",
        "run(params.dig(:a, :b))",
        "run(params.permit(:a)[:a])",
        "run(params.require(:a))",
        "run(request.headers['X'])",
        "run(cookies[:a])",
        "send(:run, x)",
        "y = [1].each_with_object(+'') { |n, all| all << x }\nrun(y)",
        "y = x.tap { |z| puts z }\nrun(y)",
        "if x =~ /^[a-z]+$/\n  run(x)\nend",
        "run(x) if x.match?(/\\Aa|b\\z/)",
        "run(x) unless LIST.include?(x)",
        "LIST.include?(x)\nrun(x)",
        "puts 1 if params[:x] == 'a'\nrun(params[:x])",
        "puts 1 unless params[:x].nil?\nrun(params[:x])",
        "while y = params[:x]\n  run(y)\nend",
        "begin\n  a\nrescue => e\n  run(x)\nensure\n  b\nend",
        "loop do\n  run(x)\n  break\nend",
        "case x\nin String => s\n  run(s)\nend",
        "h = { 'a' => x }\nh.each { |k, v| run(v) }",
        "params.permit(:a).each { |k, v| run(v) }",
        "run('ls ' \"#{x}\")",
        "system(*x)",
        "respond_to do |format|\n  format.html { run(x) }\nend",
        "system('sh', '-c', x)",
        "Open3.capture2(\"ls #{x}\")",
        "IO.popen(x)",
        "exec x",
    ] {
        let found = in_action(body);
        if !found.contains("command-injection") {
            wrong.push(format!("{body}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "no flow in\n{}", wrong.join("\n"));
}

#[test]
fn text_ends_where_it_is_no_danger() {
    let mut wrong = Vec::new();
    for body in [
        "run('ls')",
        "run(\"ls #{x.to_i}\")",
        "run(\"ls #{Integer(x)}\")",
        "run(\"ls #{x.shellescape}\")",
        "run(\"ls #{Shellwords.escape(x)}\")",
        "system('ls', x)",
        "IO.popen(['ls', x])",
        "h = { a: 'ls', b: x }\nrun(h[:a])",
        "l = ['ls', x]\nrun(l[0])",
        "a, b = 'ls', x\nrun(a)",
        "b = Box.new('ls', x)\nrun(b.inner)",
        "b = Box.new('ls')\nb.other = x\nrun(b.inner)",
        "run(named(a: 'ls', b: x))",
        "run(x) if LIST.include?(x)",
        "return unless LIST.include?(x)\nrun(x)",
        "redirect_to('/') and return unless LIST.include?(x)\nrun(x)",
        "raise 'no' unless x.in?(LIST)\nrun(x)",
        "run(x) if is_known(x)",
        "run(NAMES[x])",
        "run(x.split(',').map(&:to_i).join(','))",
        "run(x.split(',').map { |i| i.to_i }.join(','))",
        "h = { 'a' => x }\nh.each { |k, v| run(k) }",
        "run(LIST.include?(params[:x]) ? params[:x] : 'ls')",
        "y = params[:x] if LIST.include?(params[:x])\nrun(y)",
        "run(x.presence_in(LIST) || 'ls')",
        "run(NAMES.fetch(x))",
        "run(x) if x == 'ls'",
        "run(x) if x.match?(/\\A[a-z]+\\z/)",
        "run(x) if x =~ PLAIN",
        "head :bad_request and return unless x =~ /\\A\\w+\\z/\nrun(x)",
        "case x\nwhen 'ls', 'ps' then run(x)\nend",
        "case x\nwhen /\\A[a-z]+\\z/ then run(x)\nend",
        "case x\nwhen *LIST then run(x)\nend",
        "x = 'ls'\nrun(x)",
        "puts x",
        "user = User.find_by(name: x)\nrun(user.command)",
        "run('ls') if User.exists?(name: x)",
    ] {
        let found = in_action(body);
        if found.contains("command-injection") {
            wrong.push(format!("{body}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "a flow in\n{}", wrong.join("\n"));
}

#[test]
fn conditions_of_records_are_bound_but_where_text_is_put_together() {
    let mut wrong = Vec::new();
    for (call, is_flow) in [
        ("User.where(\"name = '#{x}'\")", true),
        ("User.where('name = ' + x)", true),
        ("User.where([\"name = '#{x}'\"])", true),
        ("User.where(x)", true),
        ("User.where(params[:filter])", true),
        ("User.where(name: x)", false),
        ("User.where({ name: x })", false),
        ("User.where('name' => x)", false),
        ("User.where('name = ?', x)", false),
        ("User.where(['name = ?', x])", false),
        ("User.where('name = :n', n: x)", false),
        ("User.where(params.permit(:name))", false),
        ("User.where(params.require(:user).permit(:name))", false),
        ("User.where(\"id = #{x.to_i}\")", false),
        ("User.where(\"name = #{User.connection.quote(x)}\")", false),
        ("User.order(x)", true),
        ("User.order(\"#{x} desc\")", true),
        ("User.order(name: :desc)", false),
        ("User.all.order(Arel.sql(x))", true),
        ("User.pluck(x)", true),
        ("User.joins(\"left join #{x}\")", true),
        ("User.find_by_sql(\"select #{x}\")", true),
        ("User.find_by(\"name = '#{x}'\")", true),
        ("User.find_by(name: x)", false),
        ("User.find(x)", false),
        ("User.exists?(\"name = '#{x}'\")", true),
        ("User.exists?(x)", true),
        ("User.where(name: 'a').where(\"b = #{x}\")", true),
        ("User.named(x)", true),
        ("User.safe(x)", false),
        ("User.search(name: x)", false),
        ("User.search(x)", true),
        ("User.recent.newest(x)", true),
        ("User.select(\"#{x}\")", true),
        ("User.all.select { |u| u.name == x }", false),
        ("ActiveRecord::Base.connection.execute(\"select #{x}\")", true),
        ("User.find(x).rename", false),
        ("User.find(1).rename_to(x)", true),
        ("redirect_to users_path(q: x)", false),
        ("@users = User.order(column)", false),
    ] {
        let found = flows(&format!(
            "//- /app/models/user.rb\nclass User < ApplicationRecord\n\
             scope :named, ->(n) {{ where(\"name = '#{{n}}'\") }}\n  scope :recent, -> {{ order(:at) }}\n\
             def self.safe(n)\n    where(name: n)\n  end\n\
             def self.search(c)\n    where(c)\n  end\n\
             def self.newest(c)\n    order(c)\n  end\n\
             def rename\n    self.class.where(\"a = '#{{name}}'\")\n  end\n\
             def rename_to(n)\n    User.where(\"a = '#{{n}}'\")\n  end\nend\n\
             //- /app/controllers/users_controller.rb\nclass UsersController < ApplicationController\n\
             def index\n    x = params[:x]\n    {call}\n  end\n\
             private\n  def column\n    User.column_names.include?(params[:sort]) ? params[:sort] : 'name'\n  end\nend\n"
        ));
        if found.contains("sql-injection") != is_flow {
            wrong.push(format!("{call}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_controller_does_is_known() {
    let mut wrong = Vec::new();
    for (call, class) in [
        ("redirect_to params[:url]", "open-redirect"),
        ("redirect_to(params[:url] || root_path)", "open-redirect"),
        ("redirect_to params[:url], allow_other_host: false", ""),
        ("redirect_to user_path(params[:id])", ""),
        ("redirect_to users_url(q: params[:q])", ""),
        ("redirect_to users_url({ q: params[:q] })", ""),
        ("redirect_to users_url(params.permit(:q))", ""),
        ("redirect_to users_url(host: params[:q])", "open-redirect"),
        ("redirect_to users_url({ host: params[:q] })", "open-redirect"),
        ("redirect_to users_url(*params[:q])", "open-redirect"),
        ("redirect_to image_url(params[:q])", "open-redirect"),
        ("redirect_to polymorphic_url(params[:q])", "open-redirect"),
        ("redirect_to User.find(params[:id])", ""),
        ("redirect_to action: :show, id: params[:id]", ""),
        ("redirect_to URI.parse(params[:url]).path", "open-redirect"),
        (
            "u = URI.parse(params[:url])\nredirect_to params[:url] if u.host == 'a.example'",
            "open-redirect",
        ),
        ("url = params[:url]\nredirect_to url if URI.parse(url).host == 'a.example'", ""),
        ("redirect_back fallback_location: params[:url]", "open-redirect"),
        ("render html: params[:x].html_safe", "xss"),
        ("render html: \"<b>#{params[:x]}</b>\".html_safe", "xss"),
        ("render html: \"<b>#{params[:x]}</b>\"", ""),
        ("render html: h(params[:x]).html_safe", ""),
        ("render html: sanitize(params[:x]).html_safe", ""),
        ("render inline: params[:x]", "template-injection"),
        ("render file: params[:x]", "path-traversal"),
        ("render params[:x]", "path-traversal"),
        ("render json: { a: params[:x] }", ""),
        ("render plain: params[:x]", ""),
        ("render :show, locals: { a: params[:x] }", ""),
        ("send_file params[:x]", "path-traversal"),
        ("send_file Rails.root.join('files', params[:x])", "path-traversal"),
        ("send_file Rails.root.join('files', File.basename(params[:x]))", ""),
        ("File.read(\"/a/#{params[:x]}\")", "path-traversal"),
        ("File.open(params[:x]) { |f| f.read }", "path-traversal"),
        ("p = File.expand_path(params[:x], '/a')\nFile.read(p) if p.start_with?('/a/')", ""),
        ("p = File.join('/a', params[:x])\nFile.read(p) if p.start_with?('/a/')", "path-traversal"),
        ("Net::HTTP.get(URI(params[:x]))", "ssrf"),
        ("URI.open(params[:x])", "ssrf"),
        ("Faraday.get(params[:x])", "ssrf"),
        ("HTTParty.get(\"https://#{params[:x]}/a\")", "ssrf"),
        ("Marshal.load(Base64.decode64(params[:x]))", "deserialization"),
        ("YAML.load(params[:x])", "deserialization"),
        ("YAML.safe_load(params[:x])", ""),
        ("JSON.parse(params[:x])", ""),
        ("eval(params[:x])", "code-injection"),
        ("params[:x].constantize.new", "code-injection"),
        ("send(params[:x])", "code-injection"),
        ("User.new.public_send(params[:x])", "code-injection"),
        ("User.new.public_send(:name=, params[:x])", ""),
        ("Nokogiri::XML(params[:x])", ""),
        ("Nokogiri::XML(params[:x]) { |config| config.strict.nonet }", ""),
        ("Nokogiri::XML(params[:x]) { |config| config.noent }", "xxe"),
        ("Nokogiri::XML(params[:x]) { |config| config.strict.noent }", "xxe"),
        ("Nokogiri::XML(params[:x], nil, nil, Nokogiri::XML::ParseOptions::NOENT)", "xxe"),
        ("Nokogiri::XML(params[:x], nil, nil, Nokogiri::XML::ParseOptions::NONET)", ""),
        ("db.exec(\"select #{params[:x]}\")", "sql-injection"),
        ("db.exec('select ?', params[:x])", ""),
        ("Rails.logger.info(params[:x])", "log-injection"),
        ("logger.info \"a #{params[:x]}\"", "log-injection"),
        ("logger.info(params[:x].gsub(/[\\r\\n]/, ' '))", ""),
        ("logger.info(params[:x].delete(\"\\r\\n\"))", ""),
        ("logger.info(params[:x].gsub('a', 'b'))", "log-injection"),
        ("logger.info(params[:x].inspect)", ""),
        ("session[:a] = params[:x]", "trust-boundary"),
        ("response.headers['A'] = params[:x]", "header-injection"),
    ] {
        let found = flows(&format!(
            "//- /app/controllers/a_controller.rb\nclass AController < ActionController::Base\n\
             def show\n{call}\n  end\nend\n"
        ));
        let is_it = if class.is_empty() { found.is_empty() } else { found.contains(class) };
        if !is_it {
            wrong.push(format!("{call}: {class}\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_and_methods_of_a_class_know_one_another() {
    check(
        r##"
//- /app/controllers/application_controller.rb
class ApplicationController < ActionController::Base
  include Finding
  before_action :remember

  private

  def remember
    @query = params[:q]
  end
end
//- /app/controllers/concerns/finding.rb
module Finding
  extend ActiveSupport::Concern

  included do
    before_action :find_all
  end

  def find_all
    @all = Shop::Item.named(params[:name])
  end
end
//- /app/controllers/admin/items_controller.rb
module Admin
  class ItemsController < ApplicationController
    def index
      system("find #{@query}")
    end
  end
end
//- /app/models/shop/item.rb
module Shop
  class Item < ApplicationRecord
    class << self
      def named(name)
        where("name = '#{name}'")
      end
    end
  end
end
//- /app/helpers/items_helper.rb
module ItemsHelper
  def title
    "<b>#{params[:title]}</b>".html_safe
  end
end
"##,
        expect![[r#"
            command-injection app/controllers/admin/items_controller.rb:4 the parameters of the request: app/controllers/application_controller.rb:8 4 4
            sql-injection app/models/shop/item.rb:5 the parameters of the request: app/controllers/concerns/finding.rb:9 app/controllers/concerns/finding.rb:9 5 5
            xss app/helpers/items_helper.rb:3 the parameters of the request: 3 3 3
        "#]],
    );
}

#[test]
fn routes_of_sinatra_answer() {
    check(
        r##"
//- /app.rb
require "sinatra"

helpers do
  def page(name)
    "<h1>#{name}</h1>"
  end
end

get "/hello/:name" do |name|
  `echo #{name}`
  page(params["name"])
end

get "/safe" do
  "<h1>#{Rack::Utils.escape_html(params["name"])}</h1>"
end

get "/to" do
  redirect params["to"]
end
//- /api.rb
require "sinatra/base"

class Api < Sinatra::Base
  get "/files/:name" do
    halt 404 unless params["name"].match?(/\A\w+\z/)
    send_file "/files/#{params["name"]}"
  end

  get "/open/:name" do
    send_file "/files/#{params["name"]}"
  end
end
"##,
        expect![[r#"
            command-injection app.rb:10 the path of the request: 9 10
            open-redirect app.rb:19 the parameters of the request: 19 19
            path-traversal api.rb:10 the parameters of the request: 10 10 10
            xss app.rb:5 the parameters of the request: 11 11 5
        "#]],
    );
}

#[test]
fn deep_code_is_counted_and_nothing_overflows() {
    for body in [
        format!("a = {}1{}", "(".repeat(3000), ")".repeat(3000)),
        format!("f{}", ".b".repeat(3000)),
        format!("{}{}", "if a\n".repeat(600), "end\n".repeat(600)),
        format!("{}{}", "f { ".repeat(300), "}".repeat(300)),
        format!("a = {}{}", "[".repeat(600), "]".repeat(600)),
        format!("{}a{}", "\"#{".repeat(300), "}\"".repeat(300)),
        format!("a{} = 1", ".b[c]".repeat(2000)),
    ] {
        let found = flows(&format!("//- /a.rb\ndef f\n{body}\nend\n"));
        assert!(found.contains("given up in a.rb"), "{}", &body[..40]);
    }
    let text = "//- /a.rb\nclass A < B\n  include C\n  def f\n    g\n  end\nend\nclass B < A\n  def g\n    super\n    f\n  end\nend\n\
        module C\n  include C\n  include A\nend\nclass A < A\nend\nX = Y\nY = X\n";
    flows(text);
}
