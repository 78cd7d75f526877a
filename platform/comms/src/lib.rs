//! comms.
