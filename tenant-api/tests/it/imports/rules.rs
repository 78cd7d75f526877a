//! What becomes of columns, and of people who are there already.

use serde_json::{Value as Json, json};
use test_kit::World;

use super::{RAN, counts, map, mapped, preview, run, send, total};

const FILE: &str = "First name,Last name,Email,Phone,Country,Source,Status,Tags\n\
    Jane,Doe,jane@example.com,+442071838750,GB,Fair,new,\"vip, gold\"\n\
    Known,Person,KNOWN@example.com,+442071838751,DE,File,active,gold\n\
    Jane,Again,jane@example.com,,FR,,,\n";

async fn known(api: &test_kit::Api<'_>) -> Json {
    let body = json!({ "first_name": "Old", "last_name": "Person", "email": "known@example.com", "source": "Before" });
    api.post("/api/clients", &body).await.expect(201)
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_are_left_alone() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let old = known(&api).await;
    let path = mapped(&api, "clients", FILE, json!({})).await;
    let seen = preview(&api, &path).await;
    let names = ["total", "valid", "invalid", "duplicates", "duplicates_in_file", "duplicates_in_database"];
    assert_eq!(counts(&seen, names), [3, 3, 0, 2, 1, 1]);
    assert_eq!((&seen["sample"][0]["values"]["tags"], &seen["sample"][0]["duplicate"]), (&json!("vip, gold"), &json!(false)));
    let rows = api.get(&format!("{path}/rows?state=duplicate")).await.expect(200);
    assert_eq!((&rows["data"][0]["row"], &rows["data"][0]["existing"]["id"]), (&json!(3), &old["id"]));
    assert_eq!((&rows["data"][1]["row"], &rows["data"][1]["twin_row"]), (&json!(4), &json!(2)));
    let done = run(&api, &path).await;
    assert_eq!(counts(&done, RAN), [3, 3, 1, 0, 2, 0]);
    assert_eq!(total(&api, "/api/clients").await, 2);
    let same = api.get(&format!("/api/clients/{}", old["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((&same["name"], &same["version"]), (&json!("Old Person"), &json!(1)));
    let tags = api.get("/api/tags").await.expect(200);
    let tags: Vec<&str> =
        tags["data"].as_array().unwrap_or_else(|| tags.as_array().unwrap()).iter().map(|t| t["name"].as_str().unwrap()).collect();
    assert_eq!(tags, ["gold", "vip"]);
    api.post(&format!("{path}/start"), &json!({})).await.refused(409, "already_started");
    api.put(&format!("{path}/mapping"), &json!({ "mapping": {} })).await.refused(409, "already_started");
}

#[tokio::test(flavor = "multi_thread")]
async fn duplicates_take_what_is_empty_or_all() {
    let world = World::new().await;
    world.start_workers();
    for (slug, how) in [("fills", "empty"), ("overwrites", "all")] {
        let broker = world.broker(slug).await;
        let api = broker.manager().await;
        let old = known(&api).await;
        let path = mapped(&api, "clients", FILE, json!({ "duplicates": "update", "update": how })).await;
        preview(&api, &path).await;
        assert_eq!(
            counts(&run(&api, &path).await, RAN)[2..5],
            [1, if how == "all" { 2 } else { 1 }, if how == "all" { 0 } else { 1 }]
        );
        let now = api.get(&format!("/api/clients/{}", old["id"].as_str().unwrap())).await.expect(200);
        let told = json!([now["first_name"], now["phone"], now["country"], now["source"], now["status"], now["tags"]]);
        let wanted = match how {
            "empty" => json!(["Old", "+442071838751", "DE", "Before", "new", ["gold"]]),
            _ => json!(["Known", "+442071838751", "DE", "File", "active", ["gold"]]),
        };
        assert_eq!(told, wanted);
        let jane = api.get("/api/clients?search=jane").await.expect(200);
        let told = json!([jane["total"], jane["data"][0]["last_name"], jane["data"][0]["country"]]);
        assert_eq!(told, if how == "all" { json!([1, "Again", "FR"]) } else { json!([1, "Doe", "GB"]) });
        // Who looks at the client sees what changed.
        let log = api.get(&format!("/api/clients/{}/timeline", old["id"].as_str().unwrap())).await.expect(200);
        let fields: Vec<&str> = log["data"][0]["diff"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap()).collect();
        assert!(log["data"][0]["action"] == "client.updated" && fields.contains(&"phone"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_decides_about_duplicates() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let old = known(&api).await;
    let path = mapped(&api, "clients", FILE, json!({ "duplicates": "review" })).await;
    preview(&api, &path).await;
    let done = run(&api, &path).await;
    assert_eq!((counts(&done, RAN), &done["review"]), ([3, 3, 1, 0, 2, 0], &json!(2)));
    let rows = api.get(&format!("{path}/rows?state=review")).await.expect(200);
    assert_eq!((&rows["total"], &rows["data"][0]["existing"]["name"]), (&json!(2), &json!("Old Person")));
    let decide =
        async |row: u32, choice: &str| api.post(&format!("{path}/rows/{row}/decide"), &json!({ "choice": choice })).await;
    decide(3, "maybe").await.refused(422, "validation_failed");
    let after = decide(3, "update").await.expect(200);
    assert_eq!((counts(&after, RAN), &after["review"]), ([3, 3, 1, 1, 1, 0], &json!(1)));
    let now = api.get(&format!("/api/clients/{}", old["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(now["first_name"], "Known");
    decide(3, "skip").await.refused(409, "row_decided");
    // Two clients can't have one e-mail, whatever somebody decides.
    decide(4, "create").await.refused(409, "email_exists");
    let after = decide(4, "skip").await.expect(200);
    assert_eq!((counts(&after, RAN), &after["review"]), ([3, 3, 1, 1, 1, 0], &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn leads_are_the_same_by_mail_or_else_by_phone() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let body = json!({ "first_name": "Old", "last_name": "Lead", "phone": "+442071838750" });
    api.post("/api/leads", &body).await.expect(201);
    let text = "first_name,last_name,email,phone,message\n\
        A,One,a@example.com,+442071838750,Hello\n\
        B,Two,,020 7183 8750,\n\
        C,Three,c@example.com,,\n\
        C,Twice,c@example.com,,\n\
        D,Nobody,,,\n";
    let path = mapped(&api, "leads", text, json!({ "duplicates": "create_anyway", "default_country": "GB" })).await;
    let seen = preview(&api, &path).await;
    assert_eq!(
        counts(&seen, ["valid", "invalid", "duplicates", "duplicates_in_file", "duplicates_in_database"]),
        [4, 1, 2, 1, 1]
    );
    assert_eq!((&seen["errors"][0]["code"], &seen["errors"][0]["column"]), (&json!("required"), &json!("email")));
    assert_eq!(counts(&run(&api, &path).await, RAN), [5, 5, 4, 0, 0, 1], "leads may stand there twice");
    assert_eq!(total(&api, "/api/leads").await, 5);
    let one = api.get("/api/leads?search=One").await.expect(200);
    assert_eq!((&one["data"][0]["message"], &one["data"][0]["status"]), (&json!("Hello"), &json!("new")));
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_become_what_is_said() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let anna = broker.user("Anna", "Agent", Some(broker.team("Sales", None).await)).await;
    let text = "Kunde,Mail,Zustand,Betreuer,Risiko,Lots,Geburt\n\
        \"Doe, Jane\",jane@example.com,Aktiv,anna@acme.example,Hoch,\"1.234,5\",02.03.1984\n\
        John Roe,john@example.com,,Anna,Niedrig,2,31.12.1990\n\
        Max Moe,max@example.com,Unfug,Nobody,Hoch,viele,31/31/1990\n";
    let sent = send(&api, "clients", "kunden.csv", text).await.expect(201);
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    let faulty = json!({
        "mapping": { "Kunde": "shoe_size", "Mail": "email", "Lots": "email", "Nothing": "source" },
        "duplicates": "guess", "update": "some", "match": ["name"], "date_format": "backwards", "default_country": "Atlantis",
        "defaults": { "nothing": "x" }, "values": { "Nobody": {} },
    });
    let refused = api.put(&format!("{path}/mapping"), &faulty).await.refused(422, "validation_failed");
    let named: Vec<&str> = refused["data"]["fields"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        named,
        [
            "date_format",
            "default_country",
            "defaults.nothing",
            "duplicates",
            "mapping.Kunde",
            "mapping.Mail",
            "mapping.Nothing",
            "match",
            "update",
            "values.Nobody"
        ]
    );
    let body = json!({
        "mapping": { "Kunde": "name", "Mail": "email", "Zustand": "status", "Betreuer": "assigned_to", "Geburt": "date_of_birth" },
        "values": { "Zustand": { "aktiv": "active" } },
        "defaults": { "source": "Old CRM", "country": "Germany", "tags": "moved" },
        "new_fields": [{ "column": "Risiko", "label": "Risk", "type": "choice" }, { "column": "Lots", "type": "number" }],
        "date_format": "DD.MM.YYYY", "name": "Old CRM",
    });
    let said = api.put(&format!("{path}/mapping"), &body).await.expect(200);
    assert_eq!((&said["status"], &said["mapping"]["mapping"]["Risiko"]), (&json!("mapped"), &json!("custom.risk")));
    let seen = preview(&api, &path).await;
    assert_eq!(counts(&seen, ["valid", "invalid"]), [2, 1], "{seen}");
    let mut codes: Vec<(&str, &str)> =
        seen["errors"].as_array().unwrap().iter().map(|e| (e["column"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        [("Betreuer", "user_unknown"), ("Geburt", "date_invalid"), ("Lots", "invalid"), ("Zustand", "status_unknown")]
    );
    assert_eq!(run(&api, &path).await["created"], 2);
    let jane = api.get("/api/clients?search=jane").await.expect(200)["data"][0].clone();
    let told =
        json!([jane["name"], jane["status"], jane["assigned_to"], jane["source"], jane["country"], jane["tags"], jane["custom"]]);
    assert_eq!(told, json!(["Jane Doe", "active", anna, "Old CRM", "DE", ["moved"], { "risk": "hoch", "lots": 1234.5 }]));
    assert_eq!((&jane["date_of_birth"], jane["team_id"].is_string()), (&json!("1984-03-02"), true));
    // The next file of this kind knows what was said.
    let again = send(&api, "clients", "kunden2.csv", text).await.expect(201);
    assert_eq!((&again["remembered"]["name"], &again["remembered"]["mapping"]["Zustand"]), (&json!("Old CRM"), &json!("status")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_corrected_in_place() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let text = "first_name,last_name,email\nJane,Doe,jane@example.com\nJohn,,nobody\nMax,Moe,max@\n";
    let path = mapped(&api, "clients", text, json!({})).await;
    assert_eq!(counts(&preview(&api, &path).await, ["valid", "invalid"]), [1, 2]);
    let fix = async |row: u32, values: Json| api.patch(&format!("{path}/rows/{row}"), &json!({ "values": values })).await;
    fix(2, json!({ "email": "x@example.com" })).await.refused(409, "row_valid");
    fix(3, json!({ "mail": "x" })).await.refused(422, "validation_failed");
    fix(99, json!({ "email": "x" })).await.refused(404, "not_found");
    let half = fix(3, json!({ "last_name": "Doe" })).await.expect(200);
    assert_eq!((&half["row"]["state"], &half["row"]["errors"][0]["code"]), (&json!("invalid"), &json!("email_invalid")));
    let whole = fix(3, json!({ "email": "JANE@example.com" })).await.expect(200);
    assert_eq!((&whole["row"]["state"], counts(&whole, ["valid", "invalid", "duplicates"])), (&json!("duplicate"), [2, 1, 1]));
    let groups = api.get(&format!("{path}/preview")).await.expect(200)["error_groups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 1, "{groups}");
    assert_eq!(counts(&run(&api, &path).await, RAN), [3, 3, 1, 0, 1, 1]);
    fix(4, json!({ "email": "max@example.com" })).await.refused(409, "already_started");
}

/// The form and a file refuse the same values.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_is_checked_as_the_form_checks() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let long = "x".repeat(101);
    let cases = [
        ["Jane", "Doe", "jane1@example.com", "+442071838750", "GB", "1984-03-02", "Fair"],
        ["", "Doe", "jane2@example.com", "", "", "", ""],
        [long.as_str(), "Doe", "jane3@example.com", "", "", "", ""],
        ["Jane", "Doe", "jane", "", "", "", ""],
        ["Jane", "Doe", ".jane@example.com", "", "", "", ""],
        ["Jane", "Doe", "jane4@example.com", "12", "", "", ""],
        ["Jane", "Doe", "jane5@example.com", "020 7183 8750", "", "", ""],
        ["Jane", "Doe", "jane6@example.com", "030 901820", "DE", "", ""],
        ["Jane", "Doe", "jane7@example.com", "", "ZZ", "", ""],
        ["Jane", "Doe", "jane8@example.com", "", "", "1899-12-31", ""],
        ["Jane", "Doe", "jane9@example.com", "", "", "2099-01-01", ""],
        ["Jane", "Doe", "jane10@example.com", "", "", "", long.as_str()],
    ];
    let header = ["first_name", "last_name", "email", "phone", "country", "date_of_birth", "source"];
    let mut text = header.join(",");
    for case in &cases {
        text.push('\n');
        text.push_str(&case.join(","));
    }
    let path = mapped(&api, "clients", &text, json!({})).await;
    let seen = preview(&api, &path).await;
    let faults = seen["errors"].as_array().unwrap().clone();
    for (n, case) in cases.iter().enumerate() {
        let body: serde_json::Map<String, Json> =
            header.iter().zip(case).filter(|(_, v)| !v.is_empty()).map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
        let answer = api.post("/api/clients", &Json::Object(body)).await;
        let mut form: Vec<String> = Vec::new();
        if let Some(fields) = answer.json["data"]["fields"].as_object() {
            form.extend(
                fields
                    .iter()
                    .flat_map(|(f, all)| all.as_array().unwrap().iter().map(move |m| format!("{f} {}", m.as_str().unwrap()))),
            );
        }
        let of_row = faults.iter().filter(|e| e["row"] == n + 2);
        let mut row: Vec<String> =
            of_row.map(|e| format!("{} {}", e["column"].as_str().unwrap(), e["message"].as_str().unwrap())).collect();
        form.sort_unstable();
        row.sort_unstable();
        assert_eq!(row, form, "{case:?}: {}", answer.text);
    }
    assert!(faults.len() >= 7, "{faults:?}");
    let mapped_again = map(&api, &path, &api.get(&path).await.expect(200), json!({})).await;
    mapped_again.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn partners_are_found_by_name_or_mail() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let partner = async |name: &str, email: &str| {
        api.post("/api/partners", &json!({ "name": name, "email": email })).await.expect(201)["id"].as_str().unwrap().to_owned()
    };
    let ann = partner("Ann Partner", "ann@partner.example").await;
    partner("Twin", "twin1@partner.example").await;
    partner("Twin", "twin2@partner.example").await;
    let text = "first_name,last_name,email,Partner\n\
        A,One,a1@example.com,ANN partner\n\
        A,Two,a2@example.com,ann@partner.example\n\
        A,Three,a3@example.com,\n\
        A,Four,a4@example.com,Nobody\n\
        A,Five,a5@example.com,twin\n";
    for (entity, list) in [("leads", "/api/leads"), ("clients", "/api/clients")] {
        let path = mapped(&api, entity, text, json!({})).await;
        let seen = preview(&api, &path).await;
        assert_eq!(counts(&seen, ["valid", "invalid"]), [3, 2], "{seen}");
        assert!(seen["errors"].as_array().unwrap().iter().all(|e| e["code"] == "partner_unknown" && e["column"] == "Partner"));
        assert_eq!(seen["sample"][0]["values"]["partner_id"], "Ann Partner");
        run(&api, &path).await;
        let id = path.rsplit('/').next().unwrap();
        let found = api.get(&format!("{list}?import_id={id}&sort=created_at")).await.expect(200);
        let brought = found["data"].as_array().unwrap().iter().filter(|r| r["partner_id"] == json!(ann)).count();
        assert_eq!((brought, found["data"].as_array().unwrap().len()), (2, 3), "{found}");
        // How many leads a partner brought is counted, and counted back.
        let leads = async || api.get(&format!("/api/partners/{ann}")).await.expect(200)["leads"].clone();
        assert_eq!(leads().await, if entity == "leads" { 2 } else { 0 });
        api.post(&format!("{path}/undo"), &json!({})).await.expect(202);
        super::ended(&api, &path, &["undone"]).await;
        assert_eq!(leads().await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_looked_for_on_the_server() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let mut text = String::from("first_name,last_name,email,country\n");
    for n in 0..300 {
        let (email, country) = if n % 3 == 0 { ("nobody".to_owned(), "GB") } else { (format!("x{n}@example.com"), "Nowhere") };
        text.push_str(&format!("First,Last{n},{email},{country}\n"));
    }
    text.push_str("Fine,Row,fine@example.com,GB\n");
    let path = mapped(&api, "clients", &text, json!({})).await;
    assert_eq!(counts(&preview(&api, &path).await, ["valid", "invalid"]), [1, 300]);
    let of = async |query: &str| api.get(&format!("{path}/rows?{query}")).await.expect(200);
    for (query, wanted) in [
        ("state=invalid", 300),
        ("state=invalid&column=email", 100),
        ("state=invalid&column=country&code=country_invalid", 200),
        ("column=email&code=country_invalid", 0),
        ("code=email_invalid", 100),
        ("state=invalid&search=last29", 11),
        ("state=invalid&search=last29%20nobody", 3),
        ("search=FINE", 1),
        ("state=invalid&search=%25", 0),
    ] {
        assert_eq!(of(query).await["total"], wanted, "{query}");
    }
    // Page by page, in the order of the file, each row once.
    let (mut cursor, mut rows) = (String::new(), Vec::new());
    loop {
        let page = of(&format!("state=invalid&column=email&limit=30&cursor={cursor}")).await;
        rows.extend(page["data"].as_array().unwrap().iter().map(|r| r["row"].as_u64().unwrap()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(rows, (0..100).map(|n| n * 3 + 2).collect::<Vec<u64>>());
    api.get(&format!("{path}/rows?state=lost&search={}", "x".repeat(300))).await.refused(422, "validation_failed");
    let limits = api.get("/api/imports/limits").await.expect(200);
    assert_eq!(limits["max_bytes"], 2_048_u64 * 1024 * 1024);
}
