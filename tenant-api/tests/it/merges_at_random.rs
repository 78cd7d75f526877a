//! Random merges, edits and splits against a plain idea of what must come out: no row, link or value is
//! lost, what nobody touched is exactly as it was, and what somebody did later stays where they did it.

use std::collections::{BTreeMap, BTreeSet};

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

use crate::bulk::number;

/// Chance that can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}

const STATUSES: [&str; 3] = ["new", "active", "dormant"];
const TAGS: [&str; 5] = ["vip", "cold", "spring", "old", "gold"];
const COUNTRIES: [&str; 3] = ["DE", "GB", "FR"];
/// Columns that go together; the first is what tells whether there is anything.
const GROUPS: &[&[&str]] = &[
    &["first_name"],
    &["last_name"],
    &["email"],
    &["phone"],
    &["country"],
    &["language"],
    &["address"],
    &["date_of_birth"],
    &["status"],
    &["source"],
    &["assigned_to", "team_id"],
    &["follow_up_at", "follow_up_note", "follow_up_told"],
    &["partner_id"],
    &["lead_id"],
    &["kyc_status"],
    &["last_activity_at"],
];
type State = BTreeMap<Uuid, Json>;

/// Every client's own columns.
async fn clients(broker: &Broker<'_>) -> State {
    let sql = "select jsonb_object_agg(id, to_jsonb(c) - 'updated_at' - 'version') from clients c";
    let all: Json = broker.tx().await.scalar(sql, []).await.unwrap().unwrap();
    all.as_object().unwrap().iter().map(|(id, row)| (id.parse().unwrap(), row.clone())).collect()
}

/// Whose every linked row is, and what holds documents together.
async fn links(broker: &Broker<'_>) -> BTreeMap<(String, Uuid), (Uuid, Json)> {
    let tx = broker.tx().await;
    let mut found = BTreeMap::new();
    for sql in [
        "select coalesce(jsonb_agg(jsonb_build_array('documents', id, client_id, lineage)), '[]') from documents",
        "select coalesce(jsonb_agg(jsonb_build_array('client_consents', id, client_id, id)), '[]') from client_consents",
        "select coalesce(jsonb_agg(jsonb_build_array('client_registrations', id, client_id, id)), '[]') from client_registrations",
        "select coalesce(jsonb_agg(jsonb_build_array('leads', id, converted_client_id, id)), '[]') from leads
         where converted_client_id is not null",
        "select coalesce(jsonb_agg(jsonb_build_array('contacts', id, client_id, id)), '[]') from contacts",
        "select coalesce(jsonb_agg(jsonb_build_array('deals', id, client_id, id)), '[]') from deals",
        "select coalesce(jsonb_agg(jsonb_build_array('activities', id, client_id, id)), '[]') from activities",
        "select coalesce(jsonb_agg(jsonb_build_array('notes', id, client_id, id)), '[]') from notes",
        "select coalesce(jsonb_agg(jsonb_build_array('attachments', id, client_id, id)), '[]') from attachments",
    ] {
        let rows: Json = tx.scalar(sql, []).await.unwrap().unwrap();
        for row in rows.as_array().unwrap() {
            let id = |n: usize| row[n].as_str().unwrap().parse::<Uuid>().unwrap();
            found.insert((row[0].as_str().unwrap().to_owned(), id(1)), (id(2), row[3].clone()));
        }
    }
    found
}

