//! HCL as Terraform and OpenTofu write it: variables, locals, resources, modules, outputs.

mod chains;
mod programs;

use std::sync::OnceLock;

use codd_source::{RepoPath, Span};
use rustc_hash::FxHashMap;

use crate::languages::NoModules;
use crate::links::{local_key, normalized};
use crate::node::{Grammar, Node, child_of_kind, children};
use crate::resources::{Resources, tree_tokens, unquoted};
use crate::tree::{NodeRole, SyntaxTree};
use crate::{
    Conventions, DefinitionId, FileFacts, Language, LinkKind, LinkRole, Modelled, Modules, Name,
    Parsed, ProjectFiles,
};

pub(super) struct Hcl;

impl Language for Hcl {
    fn name(&self) -> &'static str {
        "hcl"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["terraform", "tf"]
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["tf", "tfvars", "hcl"]
    }

    fn takes(&self, path: &RepoPath) -> bool {
        matches!(path.extension(), Some("tf" | "tfvars" | "hcl"))
            && path.file_name() != ".terraform.lock.hcl"
    }

    fn is_code(&self) -> bool {
        false
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_hcl::LANGUAGE.into()
    }

    fn is_too_deep(&self, text: &str) -> bool {
        chains::are_too_long(text)
    }

    fn extract(&self, parsed: &Parsed) -> FileFacts {
        static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
        let role = |kind: &str| match kind {
            "comment" => NodeRole::Comment,
            _ => NodeRole::Plain,
        };
        let grammar = Grammar::of(&GRAMMAR, || self.grammar(), role);
        let tree = SyntaxTree::new(parsed, grammar.roles());
        let root = Node { tree: &tree, grammar, id: SyntaxTree::ROOT };
        let mut resources = Resources::new(parsed);
        let mut reading = Reading { resources: &mut resources, sources: FxHashMap::default() };
        if let Some(body) = child_of_kind(root, "body") {
            reading.sources(body);
            reading.body(body, parsed.path.extension() == Some("tfvars"));
        }
        let tokens = tree_tokens(&tree, |_| false);
        resources.finish("hcl", &tokens, tree.errors.clone())
    }

    #[cfg(test)]
    fn nesting(&self) -> &'static [crate::nesting_tests::Nesting] {
        nesting::NESTING
    }

    fn modelled(&self) -> Modelled {
        Modelled {
            definitions: &[
                "variables",
                "locals",
                "resources and data",
                "modules",
                "outputs",
                "providers",
            ],
            references: &[
                "var, local, module, data and resources by name",
                "outputs of modules of the repository",
                "files that are read, put in place and run",
                "functions that platforms run, by file and name",
                "variables that files of values set, also in folders below",
                "variables of the environment that functions are given",
            ],
            modules: &["modules of the repository by their folder"],
            not_modelled: &[
                "modules from a registry",
                "for_each and count",
                "blocks of tools other than Terraform and OpenTofu, but for their names",
            ],
            ..Modelled::default()
        }
    }

    fn conventions(&self) -> &'static Conventions {
        &Conventions::NONE
    }

    fn modules(&self, _project: &ProjectFiles) -> Box<dyn Modules> {
        Box::new(NoModules)
    }
}

/// Arguments of a module's block that are no variables of the module.
const META_ARGUMENTS: &[&str] =
    &["count", "depends_on", "for_each", "lifecycle", "providers", "source", "version"];

/// Folders above a file of values whose variables it may set.
const FOLDERS_OF_VALUES: usize = 2;

struct Reading<'r, 't> {
    resources: &'r mut Resources<'t>,
    /// The folders of the modules that this file calls.
    sources: FxHashMap<String, String>,
}

impl Reading<'_, '_> {
    /// The name of a thing of this folder, which is one module.
    fn key(&self, name: &str) -> Name {
        local_key(self.resources.folder(), name)
    }

