//! What flows and what does not, by the part of the language that it goes through.

mod hostile;
mod python;
mod scripts;
