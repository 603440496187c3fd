//! The end-to-end suite of the binary, and the tests of the house itself.

mod architecture;
