//! Checks: what each kind means, evaluated over facts and graph.
