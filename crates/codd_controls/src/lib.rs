//! Controls as code: YAML in, checked values or spanned diagnostics out.
//!
//! Broken input is data: every loader gives what could be read and one diagnostic, with its
//! place in the file, for each thing that could not.

mod check;
mod control;
mod frameworks;
mod scope;

pub use check::Check;
pub use control::{
    Control, ControlId, ControlSet, EvidenceRequest, Example, Examples, Guidance, Origin, Severity,
};
pub use frameworks::{Framework, FrameworkReference, MappingConfidence};
pub use scope::{RouteScope, Scope, ScopePattern};
