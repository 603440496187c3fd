//! What platforms, frameworks and tools run and read by names that configuration gives.

use expect_test::expect;

use super::tests::check;

#[test]
fn templates_of_django_use_the_libraries_that_they_load() {
    check(
        r#"
//- /shop/templatetags/money.py
from django import template
register = template.Library()
@register.filter
def currency(value): ...
@register.filter(name="cut")
def shortened(value, arg): ...
@register.simple_tag
def total(order): ...
@register.inclusion_tag("shop/badge.html")
def badge(order): ...
def plain(value): ...
register.filter("dashed", plain)
//- /shop/templates/shop/list.html
{% load money i18n %}{{ price|currency|safe }}{% total order as t %}{{ "a|plain"|cut:"x" }}{% if x|dashed %}{% endif %}
//- /shop/templates/shop/badge.html
{{ price|currency }}
//- /shop/templates/shop/from.html
{% load badge from money %}{% badge order %}
"#,
        &expect![[r#"
            shop/templates/shop/from.html -reads exact- shop/templatetags/money.py
            shop/templates/shop/from.html -calls exact- shop/templatetags/money.py:badge
            shop/templates/shop/list.html -reads exact- shop/templatetags/money.py
            shop/templates/shop/list.html -calls exact- shop/templatetags/money.py:currency
            shop/templates/shop/list.html -calls exact- shop/templatetags/money.py:plain
            shop/templates/shop/list.html -calls exact- shop/templatetags/money.py:shortened
            shop/templates/shop/list.html -calls exact- shop/templatetags/money.py:total
            shop/templatetags/money.py:badge -reads exact- shop/templates/shop/badge.html
            shop/templatetags/money.py:badge -reads exact- shop/templatetags/money.py:register
            shop/templatetags/money.py:currency -reads exact- shop/templatetags/money.py:register
            shop/templatetags/money.py:shortened -reads exact- shop/templatetags/money.py:register
            shop/templatetags/money.py:total -reads exact- shop/templatetags/money.py:register
        "#]],
    );
}

#[test]
fn views_of_laravel_lead_to_the_routes_that_they_name() {
    check(
        r#"
//- /routes/web.php
<?php
use Illuminate\Support\Facades\Route;
use App\Http\Controllers\OrderController;
Route::get('/orders/{id}', [OrderController::class, 'show'])->name('orders.show');
//- /app/Http/Controllers/OrderController.php
<?php
namespace App\Http\Controllers;
class OrderController { public function show($id) {} }
//- /resources/views/list.blade.php
<a href="{{ route('orders.show', $order) }}">x</a> {{ $this->route('orders.show') }} {{ route($name) }}
"#,
        &expect![[r#"
            resources/views/list.blade.php -mentions exact- routes/web.php:GET /orders/{id}
            routes/web.php -reads exact- app/Http/Controllers/OrderController.php:OrderController
            routes/web.php -reads exact- app/Http/Controllers/OrderController.php:OrderController.show
            routes/web.php:GET /orders/{id} -calls exact- app/Http/Controllers/OrderController.php:OrderController.show
        "#]],
    );
}

#[test]
fn functions_of_platforms_are_run_by_what_configures_them() {
    check(
        r#"
//- /serverless.yml
service: shop
provider: {name: aws, environment: {TABLE: orders}}
functions:
  create: {handler: src/orders.create}
  list: {handler: src.py_orders.listed}
//- /src/orders.js
exports.create = async () => process.env.TABLE;
//- /src/py_orders.py
def listed(event, context): ...
//- /sam/template.yaml
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {CodeUri: hello/}}
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {Handler: app.handler}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {Handler: app.no}}
//- /sam/hello/app.ts
export const handler = async () => {};
//- /infra/main.tf
resource "aws_lambda_function" "fn" {
  handler  = "pay.run"
  filename = "${path.module}/../pay/pay.zip"
}
resource "aws_other" "fn" { handler = "pay.run" }
//- /pay/pay.py
def run(event, context): ...
"#,
        &expect![[r#"
            infra/main.tf:aws_lambda_function.fn -calls probable- pay/pay.py
            infra/main.tf:aws_lambda_function.fn -calls probable- pay/pay.py:run
            sam/template.yaml:Resources.Hello -calls probable- sam/hello/app.ts
            sam/template.yaml:Resources.Hello -calls probable- sam/hello/app.ts:handler
            serverless.yml:functions.create -calls probable- src/orders.js
            serverless.yml:functions.create -calls probable- src/orders.js:create
            serverless.yml:functions.list -calls probable- src/py_orders.py
            serverless.yml:functions.list -calls exact- src/py_orders.py:listed
            src/orders.js:create -reads exact- serverless.yml
        "#]],
    );
}

#[test]
fn kustomizations_values_of_terraform_and_controllers_of_descriptions() {
    check(
        r#"
//- /k8s/kustomization.yaml
resources: [app.yaml]
patches: [{path: patch.yaml}]
configMapGenerator: [{name: c, files: [conf/app.conf, key=conf/other.conf], envs: [prod.properties]}]
//- /k8s/app.yaml
apiVersion: v1
kind: Service
metadata: {name: app}
//- /k8s/patch.yaml
apiVersion: v1
kind: Service
metadata: {name: app}
//- /k8s/conf/app.conf
a
//- /k8s/conf/other.conf
a
//- /k8s/prod.properties
a=1
//- /infra/variables.tf
variable "region" {}
//- /infra/main.tf
resource "aws_vpc" "main" { region = var.region }
//- /infra/envs/prod.tfvars
region = "eu"
//- /openapi.yaml
openapi: 3.0.0
paths:
  /pets:
    x-openapi-router-controller: api.pets
    get: {operationId: all_pets}
//- /api/pets.py
def all_pets(): ...
"#,
        &expect![[r#"
            infra/main.tf:aws_vpc.main -reads probable- infra/envs/prod.tfvars:region
            infra/main.tf:aws_vpc.main -reads probable- infra/variables.tf:var.region
            k8s/kustomization.yaml -reads exact- k8s/app.yaml
            k8s/kustomization.yaml -reads exact- k8s/conf/app.conf
            k8s/kustomization.yaml -reads exact- k8s/conf/other.conf
            k8s/kustomization.yaml -reads exact- k8s/patch.yaml
            k8s/kustomization.yaml -reads exact- k8s/prod.properties
            openapi.yaml:all_pets -calls exact- api/pets.py:all_pets
        "#]],
    );
}
