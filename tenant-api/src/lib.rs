//! tenant-api.