    fn sources(&mut self, body: Node<'_>) {
        for block in children(body).into_iter().filter(|it| it.kind() == "block") {
            let (words, inner) = header(block);
            if words.first().is_some_and(|it| it.0 == "module")
                && let (Some((name, _)), Some(inner)) = (words.get(1), inner)
                && let Some(source) = attribute(inner, "source")
                && let Some(folder) = local_folder(self.resources.folder(), unquoted(source.text()))
            {
                self.sources.insert((*name).to_owned(), folder);
            }
        }
    }

    fn body(&mut self, body: Node<'_>, is_values: bool) {
        for part in children(body) {
            match part.kind() {
                "block" => self.block(part),
                "attribute" if is_values => self.value(part),
                "attribute" => self.references(part, None),
                _ => {}
            }
        }
    }

    /// `region = "eu"` of a file of values: it sets the variable.
    fn value(&mut self, part: Node<'_>) {
        let Some(name) = part.first_child() else { return };
        let text = name.text();
        let own = self.resources.define(text, part.span(), name.span(), None);
        let variable = format!("var.{text}");
        // `envs/prod.tfvars` is given to the configuration in the folder around.
        let folder = self.resources.folder();
        let above = folder.match_indices('/').rev().map(|(at, _)| &folder[..at]);
        let places = std::iter::once(folder).chain(above.take(FOLDERS_OF_VALUES));
        let keys: Vec<Name> = places.map(|it| local_key(it, &variable)).collect();
        self.resources.link(LinkKind::Local, LinkRole::Declares, keys, own, name.span());
    }

    fn block(&mut self, block: Node<'_>) {
        let (words, inner) = header(block);
        let names: Vec<&str> = words.iter().map(|it| it.0).collect();
        let Some(last) = words.last().map(|it| it.1) else { return };
        let name = match names.as_slice() {
            ["variable", name] => format!("var.{name}"),
            ["output" | "module" | "provider", name] => format!("{}.{name}", names[0]),
            ["resource", kind, name] => format!("{kind}.{name}"),
            ["data", kind, name] => format!("data.{kind}.{name}"),
            ["locals"] => {
                for it in inner.into_iter().flat_map(children) {
                    if it.kind() == "attribute"
                        && let Some(name) = it.first_child()
                    {
                        let local = format!("local.{}", name.text());
                        let own = self.declare(&local, it.span(), name.span());
                        self.references(it, own);
                    }
                }
                return;
            }
            ["terraform"] | [] => {
                self.references(block, None);
                return;
            }
            words => words.join("."),
        };
        let own = self.declare(&name, block.span(), last);
        if let (["module", name], Some(inner)) = (names.as_slice(), inner) {
            self.module(name, inner, own);
        }
        self.references(block, own);
        if let Some(inner) = inner.filter(|_| names[0] != "module") {
            self.named_files(inner, own);
            if let ["resource", kind, _] = names.as_slice() {
                self.handler(kind, inner, own);
            }
            for nested in inner.below().filter(|it| it.kind() == "block") {
                self.nested(nested, own);
            }
        }
    }

    fn declare(&mut self, name: &str, whole: Span, name_span: Span) -> Option<DefinitionId> {
        let own = self.resources.define(name, whole, name_span, None);
        let key = self.key(name);
        self.resources.link(LinkKind::Local, LinkRole::Declares, [key], own, name_span);
        own
    }

    /// A call of a module reads its folder and sets its variables.
    fn module(&mut self, name: &str, inner: Node<'_>, own: Option<DefinitionId>) {
        let Some(folder) = self.sources.get(name).cloned() else { return };
        let span = attribute(inner, "source").map_or(inner.span(), Node::span);
        let keys = [Name::from(format!("{folder}/*.tf"))];
        self.resources.link(LinkKind::File, LinkRole::Reads, keys, own, span);
        for part in children(inner).into_iter().filter(|it| it.kind() == "attribute") {
            let Some(argument) = part.first_child() else { continue };
            let text = argument.text();
            if !META_ARGUMENTS.contains(&text) {
                let key = local_key(&folder, &format!("var.{text}"));
                let span = argument.span();
                self.resources.link(LinkKind::Local, LinkRole::Declares, [key], own, span);
            }
        }
    }

