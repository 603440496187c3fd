//! The facts of all files and the controls joined: resolution, nodes, edges, scopes, reachability.
