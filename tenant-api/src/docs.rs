//! The pages of the specifications. Swagger UI carries its script and its style in the page: the policy of these
//! pages names them by their hashes, so that nothing else that came into the page would run.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::Response;
use poem::http::{HeaderValue, header};
use poem_openapi::OpenApiService;
use runtime::crypto::sha256;

/// A page that may run what it was made with.
#[derive(Clone)]
pub(crate) struct Page {
    spec: Arc<str>,
    policy: Arc<OnceLock<HeaderValue>>,
}

impl Page {
    pub(crate) fn new(spec: Arc<str>) -> Self {
        Self { spec, policy: Arc::default() }
    }

    pub(crate) fn answer(&self) -> Response {
        let (before, behind) = frame();
        let html = format!("{before}{}{behind}", self.spec);
        let policy = self
            .policy
            .get_or_init(|| HeaderValue::from_str(&policy(&html)).unwrap_or(HeaderValue::from_static("default-src 'none'")));
        let mut response = Response::builder().content_type("text/html; charset=utf-8").body(html);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        response
    }
}

/// What stands before and behind the specification in every page: 1.6 MB, made when somebody asks for the first one.
fn frame() -> &'static (String, String) {
    static FRAME: OnceLock<(String, String)> = OnceLock::new();
    FRAME.get_or_init(|| {
        let empty = OpenApiService::new((), "", "");
        // As browsers read it: the hash is one of what they see.
        let html = empty.swagger_ui_html().replace("\r\n", "\n").replace('\r', "\n");
        let (before, behind) = html.split_once(&empty.spec()).unwrap_or_default();
        (before.to_owned(), behind.to_owned())
    })
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
    fn a_page_has_its_specification_and_what_shows_it() {
        let (before, behind) = frame();
        assert!(before.ends_with("let spec = ") && behind.contains("SwaggerUIBundle({"), "{behind}");
        let answer = Page::new("{\"openapi\":\"3.0.0\"}".into()).answer();
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap_or_default();
        assert_eq!(policy.matches("'sha256-").count(), 3, "{policy}");
    }

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
