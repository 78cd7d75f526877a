//! Partners, who bring leads, and the public form through which the leads come.

pub mod partners;
pub mod public_form;
