//! .NET: project files, central versions, `packages.config`, `packages.lock.json`.

use codd_source::RepoPath;

use super::{document, dynamic, entries_at, text_at};
use crate::checks::dependency::Ecosystem::Dotnet;
use crate::checks::dependency::record::{Asked, Record, Role};
use crate::document::{Entry, Format};

pub(super) fn project(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Xml, text)?;
    let mut found = Vec::new();
    let mut open: Vec<&Entry> = root.entries().iter().collect();
    while let Some(entry) = open.pop() {
        open.extend(entry.value.entries());
        let (name, version) = match entry.key.as_str() {
            "PackageReference" | "PackageVersion" | "GlobalPackageReference" => {
                (text_at(&entry.value, "@Include").or(text_at(&entry.value, "@Update")), "Version")
            }
            "package" => (text_at(&entry.value, "@id"), "version"),
            _ => continue,
        };
        let Some(name) = name else { continue };
        let child = entry.value.get(version).and_then(|it| text_at(it, "#text"));
        let own = text_at(&entry.value, &format!("@{version}")).or(child);
        let own = own.or_else(|| text_at(&entry.value, "@VersionOverride"));
        let asked = match own {
            None => Asked::Elsewhere,
            Some(text) if text.contains("$(") => dynamic(format!("`{text}` is set elsewhere")),
            Some(text) => Asked::Version(text.to_owned()),
        };
        // `Include` takes several.
        for name in name.split(';').map(str::trim).filter(|it| !it.is_empty()) {
            let record = Record::new(Dotnet, Role::Manifest, name, entry.key_span);
            found.push(Record { asked: asked.clone(), ..record });
        }
    }
    found.sort();
    Ok(found)
}

pub(super) fn lock(_path: &RepoPath, text: &str) -> Result<Vec<Record>, String> {
    let root = document(Format::Json, text)?;
    let mut found = Vec::new();
    for framework in entries_at(&root, &["dependencies"]) {
        for it in framework.value.entries() {
            // A project of the same solution has no version.
            let Some(version) = text_at(&it.value, "resolved") else { continue };
            found.push(Record {
                asked: Asked::Version(version.to_owned()),
                is_hashed: it.value.get("contentHash").is_some(),
                is_indirect: text_at(&it.value, "type") == Some("Transitive"),
                ..Record::new(Dotnet, Role::Lock, &it.key, it.key_span)
            });
        }
    }
    Ok(found)
}
