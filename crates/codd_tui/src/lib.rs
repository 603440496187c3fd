//! The reviewer's terminal interface: state, keys, views.
