//! Phone numbers are kept in E.164.

/// Normalises a number; `country` (ISO 3166-1 alpha-2) helps where the number names none.
///
/// Errors with what is wrong and what would fix it.
pub fn normalise(raw: &str, country: Option<&str>) -> Result<String, String> {
    let raw = raw.trim();
    // "00" is how most of the world dials "+".
    let text = raw.strip_prefix("00").map_or_else(|| raw.to_owned(), |rest| format!("+{rest}"));
    let region = country.and_then(|c| c.parse::<phonenumber::country::Id>().ok());
    let number = phonenumber::parse(region, &text)
        .map_err(|_| "is not a phone number; write it with its country code, e.g. +44 20 7183 8750".to_owned())?;
    // `is_valid` would refuse ranges that were opened after the metadata was made; a number of a
    // possible length is enough to be dialled.
    let e164 = number.format().mode(phonenumber::Mode::E164).to_string();
    let digits = e164.len() - 1;
    if (7..=15).contains(&digits) && phonenumber::is_valid(&number) || (8..=15).contains(&digits) {
        Ok(e164)
    } else {
        Err("is too short or too long for a phone number".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn numbers_become_e164() {
        assert_eq!(normalise("+44 20 7183 8750", None).as_deref(), Ok("+442071838750"));
        assert_eq!(normalise("020 7183 8750", Some("GB")).as_deref(), Ok("+442071838750"));
        assert_eq!(normalise("0049 30 901820", None).as_deref(), Ok("+4930901820"));
        for bad in ["", "abc", "12", "020 7183 8750", "+1", "+99999999999999999999"] {
            assert!(normalise(bad, None).is_err(), "{bad}");
        }
    }
}
