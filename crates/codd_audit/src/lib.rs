//! An opened project and everything one run concluded about it: verdicts, score, audit pack, formats.
