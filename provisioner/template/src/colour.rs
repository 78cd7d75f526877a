//! Brand colours: the form `#rrggbb`, and which text can be read on them.

/// Red, green and blue of `#rrggbb`; `None` for any other form.
fn channels(hex: &str) -> Option<[u8; 3]> {
    let digits = hex.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
    let mut rgb = [0; 3];
    for (i, channel) in rgb.iter_mut().enumerate() {
        *channel = u8::from_str_radix(&digits[i * 2..i * 2 + 2], 16).ok()?;
    }
    // from_str_radix accepts a sign.
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(rgb)
}

/// Whether a text is a colour of the form `#rrggbb`.
pub fn is_colour(hex: &str) -> bool {
    channels(hex).is_some()
}

/// The text colour that can be read on a brand colour: white or near-black, whichever contrasts
/// more. Mails need it as a value, because mail programs know no CSS variables. What is not a
/// colour is answered with white.
pub fn on_primary(primary: &str) -> &'static str {
    const WHITE: &str = "#ffffff";
    const INK: &str = "#16181d";
    let (Some(ground), Some(ink)) = (channels(primary), channels(INK)) else {
        return WHITE;
    };
    let on_white = contrast(luminance(ground), 1.0);
    let on_ink = contrast(luminance(ground), luminance(ink));
    if on_white >= on_ink { WHITE } else { INK }
}

/// Relative luminance as WCAG 2 defines it.
fn luminance(rgb: [u8; 3]) -> f64 {
    let [r, g, b] = rgb.map(|channel| {
        let c = f64::from(channel) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: f64, b: f64) -> f64 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_digits_are_a_colour() {
        for good in ["#000000", "#2456d6", "#FFFFFF"] {
            assert!(is_colour(good), "{good}");
        }
        for bad in ["", "#fff", "2456d6", "#2456dg", "#+1+1+1", "#2456d6ff", "red", "#ääá"] {
            assert!(!is_colour(bad), "{bad}");
        }
    }

    #[test]
    fn text_on_any_brand_can_be_read() {
        assert_eq!(on_primary("#2456d6"), "#ffffff");
        assert_eq!(on_primary("#000000"), "#ffffff");
        assert_eq!(on_primary("#ffe600"), "#16181d");
        assert_eq!(on_primary("#ffffff"), "#16181d");
        for step in 0..=255u8 {
            let hex = format!("#{step:02x}{:02x}{:02x}", 255 - step, step / 2);
            let (ground, text) = (channels(&hex).unwrap(), channels(on_primary(&hex)).unwrap());
            assert!(contrast(luminance(ground), luminance(text)) >= 4.1, "{hex}");
        }
    }
}
