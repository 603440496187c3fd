//! What flows and what does not, by the part of the language that it goes through.

mod csharp;
mod go;
mod hostile;
mod java;
mod known;
mod logs;
mod php;
mod python;
mod ruby;
mod scripts;
mod shared;