    /// What the expressions of a block name: `var.x`, `module.m.out`, `aws_x.y`.
    fn references(&mut self, whole: Node<'_>, own: Option<DefinitionId>) {
        for node in whole.below().filter(|it| it.kind() == "variable_expr") {
            let mut parts = vec![node.text()];
            let mut end = node.span().end;
            // The attributes follow as siblings.
            let rest = &self.resources.text[end as usize..];
            let mut at = 0;
            while parts.len() < 4 {
                let Some(after) = rest[at..].strip_prefix('.') else { break };
                let length = after
                    .find(|it: char| !it.is_alphanumeric() && !matches!(it, '_' | '-'))
                    .unwrap_or(after.len());
                if length == 0 {
                    break;
                }
                at += 1 + length;
                parts.push(&after[..length]);
                end += 1 + length as u32;
            }
            let parts: Vec<String> = parts.iter().map(|it| (*it).to_owned()).collect();
            self.reference(&parts, Span { start: node.span().start, end }, own);
        }
        self.files(whole, own);
    }

    fn reference(&mut self, parts: &[String], span: Span, own: Option<DefinitionId>) {
        let name = match parts {
            [kind, name, ..] if matches!(kind.as_str(), "var" | "local") => {
                format!("{kind}.{name}")
            }
            [kind, name, rest @ ..] if kind == "module" => {
                if let (Some(folder), Some(output)) = (self.sources.get(name), rest.first()) {
                    let key = local_key(folder, &format!("output.{output}"));
                    self.resources.link(LinkKind::Local, LinkRole::Reads, [key], own, span);
                }
                format!("module.{name}")
            }
            [data, kind, name, ..] if data == "data" => format!("data.{kind}.{name}"),
            [kind, name, ..] if kind.contains('_') => format!("{kind}.{name}"),
            _ => return,
        };
        let key = self.key(&name);
        self.resources.link(LinkKind::Local, LinkRole::Reads, [key], own, span);
    }

    /// `file("${path.module}/x.json")` and `templatefile(…)`.
    fn files(&mut self, whole: Node<'_>, own: Option<DefinitionId>) {
        for call in whole.below().filter(|it| it.kind() == "function_call") {
            let text = call.text();
            let is_read = ["file(", "templatefile(", "filebase64(", "filemd5("]
                .iter()
                .any(|it| text.starts_with(it));
            let Some((_, argument)) = text.split_once('(').filter(|_| is_read) else { continue };
            let argument = argument.trim_start().trim_start_matches('"');
            let path = argument.split(['"', ')', ',']).next().unwrap_or_default();
            let path = path.trim_start_matches("${path.module}/");
            let path = path.trim_start_matches("${path.root}/");
            if !path.contains('$')
                && let Some(path) = normalized(self.resources.folder(), path)
            {
                let keys = [Name::from(path)];
                self.resources.link(LinkKind::File, LinkRole::Reads, keys, own, call.span());
            }
        }
    }
}

/// The words of a block's first line, and its body.
fn header(block: Node<'_>) -> (Vec<(&str, Span)>, Option<Node<'_>>) {
    let mut words = Vec::new();
    for part in children(block) {
        match part.kind() {
            "identifier" | "string_lit" => words.push((unquoted(part.text()), part.span())),
            "body" => return (words, Some(part)),
            _ => {}
        }
    }
    (words, None)
}

