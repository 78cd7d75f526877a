//! Taking a change of many records back gives exactly what nobody touched since its values of before, and
//! loses nothing: random changes with random edits between, against a plain idea of what must come out.

use std::collections::BTreeMap;

use chance::Dice;
use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};
use uuid::Uuid;

/// Chance that can be repeated.
mod chance {
    pub struct Dice(pub u64);

    impl Dice {
        pub fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % n
        }

        pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
            of[self.below(of.len())].clone()
        }
    }
}

const TAGS: [&str; 4] = ["vip", "cold", "spring", "old"];

/// A kind of record that can be changed in bulk.
#[derive(Clone, Copy)]
struct Kind {
    table: &'static str,
    statuses: [&'static str; 3],
    /// What can change of each record, by id, and what no change of many touches.
    state: &'static str,
    can_be_deleted: bool,
}

const CLIENTS: Kind = Kind {
    table: "clients",
    statuses: ["new", "active", "dormant"],
    state: "select coalesce(jsonb_object_agg(id, jsonb_build_object('owner', assigned_to, 'team', team_id, 'status', status,
        'tags', tags, 'deleted', deleted_at, 'rest', jsonb_build_array(first_name, last_name, email, country,
        kyc_status, source, custom, created_at, created_by))), '{}') from clients",
    can_be_deleted: true,
};
const LEADS: Kind = Kind {
    table: "leads",
    statuses: ["new", "contacted", "interested"],
    state: "select coalesce(jsonb_object_agg(id, jsonb_build_object('owner', assigned_to, 'team', team_id, 'status', status,
        'tags', tags, 'deleted', null, 'rest', jsonb_build_array(first_name, last_name, email, country,
        partner_id, source, message, custom, created_at, created_by))), '{}') from leads",
    can_be_deleted: false,
};

/// What can change of each record, by id.
type State = BTreeMap<Uuid, Json>;

async fn state(broker: &Broker<'_>, kind: Kind) -> State {
    let all: Json = broker.tx().await.scalar(kind.state, []).await.unwrap().unwrap();
    all.as_object().unwrap().iter().map(|(id, row)| (id.parse().unwrap(), row.clone())).collect()
}

/// The fields in which two states of a record differ.
fn differing<'a>(a: &'a Json, b: &Json) -> Vec<&'a str> {
    a.as_object().unwrap().iter().filter(|(name, value)| **value != b[name.as_str()]).map(|(name, _)| name.as_str()).collect()
}

/// A random change of many; returns the path and the body.
fn change(dice: &mut Dice, kind: Kind, users: &[Uuid], teams: &[Uuid], ids: &[Uuid]) -> (String, Json) {
    let statuses = kind.statuses;
    let mut body = match dice.below(3) {
        0 => json!({ "filter": {} }),
        1 => json!({ "filter": { "status": dice.pick(&statuses) }, "except": [dice.pick(ids), dice.pick(ids)] }),
        _ => json!({ "ids": (0..1 + dice.below(20)).map(|_| dice.pick(ids)).collect::<Vec<_>>() }),
    };
    let (verb, fields) = match dice.below(if kind.can_be_deleted { 8 } else { 7 }) {
        0 => ("assign", json!({ "assigned_to": dice.pick(users) })),
        1 => ("assign", json!({ "assigned_to": null })),
        2 => ("assign", json!({ "team_id": dice.pick(teams) })),
        3 => ("assign", json!({ "distribute": { "users": users, "by": dice.pick(&["load", "round_robin"]) } })),
        4 => ("bulk", json!({ "change": { "status": dice.pick(&statuses) } })),
        5 => ("bulk", json!({ "change": { "add_tags": [dice.pick(&TAGS)] } })),
        6 => {
            let status = dice.pick(&statuses);
            ("bulk", json!({ "change": { "status": status, "remove_tags": [dice.pick(&TAGS)] } }))
        }
        _ => ("bulk", json!({ "change": { "delete": true } })),
    };
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    (format!("/api/{}/{verb}", kind.table), body)
}

/// Somebody works on a record meanwhile; what is refused (it is deleted, alive, or goes no such way) changes
/// nothing.
async fn edit(dice: &mut Dice, kind: Kind, api: &Api<'_>, id: Uuid, users: &[Uuid]) {
    let path = format!("/api/{}/{id}", kind.table);
    let reply = match dice.below(if kind.can_be_deleted { 6 } else { 4 }) {
        0 => api.patch(&path, &json!({ "status": dice.pick(&kind.statuses) })).await,
        1 => api.patch(&path, &json!({ "assigned_to": dice.pick(users) })).await,
        2 => api.patch(&path, &json!({ "tags": [dice.pick(&TAGS)] })).await,
        3 => api.patch(&path, &json!({ "source": format!("Fair {}", dice.below(1_000)) })).await,
        4 => api.delete(&path).await,
        _ => api.post(&format!("{path}/restore"), &json!({})).await,
    };
    assert!(reply.status < 500, "{}", reply.text);
}

