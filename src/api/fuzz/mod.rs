//! Inputs that nobody has thought of: whatever comes, it is read or refused as it should be.

mod cursors;
