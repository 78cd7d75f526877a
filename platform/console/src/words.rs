//! Refusals in the console's words: what the product calls a client is a customer there.

use kernel::DomainError;

/// Pieces of messages. What the console can't name is not offered either.
const WORDS: &[(&str, &str)] = &[
    ("Client not found", "Customer not found"),
    ("client_id", "customer_id"),
    (", lead_id", ""),
    (", contact_id", ""),
    (", opportunity_id", ""),
    ("a client", "a customer"),
];

/// The same refusal, as the console knows its fields and records.
pub fn spelt(error: DomainError) -> DomainError {
    error.renamed(&[("client_id", "customer_id")]).reworded(WORDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_a_customer() {
        assert_eq!(spelt(DomainError::not_found("Client")).to_string(), "Customer not found.");
        let told = spelt(DomainError::field("client_id", "name one record: one of client_id, contact_id, deal_id"));
        assert!(format!("{told:?}").contains("\"customer_id\": [\"name one record: one of customer_id, deal_id\"]"), "{told:?}");
    }
}
