//! Settings: which code reads the keys of which files.

use expect_test::expect;

use super::tests::check;

#[test]
fn settings_reach_the_code_that_reads_them() {
    check(
        r#"
//- /shop/src/main/resources/application.yml
shop:
  mail: {host: localhost, max-size: 10}
server.port: 8080
//- /shop/src/main/resources/application-prod.properties
server.port=80
//- /shop/src/main/java/Mail.java
@ConfigurationProperties("shop.mail")
class Mail { String host; @Value("${server.port}") int port; }
//- /billing/src/main/resources/application.yml
server.port: 9090
//- /other/src/main/java/Other.java
class Other { @Value("${shop.mail.host}") String host; }
//- /billing/src/main/java/Bill.java
class Bill { @Value("${server.port}") int port; int other(Environment env) { return env.getProperty("no.such"); } }
//- /web/config/default.json
{"db": {"host": "x", "pool": {"max": 1}}, "name": "web"}
//- /web/db.js
const config = require("config");
export const host = () => config.get("db.host");
export const pool = () => connect(config.db.pool, map.get("name"));
//- /svc/main.go
package main
func port() int { return viper.GetInt("http.port") }
//- /svc/config.toml
[http]
port = 80
//- /api/appsettings.json
{ "Smtp": { "Host": "x" } }
//- /api/Start.cs
class Start { void Run() { var host = _configuration["Smtp:Host"]; } }
"#,
        &expect![[r#"
            api/Start.cs:Start.Run -reads exact- api/appsettings.json:Smtp.Host
            api/appsettings.json:Smtp -reads exact- api/appsettings.json:Smtp.Host
            billing/src/main/java/Bill.java:Bill.port -reads exact- billing/src/main/resources/application.yml:server.port
            billing/src/main/resources/application.yml:server -reads exact- billing/src/main/resources/application.yml:server.port
            other/src/main/java/Other.java:Other.host -reads probable- shop/src/main/resources/application.yml:shop.mail.host
            shop/src/main/java/Mail.java:Mail -reads probable- shop/src/main/java/Mail.java:Mail.host
            shop/src/main/java/Mail.java:Mail -reads probable- shop/src/main/java/Mail.java:Mail.port
            shop/src/main/java/Mail.java:Mail -reads exact- shop/src/main/resources/application.yml:shop.mail
            shop/src/main/java/Mail.java:Mail.host -reads exact- shop/src/main/resources/application.yml:shop.mail.host
            shop/src/main/java/Mail.java:Mail.port -reads probable- shop/src/main/resources/application-prod.properties:server.port
            shop/src/main/java/Mail.java:Mail.port -reads probable- shop/src/main/resources/application.yml:server.port
            shop/src/main/resources/application-prod.properties:server -reads exact- shop/src/main/resources/application-prod.properties:server.port
            shop/src/main/resources/application.yml:server -reads exact- shop/src/main/resources/application.yml:server.port
            shop/src/main/resources/application.yml:shop -reads exact- shop/src/main/resources/application.yml:shop.mail
            shop/src/main/resources/application.yml:shop.mail -reads exact- shop/src/main/resources/application.yml:shop.mail.host
            shop/src/main/resources/application.yml:shop.mail -reads exact- shop/src/main/resources/application.yml:shop.mail.max-size
            svc/config.toml:http -reads exact- svc/config.toml:http.port
            svc/main.go:port -reads exact- svc/config.toml:http.port
            web/config/default.json:db -reads exact- web/config/default.json:db.host
            web/config/default.json:db -reads exact- web/config/default.json:db.pool
            web/config/default.json:db.pool -reads exact- web/config/default.json:db.pool.max
            web/db.js:host -reads exact- web/config/default.json:db.host
            web/db.js:pool -reads exact- web/config/default.json:db.pool
        "#]],
    );
}

#[test]
fn settings_of_python_are_the_names_of_modules_and_classes() {
    check(
        r#"
//- /site/site/settings.py
DEBUG = True
PAGE_SIZE = 20
_PRIVATE = 1
//- /site/manage.py
def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")
//- /site/blog/views.py
from django.conf import settings
def index(request):
    return render(settings.PAGE_SIZE, getattr(settings, "DEBUG", None))
//- /other/settings.py
DEBUG = False
//- /flaskr/configs/default.py
class Config:
    SECRET_KEY = "x"
//- /flaskr/app.py
from flask import current_app, Flask
def create_app():
    app = Flask(__name__)
    app.config["UPLOADS"] = "/tmp"
    app.config.from_mapping(LIMIT=3)
    return app
def sign():
    return current_app.config["SECRET_KEY"] + current_app.config.get("UPLOADS") + app.config["LIMIT"]
//- /tool/settings.ini
[http]
port = 80
//- /tool/main.py
import configparser
def port(config):
    return config["http"]["port"] or config.getint("http", "port") or config["x"]["y"]
"#,
        &expect![[r#"
            flaskr/app.py:sign -reads exact- flaskr/app.py:create_app
            flaskr/app.py:sign -reads exact- flaskr/configs/default.py:Config.SECRET_KEY
            site/blog/views.py:index -reads exact- site/site/settings.py:DEBUG
            site/blog/views.py:index -reads exact- site/site/settings.py:PAGE_SIZE
            site/manage.py:main -reads exact- site/site/settings.py
            tool/main.py:port -reads exact- tool/settings.ini:http.port
            tool/settings.ini:http -reads exact- tool/settings.ini:http.port
        "#]],
    );
}

#[test]
fn settings_of_laravel_and_rails() {
    check(
        r##"
//- /config/mail.php
<?php
return [
    'host' => env('MAIL_HOST'),
    'from' => ['address' => 'a@b', 'name' => 'Shop'],
];
//- /app/Mailer.php
<?php
class Mailer {
    public function send() { return config('mail.from.address') . config('mail.from'); }
}
//- /rails/config/environments/production.rb
Rails.application.configure do
  config.x.payment.url = "https://pay"
end
//- /rails/config/settings.yml
feed:
  limit: 10
//- /rails/config/redis.yml
production:
  url: redis
//- /rails/app/pay.rb
class Pay
  def url = Rails.configuration.x.payment.url.to_s
  def limit = Settings.feed.limit.to_i
  def redis = Rails.application.config_for(:redis)
end
"##,
        &expect![[r#"
            app/Mailer.php:Mailer.send -reads exact- config/mail.php:from
            app/Mailer.php:Mailer.send -reads exact- config/mail.php:from.address
            config/mail.php:from -reads exact- config/mail.php:from.address
            config/mail.php:from -reads exact- config/mail.php:from.name
            rails/app/pay.rb:Pay.limit -calls possible- rails/app/pay.rb:Pay.limit
            rails/app/pay.rb:Pay.limit -reads probable- rails/config/settings.yml:feed.limit
            rails/app/pay.rb:Pay.redis -reads probable- rails/config/redis.yml
            rails/app/pay.rb:Pay.url -calls possible- rails/app/pay.rb:Pay.url
            rails/app/pay.rb:Pay.url -reads probable- rails/config/environments/production.rb
            rails/config/redis.yml:production -reads exact- rails/config/redis.yml:production.url
            rails/config/settings.yml:feed -reads exact- rails/config/settings.yml:feed.limit
        "#]],
    );
}
