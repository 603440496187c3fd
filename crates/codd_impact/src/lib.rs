//! Two sides in: the classified change set and the impact set with witnesses out.
