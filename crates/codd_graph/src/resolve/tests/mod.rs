//! Resolution from source text to edges.

mod bounds;
mod c;
mod cpp;
mod cpp_operators;
mod csharp;
mod firewall;
mod generics;
mod given;
mod go;
mod java;
mod javascript;
mod kotlin;
mod outside;
mod php;
mod python;
mod routes;
mod ruby;
mod rust;
mod scala;
mod swift;
mod unresolved;
