//! Partners, who bring leads, and what strangers fill in: the public form through which the leads come and
//! the registration of clients, with what keeps robots out of both.

pub mod captcha;
pub mod partners;
pub mod public_form;
pub mod registration;
