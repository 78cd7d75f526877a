//! provisioner.
