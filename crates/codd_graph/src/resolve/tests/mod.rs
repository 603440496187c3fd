//! Resolution from source text to edges.

mod bounds;
mod csharp;
mod firewall;
mod go;
mod java;
mod javascript;
mod php;
mod python;
mod routes;
