//! Resolution from source text to edges.

mod bounds;
mod firewall;
mod javascript;
mod python;
mod routes;
