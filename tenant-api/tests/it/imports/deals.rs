//! Deals and opportunities from files: what their words mean, where they stand, and that all of it can be taken back.

use runtime::Rows as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use super::{RAN, counts, exported, faults, mapped, preview, run, send, suggested, there_and_back, total, undo};
use crate::deals::Dice;

fn text<'j>(json: &'j Json, name: &str) -> &'j str {
    json[name].as_str().unwrap_or_else(|| panic!("no {name} in {json}"))
}

async fn made(api: &Api<'_>, path: &str, body: Json) -> String {
    text(&api.post(path, &body).await.expect(201), "id").to_owned()
}

async fn client(api: &Api<'_>, first: &str, last: &str, email: &str) -> String {
    made(api, "/api/clients", json!({ "first_name": first, "last_name": last, "email": email })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_deals_comes_in_whatever_its_headings() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    api.patch("/api/settings", &json!({ "timezone": "UTC" })).await.expect(200);
    let anna = broker.user("Anna", "Agent", None).await;
    let north = client(&api, "Nora", "North", "nora@example.com").await;
    let south = client(&api, "Sam", "South", "sam@example.com").await;
    let bob = json!({ "first_name": "Bob", "email": "bob@example.com", "client_id": south, "company": "Acme" });
    let bob = made(&api, "/api/contacts", bob).await;
    made(&api, "/api/deals", json!({ "name": "Old deal", "client_id": north })).await;
    made(&api, "/api/deals", json!({ "name": "At the end", "stage": "qualified" })).await;
    api.post("/api/custom-fields", &json!({ "entity": "deal", "label": "Desk", "type": "number" })).await.expect(201);

    let file = format!(
        "Deal name;Kunde;Contact person;Pipeline;Stage;Betrag;Währung;Probability;Close date;Created;Closed;Lost reason;Next step;Owner;Tags;Desk
Big one;nora@example.com;;;Qualified;€ 1.234.567,50;;25%;31.12.2030;1.2.2026;;;Call;Anna;vip, new;7
Won one;Sam South;;Sales;won;9007199254740993,0001;USD;;1.3.2026;3.1.2026;5.2.2026 14:30;too late;;;;
Lost one;;Bob;sales;Lost;2.500;chf;0,4;;;4.2.2026;Too dear;;;;
ÓLD DEAL;{north};;;;;;;;;;;;;;
Twice;;;Renewals;;10,00;€;;;;;;;;;
twice;;;renewals;Offer sent;;;;;;;;;;;
;nobody@example.com;Nobody;Nowhere;;many;?;120;soon;;;;;;;
Wrong;;;;Signed;-5;;;;1.1.2099;2.2.2026;;;Nobody;;many
Later;;;;Lead;5 USD;EUR;12,5;;5.2.2026;4.2.2026;;;;;
"
    );
    let sent = send(&api, "deals", "Geschaefte.csv", file).await.expect(201);
    let found = suggested(&sent);
    for pair in [
        ("Deal name", "name"),
        ("Kunde", "client_id"),
        ("Contact person", "contact_id"),
        ("Stage", "stage"),
        ("Betrag", "amount"),
        ("Währung", "currency"),
        ("Close date", "expected_close_date"),
        ("Created", "created_at"),
        ("Closed", "closed_at"),
        ("Next step", "next_steps"),
        ("Desk", "custom.desk"),
    ] {
        assert!(found.contains(&pair), "{pair:?} in {found:?}");
    }
    let stage = sent["fields"].as_array().unwrap().iter().find(|f| f["key"] == "stage").unwrap();
    assert!(stage["options"].as_array().unwrap().contains(&json!({ "key": "offer_sent", "label": "Offer sent" })), "{stage}");
    let path = format!("/api/imports/{}", text(&sent, "id"));
    for rule in ["update", "review"] {
        let refused = super::map(&api, &path, &sent, json!({ "duplicates": rule })).await.refused(422, "validation_failed");
        assert_eq!(refused["data"]["fields"]["duplicates"], json!(["must be skip or create_anyway for deals"]), "{refused}");
    }
    super::map(&api, &path, &sent, json!({})).await.expect(200);
    let seen = preview(&api, &path).await;
    let numbers = counts(&seen, ["total", "valid", "invalid", "duplicates_in_database", "duplicates_in_file"]);
    assert_eq!(numbers, [9, 6, 3, 1, 1], "{seen}");
    let wrong = faults(&seen);
    for fault in [
        (8, "Deal name", "required"),
        (8, "Kunde", "client_unknown"),
        (8, "Contact person", "contact_unknown"),
        (8, "Pipeline", "pipeline_unknown"),
        (8, "Betrag", "amount_invalid"),
        (8, "Währung", "currency_invalid"),
        (8, "Probability", "probability_invalid"),
        (8, "Close date", "date_invalid"),
        (9, "Stage", "stage_unknown"),
        (9, "Betrag", "amount_invalid"),
        (9, "Created", "date_invalid"),
        (9, "Owner", "user_unknown"),
        (9, "Desk", "invalid"),
        (10, "Währung", "currency_invalid"),
        (10, "Probability", "probability_invalid"),
        (10, "Closed", "invalid"),
    ] {
        assert!(wrong.contains(&fault), "{fault:?} in {wrong:?}");
    }
    let values = &seen["sample"][0]["values"];
    assert_eq!(
        (&values["name"], &values["client_id"], &values["amount"]),
        (&json!("Big one"), &json!("Nora North"), &json!("1234567.50"))
    );
    // Whoever puts the row right sees what it becomes; the stage of a renewal is none of a sale.
    let fixed =
        json!({ "values": { "Stage": "Proposal", "Betrag": "5", "Created": "", "Closed": "", "Owner": "", "Desk": "1" } });
    let fixed = api.patch(&format!("{path}/rows/9"), &fixed).await.expect(200);
    assert_eq!((fixed["valid"].as_u64(), text(&fixed["row"], "state")), (Some(7), "valid"), "{fixed}");

    let done = run(&api, &path).await;
    assert_eq!(counts(&done, RAN), [9, 9, 5, 0, 2, 2], "{done}");
    assert_eq!(done["entity"], "deals");
    let list = api.get(&format!("/api/deals?import_id={}&sort=name", text(&sent, "id"))).await.expect(200);
    let names: Vec<&str> = list["data"].as_array().unwrap().iter().map(|d| text(d, "name")).collect();
    assert_eq!(names, ["Big one", "Lost one", "Twice", "Won one", "Wrong"]);
    let big = &list["data"][0];
    for (field, value) in [
        ("client_id", json!(north)),
        ("pipeline", json!("sales")),
        ("stage", json!("qualified")),
        ("outcome", json!("none")),
        ("amount", json!("1234567.50")),
        ("currency", json!("EUR")),
        ("probability", json!(25)),
        ("expected_close_date", json!("2030-12-31")),
        ("created_at", json!("2026-02-01T00:00:00+00:00")),
        ("next_steps", json!("Call")),
        ("assigned_to", json!(anna)),
        ("tags", json!(["vip", "new"])),
        ("custom", json!({ "desk": 7 })),
    ] {
        assert_eq!(big[field], value, "{field}");
    }
    let lost = &list["data"][1];
    for (field, value) in [
        ("contact_id", json!(bob)),
        ("client_id", json!(south)),
        ("outcome", json!("lost")),
        // Beside amounts with a comma before their decimals a dot stands before thousands.
        ("amount", json!("2500.00")),
        ("currency", json!("CHF")),
        ("lost_reason", json!("Too dear")),
        ("closed_at", json!("2026-02-04T00:00:00+00:00")),
        ("created_at", json!("2026-02-04T00:00:00+00:00")),
    ] {
        assert_eq!(lost[field], value, "{field}");
    }
    let won = &list["data"][3];
    assert_eq!((text(won, "amount"), text(won, "closed_at")), ("9007199254740993.0001", "2026-02-05T14:30:00+00:00"));
    assert!(won["lost_reason"].is_null(), "{won}");
    let twice = &list["data"][2];
    assert_eq!((text(twice, "pipeline"), text(twice, "stage"), text(twice, "currency")), ("renewals", "upcoming", "EUR"));
    // The new one stands at the end of its column, and its way begins where it stands.
    let board = api.get("/api/deals/board?pipeline=sales").await.expect(200);
    let cards = board["columns"].as_array().unwrap().iter().find(|c| c["stage"] == "qualified").unwrap();
    let cards: Vec<&str> = cards["deals"].as_array().unwrap().iter().map(|d| text(d, "name")).collect();
    assert_eq!(cards, ["At the end", "Big one"]);
    let steps = api.get(&format!("/api/deals/{}/stages", text(won, "id"))).await.expect(200);
    let steps = steps.as_array().unwrap();
    assert_eq!(steps.len(), 1);
    assert_eq!(
        (text(&steps[0], "to"), text(&steps[0], "at"), steps[0]["from"].is_null()),
        ("won", "2026-02-05T14:30:00+00:00", true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stage_requires_a_file_must_have() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    let sql =
        "update pipeline_stages set required = '{amount,client_id,next_steps}' where pipeline_key = 'sales' and key = 'proposal'";
    let tx = broker.tx().await;
    tx.run(sql, []).await.unwrap();
    tx.commit().await.unwrap();
    let file = "name,stage,amount,client\nA,Proposal,x,nobody@example.com\nB,Proposal,,\nC,Lead,,\n";
    let path = mapped(&api, "opportunities", file, json!({})).await;
    let seen = preview(&api, &path).await;
    let wrong = faults(&seen);
    // What is wrong is not missing besides.
    assert_eq!(
        wrong,
        [
            (2, "amount", "amount_invalid"),
            (2, "client", "client_unknown"),
            (2, "next_steps", "required"),
            (3, "amount", "required"),
            (3, "client", "required"),
            (3, "next_steps", "required"),
        ],
        "{seen}"
    );
    let done = run(&api, &path).await;
    assert_eq!((counts(&done, RAN), &done["entity"]), ([3, 3, 1, 0, 0, 2], &json!("opportunities")));
    assert_eq!((total(&api, "/api/opportunities").await, total(&api, "/api/deals").await), (1, 0));
    // A stage that goes before the start is no place any more.
    let path = mapped(&api, "deals", "name,stage\nD,Negotiation\n", json!({})).await;
    preview(&api, &path).await;
    let tx = broker.tx().await;
    tx.run("delete from pipeline_stages where pipeline_key = 'sales' and key = 'negotiation'", []).await.unwrap();
    tx.commit().await.unwrap();
    let failed = run(&api, &path).await;
    assert_eq!((&failed["status"], &failed["created"]), (&json!("failed"), &json!(0)), "{failed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_ours_goes_to_another_broker_and_comes_back_the_same() {
    let world = World::new().await;
    let (one, two) = (world.broker_from("first", "sales-crm").await, world.broker_from("second", "sales-crm").await);
    world.start_workers();
    let (a, b) = (one.manager().await, two.manager().await);
    for api in [&a, &b] {
        let nora = client(api, "Nora", "North", "nora@example.com").await;
        made(api, "/api/contacts", json!({ "first_name": "Zoë", "last_name": "Zola", "client_id": nora, "company": "Acme" }))
            .await;
        api.post("/api/custom-fields", &json!({ "entity": "deal", "label": "Desk", "type": "number" })).await.expect(201);
    }
    let nora = text(&a.get("/api/clients").await.expect(200)["data"][0], "id").to_owned();
    let zoe = text(&a.get("/api/contacts").await.expect(200)["data"][0], "id").to_owned();
    let first = json!({ "name": "=Licence", "client_id": nora, "contact_id": zoe, "amount": "1234.5678", "currency": "EUR",
        "stage": "proposal", "probability": 40, "expected_close_date": "2031-01-02", "description": "A\nB, \"C\"",
        "next_steps": "Call", "tags": ["vip", "late"], "custom": { "desk": 7 } });
    made(&a, "/api/deals", first).await;
    made(&a, "/api/deals", json!({ "name": "Won", "amount": "1.125", "stage": "won" })).await;
    made(&a, "/api/deals", json!({ "name": "Lost", "pipeline": "renewals", "stage": "churned", "lost_reason": "Too dear" }))
        .await;
    let columns = json!([
        "name",
        "pipeline",
        "stage",
        "probability",
        "amount",
        "currency",
        "expected_close_date",
        "closed_at",
        "lost_reason",
        "client_name",
        "contact_name",
        "tags",
        "description",
        "next_steps",
        "created_at",
        "custom.desk"
    ]);
    for language in ["en", "ar"] {
        let wish = json!({ "language": language, "columns": columns, "sort": "name" });
        let whole = exported(&world, &a, "deals", json!({ "language": language })).await;
        let path = mapped(&b, "deals", &whole, json!({})).await;
        let seen = preview(&b, &path).await;
        assert_eq!(counts(&seen, ["valid", "invalid", "duplicates"]), [3, 0, 0], "{language}: {seen}");
        assert_eq!(counts(&run(&b, &path).await, RAN), [3, 3, 3, 0, 0, 0], "{language}");
        let (went, came) = (exported(&world, &a, "deals", wish.clone()).await, exported(&world, &b, "deals", wish).await);
        assert_eq!(came, went, "{language}");
        assert!(came.contains("1234.5678") && came.lines().count() > 3, "{came}");
        // Sent once more, all of it is there already.
        let again = mapped(&b, "deals", &whole, json!({})).await;
        assert_eq!(counts(&preview(&b, &again).await, ["valid", "duplicates"]), [3, 3], "{language}");
        assert_eq!(undo(&b, &path).await["restored"], 3);
    }
}

/// A random file of deals: some are there already, some stand twice, some are faulty.
fn random(dice: &mut Dice, rows: usize) -> String {
    let mut text = String::from("name,client,stage,amount,currency,tags,closed,Level\n");
    for n in 0..rows {
        let name = match dice.below(6) {
            0 => format!("Known {}", dice.below(8)),
            1 => format!("Twice {}", dice.below(4)),
            2 => String::new(),
            _ => format!("New {n}"),
        };
        text.push_str(&format!(
            "{name},{},{},{},{},{},{},{}\n",
            ["", "client0@example.com", "client1@example.com", "nobody@example.com"][dice.below(4)],
            ["Lead", "won", "lost", "", "Nowhere"][dice.below(5)],
            ["1500", "\"1,500.25\"", "", "many"][dice.below(4)],
            ["EUR", "", "usd"][dice.below(3)],
            ["vip", "\"vip,cold\"", "spring", ""][dice.below(4)],
            ["", "2026-01-05"][dice.below(2)],
            dice.below(9),
        ));
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_of_deals_taken_back_leaves_everything_as_it_was() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    for n in 0..2 {
        client(&api, "Client", &n.to_string(), &format!("client{n}@example.com")).await;
    }
    for n in 0..8 {
        let mut body = json!({ "name": format!("Known {n}"), "tags": ["old"] });
        if n % 2 == 0 {
            body["amount"] = json!("5");
        }
        made(&api, if n % 3 == 0 { "/api/opportunities" } else { "/api/deals" }, body).await;
    }
    let mut dice = Dice(20_261_127);
    let (mut created, mut skipped) = (0, 0);
    for round in 0..10 {
        let entity = ["deals", "opportunities"][round % 2];
        let mut more = json!({ "duplicates": dice.pick(&["skip", "create_anyway"]) });
        if dice.below(2) == 0 {
            more["new_fields"] = json!([{ "column": "Level", "label": format!("Level {round}"), "type": "number" }]);
        }
        let done = there_and_back(&broker, entity, &random(&mut dice, 80), &more, async || ()).await;
        created += done["created"].as_u64().unwrap();
        skipped += done["skipped"].as_u64().unwrap();
    }
    assert!(created > 60 && skipped > 5, "{created} {skipped}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_worked_on_since_stays() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    world.start_workers();
    let api = broker.manager().await;
    let path = mapped(&api, "deals", "name\nA\nB\nC\nD\nE\nF\n", json!({})).await;
    preview(&api, &path).await;
    run(&api, &path).await;
    let of = async |name: &str| {
        let list = api.get(&format!("/api/deals?search={name}")).await.expect(200);
        list["data"].as_array().unwrap().first().map(|d| text(d, "id").to_owned())
    };
    let [a, b, c, d] = [of("A").await.unwrap(), of("B").await.unwrap(), of("C").await.unwrap(), of("D").await.unwrap()];
    api.patch(&format!("/api/deals/{a}"), &json!({ "amount": "5" })).await.expect(200);
    api.patch(&format!("/api/deals/{b}/stage"), &json!({ "stage": "qualified" })).await.expect(200);
    let note = made(&api, "/api/notes", json!({ "content": "Nice", "deal_id": c })).await;
    // A note that is deleted still names its deal.
    api.delete(&format!("/api/notes/{note}")).await;
    made(&api, "/api/activities", json!({ "type": "call", "subject": "Ask", "deal_id": d })).await;
    let undone = undo(&api, &path).await;
    assert_eq!((&undone["status"], &undone["restored"], &undone["kept"]), (&json!("undone"), &json!(2), &json!(4)), "{undone}");
    for id in [a, b, c, d] {
        api.get(&format!("/api/deals/{id}")).await.expect(200);
    }
    assert!(of("E").await.is_none() && of("F").await.is_none());
    let kept = api.get(&format!("{path}/rows?state=kept")).await.expect(200);
    assert_eq!((&kept["total"], &kept["data"][0]["values"]["name"]), (&json!(4), &json!("A")), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_imports_deals_sees_people_in_clear_and_their_own_deals() {
    let world = World::new().await;
    let broker = world.broker_from("acme", "sales-crm").await;
    let manager = broker.manager().await;
    client(&manager, "Nora", "North", "nora@example.com").await;
    made(&manager, "/api/deals", json!({ "name": "Secret" })).await;
    let permissions = json!({ "deals.read": "own", "deals.create": "all", "deals.import": "all", "clients.read": "own", "contacts.read": "own" });
    let fields =
        json!({ "clients.email": "masked", "clients.phone": "full", "contacts.email": "full", "contacts.phone": "full" });
    let role = json!({ "name": "Clerk", "permissions": permissions, "fields": fields });
    let role = text(&manager.post("/api/roles", &role).await.expect(201), "id").to_owned();
    world.drain().await;
    let clerk = broker.actor("Carl", "Clerk", None).await;
    let file = "name,client\nSecret,\nOther,nora@example.com\n";
    send(&clerk, "deals", "x.csv", file).await.refused(403, "field_masked");
    let more = json!({ "fields": { "clients.email": "full" } });
    manager.patch(&format!("/api/roles/{role}"), &more).await.expect(200);
    world.drain().await;
    send(&clerk, "opportunities", "x.csv", file).await.expect(201);
    send(&clerk, "activities", "x.csv", file).await.refused(403, "forbidden");
    let path = mapped(&clerk, "deals", file, json!({})).await;
    let seen = preview(&clerk, &path).await;
    // Neither a client nor a deal of somebody else is known to them.
    assert_eq!(counts(&seen, ["valid", "invalid", "duplicates"]), [1, 1, 0], "{seen}");
    assert_eq!(faults(&seen), [(3, "client", "client_unknown")]);
    world.drain().await;
    clerk.post(&format!("{path}/start"), &json!({})).await.expect(202);
    world.drain().await;
    // What they bring in is theirs, or they would lose sight of it.
    let mine = clerk.get("/api/deals").await.expect(200);
    assert_eq!((&mine["total"], &mine["data"][0]["name"]), (&json!(1), &json!("Secret")), "{mine}");
    let again = mapped(&clerk, "deals", file, json!({})).await;
    assert_eq!(preview(&clerk, &again).await["duplicates"], 1);
    // Whose module is off brings nothing in.
    let all: Vec<String> =
        serde_json::from_value(broker.nobody().get("/api/branding").await.expect(200)["modules"].clone()).unwrap();
    let without: Vec<&String> = all.iter().filter(|m| *m != "pipeline").collect();
    manager.patch("/api/settings", &json!({ "modules": without })).await.expect(200);
    send(&manager, "deals", "x.csv", file).await.refused(403, "module_off");
    send(&manager, "activities", "x.csv", "type,subject\ncall,A\n").await.expect(201);
}
