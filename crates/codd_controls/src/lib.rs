//! Controls as code: YAML in, checked values or spanned diagnostics out.
//!
//! Broken input is data: every loader gives what could be read and one diagnostic, with its
//! place in the file, for each thing that could not.

mod applicability;
mod check;
mod config;
mod control;
mod digest;
mod fix;
mod frameworks;
mod list_file;
mod load;
mod locate;
mod outline;
mod parameters;
mod places;
mod read;
mod read_control;
mod read_scope;
mod requirement_files;
mod schema;
mod schema_text;
mod scope;
mod waiver;
mod weakening;
mod yaml_text;

#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod testing;

pub use applicability::{Applicability, Exposure, ProjectContext, any_of};
pub use check::Check;
pub use config::{
    EXTENDS_FOLDER, Extended, FailOn, ProjectConfig, ProjectSection, SourceSection, WaiverSection,
    load_config,
};
pub use control::{
    Control, ControlId, ControlSet, EvidenceRequest, Example, Examples, Guidance, Origin, Severity,
};
pub use fix::{Fix, apply_fixes};
pub use frameworks::{Framework, FrameworkReference, MappingConfidence};
pub use load::{LoadedControls, UnreadableControl, load_controls};
pub use locate::{Part, PathStep};
pub use places::{place_in_config, place_in_file, place_of_key};
pub use requirement_files::PathPatterns;
pub use schema::{config_schema, control_file_schema, waivers_schema};
pub use scope::{RouteScope, Scope, ScopePattern};
pub use waiver::{Waiver, WaiverState, WaiverTarget, load_waivers};
pub use weakening::{Weakening, WeakeningKind};
pub use yaml_text::YamlText;