/// What must come out: records whose changed fields are still as the change left them are as before in
/// these fields; all else is as it is.
fn expected(before: &State, after: &State, now: &State) -> (State, u64, u64) {
    let (mut wanted, mut restored, mut skipped) = (now.clone(), 0, 0);
    for (id, row) in after {
        let mut changed = differing(row, &before[id]);
        if changed.is_empty() {
            continue;
        }
        // Owner and team go together.
        if changed.contains(&"owner") || changed.contains(&"team") {
            changed = vec!["owner", "team"];
        }
        let same = changed.iter().all(|field| now[id][*field] == row[*field]);
        let alive = changed == ["deleted"] || now[id]["deleted"].is_null();
        if same && alive {
            for field in changed {
                wanted.get_mut(id).unwrap()[field] = before[id][field].clone();
            }
            restored += 1;
        } else {
            skipped += 1;
        }
    }
    (wanted, restored, skipped)
}

#[tokio::test]
async fn undo_restores_exactly_what_is_untouched_of_clients() {
    undo_restores_exactly_what_is_untouched(CLIENTS, 20_261_126).await;
}

#[tokio::test]
async fn undo_restores_exactly_what_is_untouched_of_leads() {
    undo_restores_exactly_what_is_untouched(LEADS, 20_261_127).await;
}

async fn undo_restores_exactly_what_is_untouched(kind: Kind, seed: u64) {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let teams = [broker.team("One", None).await, broker.team("Two", None).await];
    let users = [
        broker.user("Anna", "Agent", Some(teams[0])).await,
        broker.user("Ben", "Agent", Some(teams[1])).await,
        broker.user("Cem", "Agent", None).await,
    ];
    let manager = broker.manager().await;
    if kind.can_be_deleted {
        super::bulk::fill(&broker, 40, "DE", None, None).await;
        super::bulk::fill(&broker, 20, "GB", Some(users[0]), Some(teams[0])).await;
    } else {
        super::bulk::fill_leads(&broker, 40, None, None).await;
        super::bulk::fill_leads(&broker, 20, Some(users[0]), Some(teams[0])).await;
        // Not every step is one that the settings allow.
        let way = json!({ "transitions": ["contacted"] });
        manager.patch("/api/statuses/lead/new", &way).await.expect(200);
    }
    let mut dice = Dice(seed);
    let ids: Vec<Uuid> = state(&broker, kind).await.into_keys().collect();
    let (mut undone, mut left) = (0, 0);
    for round in 0..40 {
        let before = state(&broker, kind).await;
        let (path, body) = change(&mut dice, kind, &users, &teams, &ids);
        let counted = manager.post(&format!("{path}?dry_run=true"), &body).await.expect(200);
        let many = manager.post(&path, &body).await.expect(200);
        // Of a spread nobody can tell before who gets what.
        if body.get("distribute").is_none() {
            assert_eq!(counted["count"], many["updated"], "round {round}: {path} {body}");
        }
        let after = state(&broker, kind).await;
        let moved = ids.iter().filter(|id| before[id] != after[id]).count() as u64;
        assert_eq!(many["updated"], moved, "round {round}: {path} {body}");
        for id in &ids {
            assert_eq!(before[id]["rest"], after[id]["rest"], "round {round}: {path} {body}");
        }
        let Some(undo_id) = many["undo_id"].as_str() else { continue };
        for _ in 0..dice.below(15) {
            let id = dice.pick(&ids);
            edit(&mut dice, kind, &manager, id, &users).await;
        }
        // Sometimes another change of many lies above it.
        if dice.below(4) == 0 {
            let (path, body) = change(&mut dice, kind, &users, &teams, &ids);
            manager.post(&path, &body).await.expect(200);
        }
        // Sometimes it stays.
        if dice.below(5) == 0 {
            continue;
        }
        let now = state(&broker, kind).await;
        let (wanted, restored, skipped) = expected(&before, &after, &now);
        let told = manager.post(&format!("/api/undo/{undo_id}"), &json!({})).await.expect(200);
        let result = state(&broker, kind).await;
        for id in &ids {
            assert_eq!(result[id], wanted[id], "round {round}: {path} {body}: before {}, after {}", before[id], after[id]);
        }
        assert_eq!((&told["restored"], &told["skipped"]), (&json!(restored), &json!(skipped)), "round {round}: {path} {body}");
        (undone, left) = (undone + restored, left + skipped);
        // Enough alive for the next round.
        if kind.can_be_deleted && result.values().filter(|row| row["deleted"].is_null()).count() < 30 {
            for id in &ids {
                let _ = manager.post(&format!("/api/clients/{id}/restore"), &json!({})).await;
            }
        }
    }
    assert!(undone > 100 && left > 10, "too little happened: {undone} restored, {left} left");
    // Nothing is lost, and the log is whole.
    assert_eq!(state(&broker, kind).await.len(), ids.len());
    let verdict = manager.post("/api/audit/verify", &json!({})).await.expect(200);
    assert_eq!(verdict["ok"], true, "{verdict}");
}
