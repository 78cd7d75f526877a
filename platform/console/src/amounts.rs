//! Amounts, which are numbers here and texts in the product.

/// A sum as a JSON number: what a program can hold of it.
pub fn number(sum: &str) -> f64 {
    sum.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn sums_are_numbers() {
        assert!((number("1234.50") - 1234.5).abs() < f64::EPSILON);
        assert!((number("-0.10") + 0.1).abs() < f64::EPSILON);
    }
}
