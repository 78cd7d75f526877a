//! The pages of the specifications. Swagger UI carries its script and its style in the page: the policy of these
//! pages names them by their hashes, so that nothing else that came into the page would run.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::Response;
use poem::http::{HeaderValue, header};
use runtime::crypto::sha256;

/// A page that may run what it was made with.
#[derive(Clone)]
pub(crate) struct Page {
    html: Arc<String>,
    policy: Arc<OnceLock<HeaderValue>>,
}

impl Page {
    pub(crate) fn new(html: String) -> Self {
        // As browsers read it: the hash is one of what they see.
        let html = html.replace("\r\n", "\n").replace('\r', "\n");
        Self { html: Arc::new(html), policy: Arc::default() }
    }

    pub(crate) fn answer(&self) -> Response {
        let mut response = Response::builder().content_type("text/html; charset=utf-8").body(self.html.as_str().to_owned());
        // Made when somebody asks for it: a page holds more than a megabyte.
        let policy = self.policy.get_or_init(|| {
            let text = policy(&self.html);
            HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("default-src 'none'"))
        });
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        response
    }
}

fn policy(html: &str) -> String {
    let (scripts, styles) = (hashes(html, "script"), hashes(html, "style"));
    format!(
        "default-src 'self'; script-src {scripts}; style-src 'self' {styles}; img-src 'self' data:; object-src 'none'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The hashes of the contents of all elements of a name that carry their contents with them.
fn hashes(html: &str, name: &str) -> String {
    let named = |element: &Inline<'_>| element.name == name;
    let all: Vec<String> = Inlines(html)
        .filter(named)
        .map(|element| format!("'sha256-{}'", STANDARD.encode(sha256(element.content.as_bytes()))))
        .collect();
    all.join(" ")
}

/// An element whose content is no markup.
struct Inline<'h> {
    name: &'static str,
    content: &'h str,
}

/// The elements `script` and `style` of a page, one after the other: what stands in one of them opens none.
struct Inlines<'h>(&'h str);

impl<'h> Iterator for Inlines<'h> {
    type Item = Inline<'h>;

    fn next(&mut self) -> Option<Inline<'h>> {
        let (at, name) = ["script", "style"].into_iter().filter_map(|n| Some((self.0.find(&format!("<{n}"))?, n))).min()?;
        let inside = at + self.0[at..].find('>')? + 1;
        let end = inside + self.0[inside..].find(&format!("</{name}>"))?;
        let content = &self.0[inside..end];
        self.0 = &self.0[end..];
        Some(Inline { name, content })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_came_with_is_named_and_nothing_else() {
        let html = "<style a=\"b\">x</style><script>let a = '<style>';</script><p>text</p><script>2</script>";
        let found: Vec<(&str, &str)> = Inlines(html).map(|e| (e.name, e.content)).collect();
        assert_eq!(found, [("style", "x"), ("script", "let a = '<style>';"), ("script", "2")]);
        // printf %s 2 | openssl dgst -sha256 -binary | base64
        assert!(hashes(html, "script").ends_with(" 'sha256-1HNeOiZeFu7gP1lxi5tdAwGcB9i2xR+Q2jpmbuwTqzU='"), "{}", policy(html));
        assert!(!policy(html).contains("unsafe"));
    }
}
