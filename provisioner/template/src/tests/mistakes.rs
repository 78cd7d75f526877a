//! Mistakes that are more than one wrong word in one file.

use std::fs;

use super::*;

#[test]
fn all_mistakes_are_reported_at_once_and_in_order() {
    let mut broken = changed("roles.yaml", "clients.read: all", "clients.raed: all");
    for (path, from, to) in [
        ("roles.yaml", "leads.read: all", "leads.read: everything"),
        ("branding.yaml", "radius: 8", "radius: big"),
        ("messages/new_lead/text.hbs", "{{lead}}", "{{leed}}"),
    ] {
        let file = broken.own.get_mut(path).unwrap();
        file.text = file.text.replacen(from, to, 1);
    }
    broken.own.remove("settings.yaml");
    let found = problems(&broken);
    let places: Vec<String> = found
        .iter()
        .map(|p| format!("{}:{}:{}", p.file.trim_start_matches("templates/forex-broker/"), p.line, p.column))
        .collect();
    assert_eq!(
        places,
        ["branding.yaml:3:9", "messages/new_lead/text.hbs:5:7", "roles.yaml:8:5", "roles.yaml:17:17", "settings.yaml:1:1",],
        "{}",
        report(&found)
    );
    assert_eq!(
        found[2].to_string(),
        "templates/forex-broker/roles.yaml:8:5: unknown permission \"clients.raed\"; did you mean \"clients.read\"?"
    );
}

#[test]
fn a_missing_or_misnamed_file_is_named() {
    for path in YAML_FILES {
        let mut source = source("sales-crm");
        source.own.remove(path);
        let found = problems(&source);
        assert_eq!(found.len(), 1, "{}", report(&found));
        assert_eq!(found[0].file, format!("templates/sales-crm/{path}"));
        assert!(found[0].message.contains("missing"));
    }
    let mut renamed = source("sales-crm");
    let file = renamed.own["roles.yaml"].clone();
    renamed.own.insert("role.yaml".into(), file);
    assert!(problems(&renamed)[0].message.contains("did you mean \"roles.yaml\"?"));

    let mut incomplete = source("sales-crm");
    incomplete.own.remove("messages/welcome/sample.json");
    let found = problems(&incomplete);
    assert_eq!(found[0].file, "templates/sales-crm/messages/welcome/sample.json");

    let mut without = source("sales-crm");
    without.shared.retain(|path, _| !path.starts_with("messages/password_reset/"));
    let found = problems(&without);
    assert_eq!(found[0].file, "templates/sales-crm/messages/password_reset");

    let mut unknown = source("sales-crm");
    let file = unknown.own["messages/welcome/text.hbs"].clone();
    unknown.own.insert("messages/welcom/text.hbs".into(), file);
    assert!(problems(&unknown)[0].message.contains("did you mean \"welcome\"?"));
}

#[test]
fn an_empty_file_is_named() {
    for path in YAML_FILES {
        let mut source = source("sales-crm");
        source.own.get_mut(path).unwrap().text = "# nothing yet\n".into();
        let found = problems(&source);
        assert_eq!((found.len(), found[0].line), (1, 1), "{}", report(&found));
        assert!(found[0].message.contains("empty"), "{}", found[0]);
    }
}

#[test]
fn optional_values_must_really_be_optional() {
    // Strict mode lets null pass, so a text that is nothing without its value must be caught.
    let found = problems(&with_message("invitation", "subject.hbs", "{{inviter}}"));
    assert!(found.iter().any(|p| p.message.contains("empty")), "{}", report(&found));
    let two = problems(&with_message("invitation", "subject.hbs", "Hello\n{{name}}"));
    assert_eq!((two[0].line, two.len()), (2, 1), "{}", report(&two));
    let long = problems(&with_message("invitation", "subject.hbs", &"long ".repeat(40)));
    assert!(long[0].message.contains("keep it below"), "{}", report(&long));
}

#[test]
fn partials_that_include_each_other_are_refused() {
    let mut source = source("forex-broker");
    for (name, text) in [("one", "{{> two}}"), ("two", "a\n{{> one}}")] {
        let label = format!("templates/forex-broker/partials/{name}.hbs");
        source.own.insert(format!("partials/{name}.hbs"), source::File { label, text: text.into() });
    }
    let found = problems(&source);
    assert!(found.iter().all(|p| p.message.contains("includes itself")), "{}", report(&found));
    assert!(!found.is_empty());
}

#[test]
fn an_own_partial_replaces_the_shared_one() {
    let mut source = source("forex-broker");
    let label = "templates/forex-broker/partials/button.hbs".to_owned();
    let text = "<a href=\"{{link}}\">MINE {{label}}</a>".to_owned();
    source.own.insert("partials/button.hbs".into(), source::File { label, text });
    let template = build(&source, Vec::new()).unwrap();
    let message = template.message("invitation").unwrap();
    let html = message.render(&Value::Object(message.sample.clone())).unwrap().html;
    assert!(html.contains("MINE Choose a password"), "{html}");
}

#[test]
fn a_folder_on_disk_is_checked_like_the_rest() {
    let dir = tempfile::tempdir().unwrap();
    let missing = Template::load(&dir.path().join("nothing")).unwrap_err();
    assert!(missing[0].message.contains("can't be read"));

    // Elsewhere than beside `_shared`, the compiled-in messages are used.
    let mine = dir.path().join("mine");
    fs::create_dir(&mine).unwrap();
    for path in YAML_FILES {
        let text = &source("forex-broker").own[path].text;
        fs::write(mine.join(path), text.replace("name: forex-broker", "name: mine")).unwrap();
    }
    let template = Template::load(&mine).unwrap();
    assert_eq!((template.name.as_str(), template.messages.len()), ("mine", MESSAGES.len()));

    fs::write(mine.join("branding.yaml"), [0xff, 0xfe, 0x00]).unwrap();
    fs::write(mine.join("roles.yaml"), "- key: x\n  nam: y\n").unwrap();
    fs::create_dir(mine.join("mesages")).unwrap();
    fs::write(mine.join("mesages/x"), "").unwrap();
    let text = check_command(&mine).unwrap_err();
    for part in [
        "branding.yaml:1:1: the file is not UTF-8 text",
        "roles.yaml:2:3: unknown key \"nam\" in a role; did you mean \"name\"?",
        "mesages/x:1:1: unknown folder \"mesages\"; did you mean \"messages\"?",
        "problems",
    ] {
        assert!(text.contains(part), "{part:?} not in\n{text}");
    }
}
