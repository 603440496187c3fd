//! Controls as code: YAML in, checked values or spanned diagnostics out.
