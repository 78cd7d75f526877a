//! In-process object store.
