//! From where a tenant may be used: the setting `address_allow_list`.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value as Json;

/// The networks of the setting `address_allow_list`: addresses and ranges. What can't be read opens
/// nothing, and a list of nothing readable is still a list.
pub(super) fn networks(value: &Json) -> Vec<IpNet> {
    let entries = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut all: Vec<IpNet> = entries.iter().filter_map(Json::as_str).filter_map(network).collect();
    if all.is_empty() && !entries.is_empty() {
        tracing::warn!("the list of allowed addresses can't be read; nobody gets in");
        all.push(IpNet::from(IpAddr::from([0, 0, 0, 0])));
    }
    all
}

/// An address, or a range like `10.0.0.0/8`.
pub fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(|ip| IpNet::from(ip.to_canonical())))
}

/// Whether an address lies in one of the networks; everywhere does when there are none.
pub fn address_allowed(networks: &[IpNet], address: Option<&str>) -> bool {
    if networks.is_empty() {
        return true;
    }
    // An IPv4 address that came in over an IPv6 socket is the same address.
    let address = address.and_then(|text| text.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical());
    address.is_some_and(|ip| networks.iter().any(|net| net.contains(&ip)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn addresses_and_ranges() {
        let nets = networks(&json!(["203.0.113.7", "10.0.0.0/8", "2001:db8::/32"]));
        for inside in ["203.0.113.7", "10.255.0.1", "::ffff:10.1.2.3", "2001:db8::1"] {
            assert!(address_allowed(&nets, Some(inside)), "{inside}");
        }
        for outside in [Some("203.0.113.8"), Some("11.0.0.1"), Some("2001:db9::1"), Some("unknown"), None] {
            assert!(!address_allowed(&nets, outside), "{outside:?}");
        }
        assert!(address_allowed(&networks(&json!([])), None));
        assert!(address_allowed(&networks(&json!(null)), Some("1.2.3.4")));
    }

    #[test]
    fn a_list_that_can_not_be_read_opens_nothing() {
        let nets = networks(&json!(["everywhere", 7]));
        assert!(!address_allowed(&nets, Some("127.0.0.1")));
    }
}
