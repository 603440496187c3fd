//! What project files declare: packages and other projects.

use std::collections::BTreeMap;

use codd_source::RepoPath;

/// Packages with their versions, and referenced projects by their names.
pub(super) fn declared(path: &RepoPath, text: &str) -> Option<BTreeMap<String, String>> {
    let name = path.file_name();
    let is_project = [".csproj", ".fsproj", ".vbproj"].iter().any(|it| name.ends_with(it));
    let is_list = matches!(name, "Directory.Packages.props" | "Directory.Build.props");
    if name == "packages.config" {
        return Some(elements(text, "package", "id", "version"));
    }
    if !is_project && !is_list {
        return None;
    }
    let mut found = elements(text, "PackageVersion", "Include", "Version");
    found.extend(elements(text, "PackageReference", "Include", "Version"));
    for (project, _) in elements(text, "ProjectReference", "Include", "") {
        let file = project.rsplit(['/', '\\']).next().unwrap_or(&project);
        let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
        found.insert(name.to_owned(), String::new());
    }
    Some(found)
}

/// The elements of a name, by one attribute, with another one or a child of that name.
fn elements(text: &str, tag: &str, key: &str, value: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let open = format!("<{tag} ");
    for (start, _) in text.match_indices(&open) {
        let rest = &text[start + open.len()..];
        let Some(end) = rest.find('>') else { break };
        let head = &rest[..end];
        let Some(name) = attribute(head, key) else { continue };
        let inside = if head.ends_with('/') {
            ""
        } else {
            rest[end..].split(&format!("</{tag}>")).next().unwrap_or("")
        };
        let child = inside.split_once(&format!("<{value}>")).map(|it| it.1);
        let child = child.and_then(|it| it.split('<').next());
        let version = attribute(head, value).or(child).unwrap_or("").trim();
        found.insert(name.to_owned(), version.to_owned());
    }
    found
}

fn attribute<'t>(head: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = head.split_once(&format!("{name}=\""))?;
    rest.split('"').next().filter(|_| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::declared;

    #[test]
    fn packages_and_projects_of_a_project_file() {
        let text = r#"<Project><ItemGroup>
  <PackageReference Include="xunit" Version="2.4" />
  <PackageReference Include="Dapper"><Version>2.0</Version></PackageReference>
  <PackageReference Include="Central" />
  <ProjectReference Include="..\Core\Shop.Core.csproj" />
</ItemGroup></Project>"#;
        let packages = declared(&"src/Web/Web.csproj".into(), text).unwrap();
        let packages: Vec<_> = packages.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(
            packages,
            [("Central", ""), ("Dapper", "2.0"), ("Shop.Core", ""), ("xunit", "2.4")]
        );
        assert_eq!(declared(&"notes.txt".into(), text), None);
    }
}