/// Something new that points at a client; sometimes a newer version of a document.
async fn add_link(broker: &Broker<'_>, dice: &mut Dice, client: Uuid) {
    let tx = broker.tx().await;
    let sql = match dice.below(14) {
        0 => "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, status)
              select d.id, d.id, 1, $1, $1, 'identity', 'a.pdf', 'application/pdf', 1, 'x', 'pending' from gen_random_uuid() d (id)",
        1 => "insert into documents (id, lineage, version, client_id, stored_under, type, filename, content_type, bytes, sha256, status)
              select gen_random_uuid(), d.lineage, d.version + 1, $1, $1, d.type, 'b.pdf', d.content_type, 1, 'x', 'pending'
              from documents d where d.client_id = $1
                and d.version = (select max(version) from documents m where m.lineage = d.lineage) limit 1",
        2 => "insert into client_consents (id, client_id, key, version, hash, at) values (gen_random_uuid(), $1, 'terms', 1, 'x', now())",
        3 => "insert into client_registrations (id, client_id, submitted_at, verified_at) values (gen_random_uuid(), $1, now(), now())",
        4 => "insert into leads (id, first_name, last_name, status, converted_client_id)
              values (gen_random_uuid(), 'Leo', 'Lead', 'new', $1)",
        5 => "insert into deals (id, kind, name, client_id, pipeline_key, stage, currency)
              select gen_random_uuid(), 'deal', 'Big', $1, pipeline_key, key, 'USD' from pipeline_stages where outcome = 'none' limit 1",
        6 => "insert into activities (id, type, subject, client_id) values (gen_random_uuid(), 'call', 'Call', $1)",
        7 => "insert into notes (id, content, client_id, author_name) values (gen_random_uuid(), 'Note', $1, 'Ada')",
        8 => "insert into attachments (id, client_id, filename, content_type, bytes, sha256, object_key, uploader_name)
              values (gen_random_uuid(), $1, 'a.pdf', 'application/pdf', 1, 'x', 'x', 'Ada')",
        // Another one becomes the primary contact, the newest of them.
        9 | 10 => {
            tx.run("update contacts set is_primary = false where client_id = $1", [client.into()]).await.unwrap();
            "update contacts set is_primary = true
             where id = (select id from contacts where client_id = $1 order by created_at desc, id desc limit 1)"
        }
        _ => "insert into contacts (id, first_name, last_name, client_id, is_primary)
              select gen_random_uuid(), 'Cara', 'Contact', $1,
                  not exists (select 1 from contacts where client_id = $1 and is_primary and deleted_at is null)",
    };
    tx.run(sql, [client.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Every contact with its client and whether it is the primary one, the oldest first.
async fn contacts(broker: &Broker<'_>) -> Vec<(Uuid, Uuid, bool)> {
    let sql =
        "select coalesce(jsonb_agg(jsonb_build_array(id, client_id, is_primary) order by created_at, id), '[]') from contacts";
    let all: Json = broker.tx().await.scalar(sql, []).await.unwrap().unwrap();
    let id = |value: &Json| value.as_str().unwrap().parse::<Uuid>().unwrap();
    all.as_array().unwrap().iter().map(|c| (id(&c[0]), id(&c[1]), c[2] == true)).collect()
}

/// The primary contact of a client.
fn primary(all: &[(Uuid, Uuid, bool)], client: Uuid) -> Option<Uuid> {
    let found: Vec<Uuid> = all.iter().filter(|(_, whose, first)| *whose == client && *first).map(|(id, ..)| *id).collect();
    assert!(found.len() < 2, "{client} has several: {found:?}");
    let any = all.iter().any(|(_, whose, _)| *whose == client);
    assert_eq!(found.len() == 1, any, "{client} has contacts and none is the primary one");
    found.first().copied()
}

/// Who a client's primary contact must be after a split: whoever is by now, who was before, the oldest.
fn primary_apart(all: &[(Uuid, Uuid, bool)], client: Uuid, was_first: &BTreeSet<Uuid>, before: Option<Uuid>) -> Option<Uuid> {
    let own: Vec<Uuid> = all.iter().filter(|(_, whose, _)| *whose == client).map(|(id, ..)| *id).collect();
    let by_now = own.iter().copied().find(|id| was_first.contains(id));
    by_now.or(before.filter(|id| own.contains(id))).or(own.first().copied())
}

/// Somebody works on a client.
async fn edit(dice: &mut Dice, api: &Api<'_>, id: Uuid, users: &[Uuid], round: usize) {
    let n = dice.below(10_000);
    let body = match dice.below(12) {
        0 => json!({ "status": dice.pick(&STATUSES) }),
        1 => json!({ "source": dice.pick(&[json!("Fair"), json!("Web"), Json::Null]) }),
        2 => json!({ "phone": dice.pick(&[json!(format!("+4420718{n:05}")), Json::Null]) }),
        3 => json!({ "email": format!("e{round}n{n}@example.com") }),
        4 => json!({ "country": dice.pick(&COUNTRIES), "last_name": format!("Name {}", dice.below(4)) }),
        5 => json!({ "tags": (0..dice.below(4)).map(|_| dice.pick(&TAGS)).collect::<BTreeSet<_>>() }),
        6 => json!({ "custom": { "level": dice.pick(&[json!(1), json!(2), Json::Null]) } }),
        7 => json!({ "custom": { "note": dice.pick(&[json!("a"), json!("b"), Json::Null]) } }),
        8 => json!({ "assigned_to": dice.pick(&[json!(users[0]), json!(users[1]), Json::Null]), "team_id": null }),
        9 => json!({ "follow_up_at": "2027-01-01T08:00:00Z", "follow_up_note": format!("Call {n}") }),
        10 => json!({ "kyc_status": dice.pick(&["approved", "rejected", "missing"]) }),
        _ => json!({ "address": format!("Street {n}"), "date_of_birth": format!("19{}-03-04", 60 + n % 30) }),
    };
    let reply = api.patch(&format!("/api/clients/{id}"), &body).await;
    assert!(reply.status == 200, "{body}: {}", reply.text);
}

fn nothing(value: &Json) -> bool {
    value.is_null() || *value == false || *value == ""
}

fn words(value: &Json) -> Vec<String> {
    value.as_array().unwrap().iter().map(|w| w.as_str().unwrap().to_owned()).collect()
}

/// The kept client as a merge must make it.
fn joined(keep: &Json, drop: &Json, chosen: &BTreeMap<&str, &str>) -> Json {
    let mut wanted = keep.clone();
    for group in GROUPS {
        let name = match group[0] {
            "assigned_to" => "owner",
            "follow_up_at" => "follow_up",
            other => other,
        };
        let empty =
            group.iter().all(|column| nothing(&keep[*column])) || *group == ["kyc_status"] && keep["kyc_status"] == "missing";
        let takes = match chosen.get(name) {
            Some(side) => *side == "drop",
            None if name == "last_activity_at" => drop[name].as_str() > keep[name].as_str(),
            None => empty,
        };
        if takes {
            for column in *group {
                wanted[*column] = drop[*column].clone();
            }
        }
    }
    let mut custom = drop["custom"].as_object().unwrap().clone();
    custom.extend(keep["custom"].as_object().unwrap().clone());
    wanted["custom"] = Json::Object(custom);
    let mut tags = words(&keep["tags"]);
    tags.extend(words(&drop["tags"]).into_iter().filter(|t| !words(&keep["tags"]).contains(t)));
    wanted["tags"] = json!(tags);
    wanted
}

/// The kept client as a split must leave it.
fn apart(before: &Json, after: &Json, now: &Json) -> Json {
    let mut wanted = now.clone();
    for group in GROUPS {
        let same = |a: &Json, b: &Json| group.iter().all(|column| a[*column] == b[*column]);
        if !same(before, after) && same(after, now) {
            for column in *group {
                wanted[*column] = before[*column].clone();
            }
        }
    }
    for key in ["level", "note"] {
        let value = |row: &Json| row["custom"].get(key).cloned();
        if value(before) != value(after) && value(after) == value(now) {
            match value(before) {
                Some(old) => wanted["custom"][key] = old,
                None => drop(wanted["custom"].as_object_mut().unwrap().remove(key)),
            }
        }
    }
    let added: Vec<String> = words(&after["tags"]).into_iter().filter(|t| !words(&before["tags"]).contains(t)).collect();
    wanted["tags"] = words(&now["tags"]).into_iter().filter(|t| !added.contains(t)).collect();
    wanted
}

/// What follows from other columns by itself.
fn plain(mut row: Json) -> Json {
    for name in
        ["email_masked", "phone_masked", "date_of_birth_masked", "address_masked", "search_name", "search_all", "deleted_at"]
    {
        row.as_object_mut().unwrap().remove(name);
    }
    row
}

struct Merged {
    id: Uuid,
    keep: Uuid,
    drop: Uuid,
    before: (Json, Json),
    after: Json,
    moved: BTreeSet<(String, Uuid)>,
    /// The primary contacts of the two.
    primary: (Option<Uuid>, Option<Uuid>),
}

/// A merge of two that are there, looked at before it is done.
async fn merge(broker: &Broker<'_>, api: &Api<'_>, dice: &mut Dice, keep: Uuid, drop: Uuid) -> Merged {
    let (before, tied, people) = (clients(broker).await, links(broker).await, contacts(broker).await);
    let firsts = (primary(&people, keep), primary(&people, drop));
    let mut chosen: BTreeMap<&str, &str> = BTreeMap::new();
    for _ in 0..dice.below(4) {
        let field = dice.pick(&["first_name", "email", "phone", "status", "owner", "follow_up", "source", "address"]);
        chosen.insert(field, dice.pick(&["keep", "drop"]));
    }
    let mut body = json!({ "keep_id": keep, "drop_id": drop, "fields": chosen, "dry_run": true });
    let preview = api.post("/api/clients/merge", &body).await.expect(200);
    assert_eq!(clients(broker).await, before, "a dry run changes nothing");
    assert_eq!(links(broker).await, tied, "a dry run changes nothing");
    body.as_object_mut().unwrap().remove("dry_run");
    let mut result = api.post("/api/clients/merge", &body).await.expect(200);
    let id = result["merge_id"].as_str().unwrap().parse().unwrap();
    let mut preview = preview;
    for answer in [&mut preview, &mut result] {
        answer.as_object_mut().unwrap().remove("merge_id");
        answer["record"].as_object_mut().unwrap().remove("updated_at");
    }
    assert_eq!(preview, result, "the preview is the result");
    let after = clients(broker).await;
    assert_eq!(plain(after[&keep].clone()), plain(joined(&before[&keep], &before[&drop], &chosen)), "{chosen:?}");
    let mut dropped = before[&drop].clone();
    dropped["merged_into"] = json!(keep);
    assert_eq!(plain(after[&drop].clone()), plain(dropped));
    let mut wanted = tied.clone();
    let moved: BTreeSet<(String, Uuid)> =
        tied.iter().filter(|(_, (whose, _))| *whose == drop).map(|(key, _)| key.clone()).collect();
    for key in &moved {
        wanted.get_mut(key).unwrap().0 = keep;
    }
    assert_eq!(links(broker).await, wanted);
    assert_eq!(primary(&contacts(broker).await, keep), firsts.0.or(firsts.1), "the kept client keeps its primary contact");
    Merged {
        id,
        keep,
        drop,
        before: (before[&keep].clone(), before[&drop].clone()),
        after: after[&keep].clone(),
        moved,
        primary: firsts,
    }
}

/// A split; an address that is taken by now is made free first.
async fn part(broker: &Broker<'_>, api: &Api<'_>, merged: Merged, round: usize) {
    let path = format!("/api/merges/{}/split", merged.id);
    let tied = links(broker).await;
    let first: BTreeSet<Uuid> = contacts(broker).await.into_iter().filter(|(.., first)| *first).map(|(id, ..)| id).collect();
    let mut now = clients(broker).await;
    let mut reply = api.post(&path, &json!({})).await;
    if reply.status == 409 {
        assert_eq!(reply.json["code"], "email_exists", "{}", reply.text);
        assert_eq!(clients(broker).await, now, "what was refused was not done");
        let wanted = [&merged.before.0["email"], &merged.before.1["email"]];
        for (id, row) in now.iter().filter(|(_, row)| row["deleted_at"].is_null() && wanted.contains(&&row["email"])) {
            let body = json!({ "email": format!("free{round}x{}@example.com", &row["id"].as_str().unwrap()[30..]) });
            api.patch(&format!("/api/clients/{id}"), &body).await.expect(200);
        }
        now = clients(broker).await;
        reply = api.post(&path, &json!({})).await;
    }
    let answer = reply.expect(200);
    let people = contacts(broker).await;
    for (client, before) in [(merged.keep, merged.primary.0), (merged.drop, merged.primary.1)] {
        assert_eq!(primary(&people, client), primary_apart(&people, client, &first, before), "the primary contact of {client}");
    }
    let result = clients(broker).await;
    let wanted = apart(&merged.before.0, &merged.after, &now[&merged.keep]);
    assert_eq!(plain(result[&merged.keep].clone()), plain(wanted), "{answer}");
    assert_eq!(result[&merged.drop], merged.before.1, "the other is as it was");
    for (id, row) in &now {
        assert!(*id == merged.keep || *id == merged.drop || result[id] == *row, "{id} is none of these two");
    }
    let families: BTreeSet<String> =
        merged.moved.iter().filter_map(|key| tied.get(key)).map(|(_, family)| family.to_string()).collect();
    let mut wanted = tied;
    for ((table, id), (whose, family)) in &mut wanted {
        let moved =
            merged.moved.contains(&(table.clone(), *id)) || table == "documents" && families.contains(&family.to_string());
        if moved && *whose == merged.keep {
            *whose = merged.drop;
        }
    }
    assert_eq!(links(broker).await, wanted);
}

#[tokio::test]
async fn nothing_is_lost_whatever_happens() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let team = broker.team("Sales", None).await;
    let users = [broker.user("Anna", "Agent", Some(team)).await, broker.user("Ben", "Agent", None).await];
    let manager = broker.manager().await;
    for (key, kind) in [("level", "number"), ("note", "text")] {
        let field = json!({ "entity": "client", "label": key, "key": key, "type": kind });
        manager.post("/api/custom-fields", &field).await.expect(201);
    }
    let mut dice = Dice(20_261_126);
    for n in 0..10 {
        let body = json!({ "first_name": format!("First {}", n % 3), "last_name": "Doe", "email": format!("c{n}@example.com") });
        manager.post("/api/clients", &body).await.expect(201);
    }
    let ids: Vec<Uuid> = clients(&broker).await.into_keys().collect();
    let mut open: Vec<Merged> = Vec::new();
    let (mut merges, mut splits, mut entries) = (0, 0, 0);
    for round in 0..500 {
        let state = clients(&broker).await;
        let alive: Vec<Uuid> = ids.iter().copied().filter(|id| state[id]["deleted_at"].is_null()).collect();
        match dice.below(8) {
            0 | 1 if alive.len() > 3 => {
                let (keep, drop) = (dice.pick(&alive), dice.pick(&alive));
                if keep != drop {
                    open.push(merge(&broker, &manager, &mut dice, keep, drop).await);
                    merges += 1;
                }
            }
            // Any whose kept client was not merged again since.
            2 if !open.is_empty() => {
                let at = dice.below(open.len());
                let keep = open[at].keep;
                let blocked = open[at + 1..].iter().any(|later| later.keep == keep || later.drop == keep);
                let path = format!("/api/merges/{}/split", open[at].id);
                if blocked {
                    manager.post(&path, &json!({})).await.refused(409, "split_blocked");
                } else {
                    let merged = open.remove(at);
                    part(&broker, &manager, merged, round).await;
                    splits += 1;
                }
            }
            3 | 4 => {
                let id = dice.pick(&alive);
                add_link(&broker, &mut dice, id).await;
            }
            _ => {
                let id = dice.pick(&alive);
                edit(&mut dice, &manager, id, &users, round).await;
            }
        }
        let now = number(&broker, "select count(*) from audit_log").await;
        assert!(now >= entries, "the log only grows");
        entries = now;
        assert_eq!(clients(&broker).await.len(), ids.len(), "nobody is lost");
    }
    // All of them, the last first: everybody is back.
    while let Some(merged) = open.pop() {
        part(&broker, &manager, merged, 1_000 + open.len()).await;
        splits += 1;
    }
    assert!(merges > 15 && splits == merges, "too little happened: {merges} merges, {splits} splits");
    assert_eq!(number(&broker, "select count(*) from clients where deleted_at is not null or merged_into is not null").await, 0);
    assert_eq!(number(&broker, "select wrong_figures()").await, 0);
    let sql = "select count(*) from (select lineage from documents group by 1 having count(distinct client_id) > 1) l";
    assert_eq!(number(&broker, sql).await, 0, "versions of a document stay together");
    let verdict = manager.post("/api/audit/verify", &json!({})).await.expect(200);
    assert_eq!(verdict["ok"], true, "{verdict}");
}
