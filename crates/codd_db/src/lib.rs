//! The wiring: the salsa database, its inputs and queries.