/// The expression of an attribute of that name.
fn attribute<'t>(body: Node<'t>, name: &str) -> Option<Node<'t>> {
    let attributes = children(body).into_iter().filter(|it| it.kind() == "attribute");
    let mut named = attributes.filter(|it| it.first_child().is_some_and(|it| it.text() == name));
    children(named.next()?).get(1).copied()
}

fn local_folder(folder: &str, source: &str) -> Option<String> {
    source.starts_with('.').then(|| normalized(folder, source)).flatten()
}

#[cfg(test)]
mod nesting;
#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::render::check_file;

    #[test]
    fn blocks_refer_to_each_other_and_to_modules() {
        check_file(
            "infra/main.tf",
            r#"
variable "region" { type = string }
locals { name = "shop-${var.region}" }
resource "aws_s3_bucket" "files" {
  bucket = local.name
  tags   = merge(var.tags, { policy = file("${path.module}/policy.json") })
}
module "web" {
  source = "../web"
  bucket = aws_s3_bucket.files.id
}
output "url" { value = module.web.url }
data "aws_ami" "base" {}
"#,
            &expect![[r#"
                Resource var.region
                Resource local.name
                Resource aws_s3_bucket.files
                Resource module.web
                Resource output.url
                Resource data.aws_ami.base
                link Local Declares infra#var.region in var.region
                link Local Declares infra#local.name in local.name
                link Local Reads infra#var.region in local.name
                link Local Declares infra#aws_s3_bucket.files in aws_s3_bucket.files
                link Local Reads infra#local.name in aws_s3_bucket.files
                link Local Reads infra#var.tags in aws_s3_bucket.files
                link File Reads infra/policy.json in aws_s3_bucket.files
                link Local Declares infra#module.web in module.web
                link File Reads web/*.tf in module.web
                link Local Declares web#var.bucket in module.web
                link Local Reads infra#aws_s3_bucket.files in module.web
                link Local Declares infra#output.url in output.url
                link Local Reads infra#module.web in output.url
                link Local Reads web#output.url in output.url
                link Local Declares infra#data.aws_ami.base in data.aws_ami.base
            "#]],
        );
        check_file(
            "infra/eu.tfvars",
            "region = \"eu\"\n",
            &expect![[r#"
            Resource region
            link Local Declares infra#var.region in region
        "#]],
        );
    }

    #[test]
    fn provisioners_run_programs_and_functions_have_an_environment() {
        check_file(
            "infra/main.tf",
            r#"
resource "null_resource" "deploy" {
  provisioner "local-exec" {
    command = "bash ${path.module}/scripts/deploy.sh"
  }
  provisioner "local-exec" {
    working_dir = "../app"
    command     = <<-EOT
      npm ci
      ./scripts/build.sh
    EOT
  }
  provisioner "remote-exec" {
    scripts = ["setup/first.sh", "${path.module}/setup/second.sh"]
  }
}
resource "aws_lambda_function" "fn" {
  filename = "../lambda/handler.py"
  environment {
    variables = {
      TABLE_NAME = "orders"
      "QUEUE_URL" = var.queue
    }
  }
}
"#,
            &expect![[r#"
                Resource null_resource.deploy
                Resource aws_lambda_function.fn
                link Local Declares infra#null_resource.deploy in null_resource.deploy
                link File Calls infra/scripts/deploy.sh | scripts/deploy.sh in null_resource.deploy
                link File Calls app/scripts/build.sh | scripts/build.sh in null_resource.deploy
                link File Reads infra/setup/first.sh in null_resource.deploy (guess)
                link File Reads infra/setup/second.sh in null_resource.deploy (guess)
                link Local Declares infra#aws_lambda_function.fn in aws_lambda_function.fn
                link File Reads lambda/handler.py in aws_lambda_function.fn (guess)
                link Environment Declares TABLE_NAME in aws_lambda_function.fn
                link Environment Declares QUEUE_URL in aws_lambda_function.fn
                link Local Reads infra#var.queue in aws_lambda_function.fn
            "#]],
        );
    }
}
