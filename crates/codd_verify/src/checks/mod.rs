//! The table of check kinds: a file and a manual page each, and a line each here.
