//! Resolution from source text to edges.

mod javascript;
