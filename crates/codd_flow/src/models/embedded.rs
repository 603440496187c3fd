//! The model files of `crates/codd_flow/models`, embedded.

use std::sync::OnceLock;

use super::{ModelFile, read_model};

macro_rules! embedded {
    ($($name:literal,)*) => {
        /// Path and text of each.
        static FILES: &[(&str, &str)] = &[$((
            concat!("crates/codd_flow/models/", $name, ".yaml"),
            include_str!(concat!("../../models/", $name, ".yaml")),
        ),)*];
    };
}

embedded! {
    "aiohttp",
    "aspnet",
    "aspnet-framework",
    "csharp",
    "django",
    "express",
    "fastapi",
    "flask",
    "go",
    "go-frameworks",
    "java",
    "language-models",
    "node",
    "node-frameworks",
    "node-packages",
    "php",
    "php-frameworks",
    "python",
    "python-packages",
    "rails",
    "ruby",
    "ruby-frameworks",
    "servlet",
    "spring",
}

/// The models that codd ships; one that cannot be read is left out, which a test forbids.
pub fn shipped_models() -> &'static [ModelFile] {
    static READ: OnceLock<Vec<ModelFile>> = OnceLock::new();
    READ.get_or_init(|| {
        FILES.iter().filter_map(|(path, text)| read_model(path, text).ok()).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_that_is_shipped_can_be_read() {
        for (path, text) in FILES {
            if let Err(diagnostic) = read_model(path, text) {
                panic!("{}", diagnostic.message);
            }
        }
        assert_eq!(shipped_models().len(), FILES.len());
    }

    #[test]
    fn a_wrong_model_is_said_with_its_place() {
        let message = |text: &str| read_model("m.yaml", text).unwrap_err().message;
        assert!(message("name: a\nlanguages: []\nsinkz: []\n").starts_with("m.yaml:"));
        assert_eq!(
            message("name: a\nlanguages: [python]\nsinks: [{class: magic}]\n"),
            "m.yaml: there is no class `magic`"
        );
    }
}
