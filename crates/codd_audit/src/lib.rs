//! An opened project and everything one run concluded about it.
//!
//! [`Workspace`] is all that a front end asks: each question is a method that returns a
//! plain value. What is written out is an [`Assessment`] or a documented value of this crate.


mod assessment;

pub use assessment::*;
