//! Files of other writers: every encoding, delimiter and line end comes to the same clients.

use serde_json::{Value as Json, json};
use test_kit::{Api, World};

use super::{RAN, counts, file, map, preview, run, send, total};

/// What each of the files of `make.py` holds.
async fn is_the_same(api: &Api<'_>, path: &str, country: &str) {
    let seen = preview(api, path).await;
    assert_eq!(counts(&seen, ["valid", "invalid", "duplicates"]), [3, 1, 0], "{seen}");
    let mut faults: Vec<(&str, &str)> =
        seen["errors"].as_array().unwrap().iter().map(|e| (e["column"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
    faults.sort_unstable();
    let wanted = [
        ("E-Mail", "email_invalid"),
        ("Geburtsdatum", "date_invalid"),
        ("Land", "country_invalid"),
        ("Telefon", "phone_invalid"),
    ];
    assert_eq!(faults, wanted, "{country}");
    assert!(seen["errors"].as_array().unwrap().iter().all(|e| e["row"] == 5), "{}", seen["errors"]);
    assert!(seen["errors"][1]["value"].as_str().is_some());
    let done = run(api, path).await;
    assert_eq!(counts(&done, RAN), [4, 4, 3, 0, 0, 1]);
    let id = path.rsplit('/').next().unwrap();
    let found = api.get(&format!("/api/clients?import_id={id}&sort=name")).await.expect(200);
    let people: Vec<Json> = found["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| json!([c["name"], c["email"], c["phone"], c["country"], c["date_of_birth"]]))
        .collect();
    let wanted = json!([
        ["Ana \"Anita\" López, Ruiz", "ana@example.com", "+34912345678", "ES", "1975-07-14"],
        ["Émilie Lefèvre", "emilie@example.com", "+33142685300", "FR", "1990-12-31"],
        ["Jürgen Müller", "juergen@example.com", "+4930901820", "DE", "1984-03-02"],
    ]);
    let mut people = people;
    people.sort_by_key(|p| p[1].to_string());
    assert_eq!(Json::Array(people), wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_of_every_kind_come_to_the_same() {
    let world = World::new().await;
    world.start_workers();
    for (n, (name, encoding, delimiter)) in [
        ("utf8_semicolon.csv", "utf-8", ";"),
        ("utf8_bom_comma.csv", "utf-8", ","),
        ("utf16_tab.csv", "utf-16le", "\t"),
        ("cp1252_semicolon.csv", "windows-1252", ";"),
        ("pipe_mixed_ends.csv", "utf-8", "|"),
    ]
    .into_iter()
    .enumerate()
    {
        let broker = world.broker(&format!("broker{n}")).await;
        let api = broker.manager().await;
        let sent = send(&api, "clients", name, file(name)).await.expect(201);
        assert_eq!((sent["encoding"].as_str(), sent["delimiter"].as_str()), (Some(encoding), Some(delimiter)), "{name}");
        assert_eq!((&sent["status"], &sent["header_row"], &sent["format"]), (&json!("uploaded"), &json!(1), &json!("csv")));
        let suggested: Vec<&Json> = sent["columns"].as_array().unwrap().iter().map(|c| &c["suggested_field"]).collect();
        assert_eq!(json!(suggested), json!(["first_name", "last_name", "email", "phone", "country", "date_of_birth"]), "{name}");
        let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
        map(&api, &path, &sent, json!({})).await.expect(200);
        is_the_same(&api, &path, name).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_is_read_from_its_sheet_and_header() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let sent = send(&api, "clients", "people.xlsx", file("people.xlsx")).await.expect(201);
    assert_eq!((&sent["format"], &sent["sheets"]), (&json!("xlsx"), &json!(["Notes & more", "People"])));
    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    api.patch(&path, &json!({ "sheet": "Nobody" })).await.refused(422, "validation_failed");
    let sent = api.patch(&path, &json!({ "sheet": "People" })).await.expect(200);
    assert_eq!((&sent["sheet"], &sent["header_row"]), (&json!("People"), &json!(3)), "below a title and an empty line");
    map(&api, &path, &sent, json!({})).await.expect(200);
    let seen = preview(&api, &path).await;
    assert_eq!(counts(&seen, ["valid", "invalid"]), [4, 1], "{seen}");
    assert!(seen["errors"].as_array().unwrap().iter().all(|e| e["row"] == 7));
    assert_eq!(counts(&run(&api, &path).await, RAN), [5, 5, 4, 0, 0, 1]);
    let found = api.get("/api/clients?search=Ber").await.expect(200);
    assert_eq!((&found["data"][0]["date_of_birth"], total(&api, "/api/clients").await), (&json!("1980-01-01"), 4));
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_come_as_a_file_that_can_be_corrected_and_sent_again() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    world.start_workers();
    let api = broker.manager().await;
    let text = "First name;Last name;E-mail;Note\nJane;Doe;jane@example.com;=1+1\nJohn;;no mail;\"a;b\"\n;Roe;roe@example.com;\n";
    let path = super::mapped(&api, "clients", text, json!({})).await;
    assert_eq!(counts(&preview(&api, &path).await, ["total", "valid", "invalid"]), [3, 1, 2]);
    let errors = api.get(&format!("{path}/errors.csv")).await;
    assert_eq!((errors.status, errors.header("content-type")), (200, Some("text/csv; charset=utf-8")));
    let lines: Vec<&str> = errors.text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "First name,Last name,E-mail,Note,row,column,reason");
    assert!(
        lines[1].starts_with(
            "John,,no mail,\"a;b\",3,\"E-mail; Last name\",\"E-mail is not an e-mail address; Last name is required\""
        ),
        "{}",
        lines[1]
    );
    assert!(lines[2].starts_with(",Roe,roe@example.com,,4,First name,First name is required"), "{}", lines[2]);
    assert_eq!(lines.len(), 3);
    let corrected = errors.text.replace("John,,no mail", "John,Moe,moe@example.com").replace("\r\n,Roe", "\r\nRita,Roe");
    let sent = send(&api, "clients", "errors.csv", corrected).await.expect(201);
    let again = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    map(&api, &again, &sent, json!({})).await.expect(200);
    assert_eq!(counts(&preview(&api, &again).await, ["total", "valid", "invalid"]), [2, 2, 0]);
}

/// What LibreOffice writes: merged cells, formulas with what they came to, dates, times, percentages, truth values, a
/// hidden row, and the same as a text in its own order of dates.
#[tokio::test(flavor = "multi_thread")]
async fn what_libreoffice_writes_is_read() {
    let world = World::new().await;
    world.start_workers();
    for (n, (name, time)) in
        [("people.xlsx", "09:30:00"), ("utf8_semicolon.csv", "09:30:00 AM"), ("utf16_tab.csv", "09:30:00 AM")]
            .into_iter()
            .enumerate()
    {
        let broker = world.broker(&format!("broker{n}")).await;
        let api = broker.manager().await;
        let mut sent = send(&api, "clients", name, file(&format!("libreoffice/{name}"))).await.expect(201);
        let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
        if sent["format"] == "xlsx" {
            assert_eq!(sent["sheets"], json!(["Summary", "Kunden"]));
            sent = api.patch(&path, &json!({ "sheet": "Kunden" })).await.expect(200);
        }
        assert_eq!(sent["header_row"], 3, "{name}: below a title and an empty line");
        let fields = json!([
            { "column": "VIP", "type": "flag" }, { "column": "Quote", "type": "number" }, { "column": "Uhrzeit", "type": "text" },
        ]);
        map(&api, &path, &sent, json!({ "default_country": "DE", "new_fields": fields })).await.expect(200);
        let seen = preview(&api, &path).await;
        assert_eq!(counts(&seen, ["valid", "invalid"]), [3, 0], "{name}: {seen}");
        run(&api, &path).await;
        let found = api.get("/api/clients?limit=10").await.expect(200);
        let mut people: Vec<Json> = found["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| {
                let own = &c["custom"];
                json!([c["email"], c["name"], c["phone"], c["date_of_birth"], own["vip"], own["quote"], c["follow_up_at"]])
            })
            .collect();
        people.sort_by_key(|p| p[0].to_string());
        let wanted = json!([
            ["kunde1@example.com", "Jürgen Müller", "+4930901820", "1984-03-02", true, 0.25, "2030-03-02T09:30:00+00:00"],
            ["kunde2@example.com", "Émilie Lefèvre", "+33142685300", "1990-12-31", false, 0.5, "2030-12-31T00:00:00+00:00"],
            ["kunde3@example.com", "Zoë & Co <Ruiz>", "+34912345678", "1975-07-14", true, 1, "2031-01-05T18:00:00+00:00"],
        ]);
        // A whole number may come with or without its dot.
        let same = |mut list: Json| {
            list.as_array_mut().unwrap().iter_mut().for_each(|p| p[5] = json!(p[5].as_f64()));
            list
        };
        assert_eq!(same(Json::Array(people)), same(wanted), "{name}");
        let first = found["data"].as_array().unwrap().iter().find(|c| c["email"] == "kunde1@example.com").unwrap();
        assert_eq!(first["custom"]["uhrzeit"], time, "{name}");
    }
}

/// What comes after a stray quote would be one cell of one row, and the others gone without a word.
#[tokio::test(flavor = "multi_thread")]
async fn a_quote_that_never_closes_is_told() {
    let world = World::new().await;
    let broker = world.broker("acme").await;
    let api = broker.manager().await;
    let text = |rows: usize| {
        let mut text = String::from("first_name,last_name,email\n");
        for n in 1..=rows {
            let quote = if n == rows - 200 { "\"" } else { "" };
            text.push_str(&format!("{quote}F{n},L{n},p{n}@example.com\n"));
        }
        text
    };
    let refused = send(&api, "clients", "x.csv", text(300)).await;
    assert!(refused.status == 422 && refused.text.contains("opened in line 101 "), "{}", refused.text);
    // Further down than the rows that are looked at when it comes.
    let path = super::mapped(&api, "clients", &text(900), json!({})).await;
    let refused = api.post(&format!("{path}/preview"), &json!({})).await;
    assert!(refused.status == 422 && refused.text.contains("opened in line 701 "), "{}", refused.text);
}
