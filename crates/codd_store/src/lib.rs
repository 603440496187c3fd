//! A content-addressed store: key bytes to value bytes, in packs on disk.
