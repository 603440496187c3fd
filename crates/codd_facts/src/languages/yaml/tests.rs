//! Files in, facts out: one test for each kind of YAML that has parts.

use expect_test::expect;

use crate::render::check_file;

#[test]
fn jobs_of_a_workflow_need_each_other_and_run_files() {
    check_file(
        ".github/workflows/ci.yml",
        r#"
on: push
env: {REGION: eu}
defaults: {run: {working-directory: backend}}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Build
        env:
          TOKEN: ${{ secrets.TOKEN }}
        run: |
          npm run build
          python scripts/pack.py "$REGION" ${{ github.sha }}
      - uses: ./.github/actions/setup
        with: {file: docker/api.Dockerfile}
  deploy:
    needs: [build]
    uses: ./.github/workflows/deploy.yml
"#,
        &expect![[r#"
            Resource environment.REGION
            Resource jobs.build
            Resource jobs.build.Build
            Resource jobs.build.Build.environment.TOKEN
            Resource jobs.deploy
            link Environment Declares REGION in environment.REGION
            link Local Declares .github/workflows/ci.yml#jobs.build in jobs.build
            link Environment Declares TOKEN in jobs.build.Build.environment.TOKEN
            link Script Calls backend#build | #build in jobs.build.Build
            link File Calls backend/scripts/pack.py | scripts/pack.py in jobs.build.Build
            link Environment Reads REGION in jobs.build.Build
            link File Calls .github/actions/setup | .github/actions/setup/action.yml | .github/actions/setup/action.yaml in jobs.build
            link File Reads docker/api.Dockerfile in jobs.build (guess)
            link Local Declares .github/workflows/ci.yml#jobs.deploy in jobs.deploy
            link Local Reads .github/workflows/ci.yml#jobs.build in jobs.deploy
            link File Calls .github/workflows/deploy.yml | .github/workflows/deploy.yml/action.yml | .github/workflows/deploy.yml/action.yaml in jobs.deploy
        "#]],
    );
}

#[test]
fn command_behind_variables_that_every_process_has_is_run() {
    check_file(
        ".github/workflows/ci.yml",
        "jobs: {test: {steps: [{run: CI=true TZ=UTC X=1 npm test}]}}\n",
        &expect![[r#"
            Resource jobs.test
            link Local Declares .github/workflows/ci.yml#jobs.test in jobs.test
            link Script Calls #test in jobs.test
        "#]],
    );
}

#[test]
fn services_of_a_compose_file() {
    check_file(
        "deploy/compose.yml",
        r#"
x-env: &env
  LOG_LEVEL: info
services:
  db:
    image: "postgres:${PG_VERSION}"
  api:
    build: {context: .., dockerfile: api/Dockerfile, target: run}
    depends_on: {db: {condition: healthy}}
    env_file: ../.env
    environment:
      <<: *env
      SECRET: ${SECRET}
      DB_URL: postgres://app:${DB_PASSWORD}@db/x
    command: ["python", "api/main.py"]
    volumes: ["./conf:/etc/conf"]
"#,
        &expect![[r#"
            Resource x-env
            Resource x-env.environment.LOG_LEVEL
            Resource services.db
            Resource services.api
            Resource services.api.environment.SECRET
            Resource services.api.environment.DB_URL
            link Local Declares deploy/compose.yml#x-env in x-env
            link Environment Declares LOG_LEVEL in x-env.environment.LOG_LEVEL
            link Local Declares deploy/compose#services.db in services.db
            link Environment Forwards PG_VERSION in services.db
            link Local Declares deploy/compose#services.api in services.api
            link Local Calls api/Dockerfile#stage:run in services.api
            link File Calls api/Dockerfile in services.api
            link Local Reads deploy/compose#services.db in services.api
            link File Reads .env in services.api
            link Local Reads deploy/compose.yml#x-env in services.api
            link Environment Adopts SECRET in services.api.environment.SECRET
            link Environment Declares DB_URL in services.api.environment.DB_URL
            link Environment Forwards DB_PASSWORD in services.api.environment.DB_URL
            link File Calls api/main.py in services.api
            link File Reads deploy/conf | deploy/conf/ in services.api
        "#]],
    );
}

#[test]
fn objects_of_manifests_name_each_other() {
    check_file(
        "k8s/api.yaml",
        r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  LOG_LEVEL: info
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
spec:
  template:
    spec:
      serviceAccountName: runner
      containers:
        - image: api
          command: ["python", "-m", "shop.main"]
          envFrom: [{configMapRef: {name: settings}}]
          env:
            - name: TOKEN
              valueFrom: {secretKeyRef: {name: tokens, key: t}}
"#,
        &expect![[r#"
            Resource ConfigMap/settings
            Resource ConfigMap/settings.environment.LOG_LEVEL
            Resource Deployment/api
            Resource Deployment/api.environment.TOKEN
            link Object Declares kubernetes#ConfigMap/settings in ConfigMap/settings
            link Environment Declares LOG_LEVEL in ConfigMap/settings.environment.LOG_LEVEL
            link Object Declares kubernetes#Deployment/api in Deployment/api
            link Object Reads kubernetes#ServiceAccount/runner in Deployment/api
            link File Calls shop/main.py | src/shop/main.py | shop/main/__main__.py | src/shop/main/__main__.py in Deployment/api (guess)
            link Object Reads kubernetes#ConfigMap/settings in Deployment/api
            link Environment Adopts TOKEN in Deployment/api.environment.TOKEN
            link Object Reads kubernetes#Secret/tokens in Deployment/api
        "#]],
    );
}

#[test]
fn jobs_of_a_pipeline() {
    check_file(
        ".gitlab-ci.yml",
        r#"
include: [{local: /ci/base.yml}]
variables: {DEPTH: "1"}
test:
  extends: .base
  needs: [build]
  script:
    - ./ci/test.sh $DEPTH
build: {script: make}
"#,
        &expect![[r#"
            Resource environment.DEPTH
            Resource test
            Resource build
            link File Reads ci/base.yml
            link Environment Declares DEPTH in environment.DEPTH
            link Local Declares gitlab#test in test
            link Local Reads gitlab#.base in test
            link Local Reads gitlab#build in test
            link File Calls ci/test.sh in test
            link Environment Reads DEPTH in test
            link Local Declares gitlab#build in build
            link Script Calls make:# in build
        "#]],
    );
}

#[test]
fn a_file_of_another_name_that_a_pipeline_includes_has_jobs() {
    check_file(
        "ci/extra.yml",
        r#"
lint:
  stage: test
  script: [./ci/lint.sh]
"#,
        &expect![[r#"
            Resource lint
            link Local Declares gitlab#lint in lint
            link File Calls ci/lint.sh in lint
        "#]],
    );
}

#[test]
fn an_action_runs_what_stands_beside_it() {
    check_file(
        ".github/actions/setup/action.yml",
        r#"
runs:
  using: composite
  steps:
    - run: ${{ github.action_path }}/setup.sh
    - run: bash "$GITHUB_ACTION_PATH/more.sh"
"#,
        &expect![[r#"
            link File Calls .github/actions/setup/setup.sh | .github/actions/setup.sh | .github/setup.sh | setup.sh
            link File Calls .github/actions/setup/more.sh | .github/actions/more.sh | .github/more.sh | more.sh
        "#]],
    );
}

#[test]
fn operations_of_a_description() {
    check_file(
        "openapi.yaml",
        r##"
openapi: 3.0.0
paths:
  /users/{id}:
    get:
      operationId: api.users.find
      responses: {200: {$ref: "#/components/schemas/User"}}
    delete: {}
components:
  schemas:
    User: {type: object}
"##,
        &expect![[r#"
            Resource api.users.find
            Resource DELETE /users/{id}
            Resource schemas.User
            link Endpoint Declares GET /users/{} in api.users.find
            link Operation Declares apiusersfind in api.users.find
            link Definition Calls api/users.py#find | api/users/__init__.py#find | api.users.js#find | api.users.ts#find | controllers/api.users.js#find in api.users.find
            link Local Reads openapi.yaml#schemas.User in api.users.find
            link Endpoint Declares DELETE /users/{} in DELETE /users/{id}
            link Local Declares openapi.yaml#schemas.User in schemas.User
        "#]],
    );
}

#[test]
fn other_yaml_has_no_parts_and_hostile_yaml_ends() {
    check_file(
        "a.yaml",
        "a: {b: [1, 2]}\n",
        &expect![[r#"
        not modelled: YAML of no known kind 1
    "#]],
    );
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for at in 1..64 {
        bomb += &format!("a{at}: &a{at} [*a{0}, *a{0}, *a{0}]\n", at - 1);
    }
    bomb += "kind: Deployment\napiVersion: v1\nmetadata: {name: x}\n";
    let deep = format!("kind: X\na: {}1{}", "[".repeat(20_000), "]".repeat(20_000));
    for text in [bomb, deep] {
        let path = codd_source::RepoPath::from("a.yaml");
        let language = crate::language_of(&path).unwrap();
        let parsed = crate::parse(language, &path, text.as_bytes()).unwrap();
        crate::extract(&parsed);
    }
}

#[test]
fn settings_are_made_of_the_environment_and_of_each_other() {
    check_file(
        "config/packages/shop.yaml",
        "shop:\n  url: \"http://${HOST}/${shop.path}\"\n  key: '%env(int:API_KEY)%'\n  path: <%= ENV.fetch(\"SHOP_PATH\") %>\n  all: [a, b]\n",
        &expect![[r#"
            Resource shop
            Resource shop.url
            Resource shop.key
            Resource shop.path
            Resource shop.all
            link Setting Declares data#shop in shop
            link Setting Declares data#shop.url in shop.url
            link Environment Forwards HOST in shop.url
            link Setting Reads data#shop.path in shop.url
            link Setting Declares data#shop.key in shop.key
            link Environment Forwards API_KEY in shop.key
            link Setting Declares data#shop.path in shop.path
            link Environment Forwards SHOP_PATH in shop.path
            link Setting Declares data#shop.all in shop.all
        "#]],
    );
}

#[test]
fn functions_of_a_cloud_are_of_the_file_that_their_handler_names() {
    check_file(
        "api/serverless.yml",
        "service: shop\nprovider: {name: aws}\nfunctions:\n  create: {handler: src/orders.create}\n",
        &expect![[r#"
            Resource functions.create
            link File Calls api/src/orders.py | api/src/orders.js | api/src/orders.mjs | api/src/orders.cjs | api/src/orders.ts | api/src/orders.mts | api/src/orders.rb in functions.create (guess)
            link Definition Calls api/src/orders.py#create | api/src/orders.js#create | api/src/orders.mjs#create | api/src/orders.cjs#create | api/src/orders.ts#create | api/src/orders.mts#create | api/src/orders.rb#create in functions.create
        "#]],
    );
    check_file(
        "template.yaml",
        "Resources:\n  Create:\n    Type: AWS::Serverless::Function\n    \
         Properties: {Handler: orders.create, CodeUri: src/}\n",
        &expect![[r#"
            Resource Resources.Create
            link File Calls src/orders.py | src/orders.js | src/orders.mjs | src/orders.cjs | src/orders.ts | src/orders.mts | src/orders.rb | orders.py | orders.js | orders.mjs | orders.cjs | orders.ts | orders.mts | orders.rb in Resources.Create (guess)
            link Definition Calls src/orders.py#create | src/orders.js#create | src/orders.mjs#create | src/orders.cjs#create | src/orders.ts#create | src/orders.mts#create | src/orders.rb#create | orders.py#create | orders.js#create | orders.mjs#create | orders.cjs#create | orders.ts#create | orders.mts#create | orders.rb#create in Resources.Create
        "#]],
    );
}
