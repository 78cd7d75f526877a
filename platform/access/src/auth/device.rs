//! What a sign-in came from, as people recognise it: "Chrome on macOS", and the network around it.

use std::net::IpAddr;

/// Words in a user agent with what they mean; the first that is found counts, since nearly every
/// browser also claims to be the ones before it.
const PROGRAMS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser/", "Yandex Browser"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("PostmanRuntime/", "Postman"),
    ("python-requests/", "Python"),
    ("Go-http-client/", "Go"),
    ("okhttp/", "OkHttp"),
    ("node", "Node.js"),
];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// `Chrome on macOS`. Versions are left out: a device stays the same over its updates.
pub(crate) fn describe(user_agent: Option<&str>) -> String {
    let text = user_agent.unwrap_or_default();
    let find = |list: &[(&str, &'static str)]| list.iter().find(|(word, _)| text.contains(word)).map(|(_, name)| *name);
    match (find(PROGRAMS), find(SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        (None, Some(system)) => format!("A program on {system}"),
        (None, None) => "Unknown device".to_owned(),
    }
}

/// The network of an address: a provider gives a household another address every day, mostly out of
/// the same range.
pub(super) fn network(address: Option<&str>) -> String {
    match address.and_then(|text| text.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}")
        }
        Some(IpAddr::V6(ip)) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}")
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_in_words() {
        let mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, words) in [
            (format!("{mac} Chrome/126.0.0.0 Safari/537.36"), "Chrome on macOS"),
            (format!("{mac} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"), "Edge on macOS"),
            (format!("{mac} Version/17.5 Safari/605.1.15"), "Safari on macOS"),
            ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0".into(), "Firefox on Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/126.0 Mobile/15E148 Safari/604.1"
                    .into(),
                "Chrome on iPhone",
            ),
            ("Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36".into(), "Chrome on Android"),
            ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 OPR/112.0".into(), "Opera on Linux"),
            ("curl/8.5.0".into(), "curl"),
            ("<script>alert(1)</script>".into(), "Unknown device"),
        ] {
            assert_eq!(describe(Some(&agent)), words, "{agent}");
        }
        assert_eq!(describe(None), "Unknown device");
    }

    #[test]
    fn networks_of_addresses() {
        assert_eq!(network(Some("203.0.113.7")), network(Some("203.0.113.200")));
        assert_ne!(network(Some("203.0.113.7")), network(Some("203.0.114.7")));
        assert_eq!(network(Some("::ffff:203.0.113.7")), "203.0.113");
        assert_eq!(network(Some("2001:db8:1:2::1")), network(Some("2001:db8:1:ffff::9")));
        assert_eq!(network(None), "");
    }
}
