//! The event stream of an actor, while somebody changes every record.

use std::collections::BTreeSet;

use serde_json::json;
use test_kit::Api;

use super::findings::Findings;
use super::oracle::{Oracle, Record};
use super::sales::Sale;
use super::word;

/// Follows an actor's stream while a manager touches every record; needs the workers. Those in scope come
/// last: when they have arrived, the others would have, too.
pub async fn follow(oracle: &Oracle, api: &Api<'_>, manager: &Api<'_>, findings: &mut Findings) {
    let sales = oracle.sales.iter().filter(|s| oracle.sees_sale(s)).map(|s| s.id.to_string());
    let wanted: BTreeSet<String> =
        oracle.records.iter().filter(|r| oracle.sees(r)).map(|r| r.id.to_string()).chain(sales).collect();
    assert!(!wanted.is_empty());
    let touch = async {
        let (last, first): (Vec<&Sale>, Vec<&Sale>) = oracle.sales.iter().partition(|s| oracle.sees_sale(s));
        for sale in first.into_iter().chain(last) {
            let path = format!("/api/{}/{}", sale.area, sale.id);
            manager.patch(&path, &json!({ "description": word() })).await.expect(200);
        }
        let (last, first): (Vec<&Record>, Vec<&Record>) = oracle.records.iter().partition(|r| oracle.sees(r));
        for record in first.into_iter().chain(last) {
            let path = format!("/api/{}s/{}", record.kind, record.id);
            manager.patch(&path, &json!({ "source": word() })).await.expect(200);
        }
    };
    let events = api.follow("/api/events", wanted.len(), 15, touch).await;
    findings.asked += 1;
    let told: BTreeSet<String> = events.iter().filter_map(|(_, e)| e["id"].as_str().map(str::to_owned)).collect();
    for id in told.difference(&wanted) {
        findings.add(&oracle.role, "events", format!("{id} is told of"));
    }
    for id in wanted.difference(&told) {
        findings.add(&oracle.role, "events", format!("{id} is not told of"));
    }
    let text = events.iter().map(|(kind, e)| format!("{kind} {e}\n")).collect::<String>();
    for fault in oracle.faults_of_text(&text) {
        findings.add(&oracle.role, "events", fault);
    }
}
