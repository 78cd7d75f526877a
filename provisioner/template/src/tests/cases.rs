//! Mistakes one by one: the file and line where each is found.

use super::*;

/// File, text in it, what to put instead, line of the problem, part of its message.
#[rustfmt::skip]
const CASES: &[(&str, &str, &str, usize, &str)] = &[
    ("template.yaml", "title:", "titel:", 3, "unknown key \"titel\" in the template; did you mean \"title\"?"),
    ("template.yaml", "title:", "titel:", 1, "the template needs \"title\""),
    ("template.yaml", "1.0.0", "1.0", 2, "three numbers like 1.0.0"),
    ("template.yaml", "1.0.0", "01.0.0", 2, "three numbers like 1.0.0"),
    ("template.yaml", "forex-broker", "forex-brokers", 1, "differs from the folder \"forex-broker\""),
    ("template.yaml", "forex-broker", "Forex_Broker", 1, "single hyphens"),
    ("template.yaml", "leads,", "leeds,", 6, "unknown module \"leeds\"; did you mean \"leads\"?"),
    ("template.yaml", "leads,", "clients,", 6, "module \"clients\" is already used on line 6"),
    ("template.yaml", "[clients", "clients  #", 6, "modules must be a list"),
    ("template.yaml", "version:", " version:", 2, "not valid YAML"),

    ("roles.yaml", "clients.read: all", "clients.raed: all", 8, "unknown permission \"clients.raed\"; did you mean \"clients.read\"?"),
    ("roles.yaml", "clients.read: all", "clients.read: al", 8, "unknown scope \"al\"; did you mean \"all\"?"),
    ("roles.yaml", "clients.read: all", "clients.read: none", 8, "remove the line clients.read"),
    ("roles.yaml", "clients.read: all", "clients.read: [all]", 8, "scope must be one of all, team, own, not a list"),
    ("roles.yaml", "partners.read: all", "partners.read: own", 25, "can't have the scope \"own\"; use all"),
    ("roles.yaml", "clients.email: full", "clients.e-mail: full", 88, "unknown field \"clients.e-mail\"; did you mean \"clients.email\"?"),
    ("roles.yaml", "clients.email: full", "clients.email: visible", 88, "unknown level \"visible\"; use one of full, masked, hidden"),
    ("roles.yaml", "clients.phone: full", "clients.email: full", 89, "a second time (first on line 88)"),
    ("roles.yaml", "key: team_leader", "key: crm_manager", 98, "role key \"crm_manager\" is already used on line 4"),
    ("roles.yaml", "name: Team Leader", "name: crm manager", 99, "role name \"crm manager\" is already used on line 5"),
    ("roles.yaml", "key: team_leader", "key: Team Leader", 98, "lower-case letters, digits and _"),
    ("roles.yaml", "  description: Runs a team.", "  describe: Runs a team.", 98, "a role needs \"description\""),
    ("roles.yaml", "    users.manage: all\n", "", 4, "no role can administer the CRM"),

    ("statuses.yaml", "    hue: blue", "    hue: navy", 7, "unknown hue \"navy\"; use one of blue, violet"),
    ("statuses.yaml", "    hue: blue", "    hue:", 7, "hue must be one of blue, violet, amber, grey, teal, green, red, pink, not nothing"),
    ("statuses.yaml", "    default: true\n", "", 5, "no client status is the default"),
    ("statuses.yaml", "    hue: green", "    hue: green\n    default: true", 15, "a second default client status (the first is on line 8)"),
    ("statuses.yaml", "    default: true", "    default: yes", 8, "default must be true or false, not \"yes\""),
    ("statuses.yaml", "key: active", "key: new", 12, "status key \"new\" is already used on line 5"),
    ("statuses.yaml", "label: Active", "label: New", 13, "label \"New\" is already used on line 6"),
    ("statuses.yaml", "outcome: won\n", "outcome: lost\n", 31, "no lead status is won"),
    ("statuses.yaml", "    closed: true\n    outcome: lost", "    outcome: lost", 27, "add `closed: true`"),
    ("statuses.yaml", "client:", "clients:", 4, "unknown key \"clients\" in statuses.yaml; did you mean \"client\"?"),

    ("pipelines.yaml", "probability: 10\n", "probability: 110\n", 9, "a whole number from 0 to 100, not \"110\""),
    ("pipelines.yaml", "probability: 10\n", "probability: '10'\n", 9, "a whole number from 0 to 100"),
    ("pipelines.yaml", "probability: 100\n", "probability: 90\n", 25, "write 100 instead of 90"),
    ("pipelines.yaml", "outcome: lost", "outcome: none", 7, "no stage is lost"),
    ("pipelines.yaml", "key: verified", "key: registered", 15, "stage key \"registered\" is already used on line 7"),

    ("branding.yaml", "\"#2456d6\"", "\"#2456d\"", 2, "is not a colour; write it as \"#rrggbb\""),
    ("branding.yaml", "\"#2456d6\"", "#2456d6", 2, "in quotes"),
    ("branding.yaml", "radius: 8", "radius: 40", 3, "radius must be a whole number from 0 to 12"),
    ("branding.yaml", "font: inter", "font: arial", 4, "unknown font \"arial\"; use one of inter"),
    ("branding.yaml", "neutral: cool", "neutral: cooll", 6, "did you mean \"cool\"?"),

    ("settings.yaml", "locale: en", "locale: english", 2, "a language tag like en or en-GB"),
    ("settings.yaml", "base_currency: USD", "base_currency: usd", 3, "a currency code like USD"),
    ("settings.yaml", "default_country: GB", "default_country: UK", 4, "an ISO country code like GB"),
    ("settings.yaml", "default_country:", "default_county:", 4, "unknown setting \"default_county\"; did you mean \"default_country\"?"),
    ("settings.yaml", "session_hours: 12\n", "", 2, "the setting session_hours is missing"),
    ("settings.yaml", "password_min_length: 10", "password_min_length: 6", 9, "from 10 to 64, not \"6\""),

    ("messages/welcome/text.hbs", "{{name}}", "{{nmae}}", 1, "unknown variable \"nmae\"; did you mean \"name\"?"),

    ("messages/welcome/html.hbs", "{{> fallback}}", "{{> falback}}", 11, "unknown partial \"falback\"; did you mean \"fallback\"?"),
    ("messages/welcome/html.hbs", "{{/layout}}", "{{/layuot}}", 12, "not valid handlebars"),
    ("messages/welcome/html.hbs", "{{name}}", "{{{name}}}", 4, "use two braces"),

    ("messages/welcome/subject.hbs", "{{company}}", "{{company", 2, "not valid handlebars"),
    ("messages/welcome/subject.hbs", "{{company}}", "{{#if logo_url}}{{nothing}}{{/if}}", 1, "unknown variable \"nothing\""),

    ("messages/welcome/sample.json", "\"name\"", "\"nmae\"", 6, "no such variable in this message: \"nmae\"; did you mean \"name\"?"),
    ("messages/welcome/sample.json", "\"name\"", "\"nmae\"", 1, "the sample lacks \"name\"; add it"),
    ("messages/welcome/sample.json", "\"#2456d6\"", "\"blue\"", 3, "must be a colour"),
    ("messages/welcome/sample.json", "{\n", "[\n", 2, "not valid JSON"),
];

#[test]
fn mistakes_are_found_where_they_are() {
    let mut missed = Vec::new();
    for (path, from, to, line, message) in CASES {
        let found = problems(&changed(path, from, to));
        let file = format!("templates/forex-broker/{path}");
        let hit = |p: &Problem| p.file == file && p.line == *line && p.message.contains(message);
        if !found.iter().any(hit) {
            let found = report(&found);
            missed.push(format!("{path}: {from:?} -> {to:?}: no line {line} {message:?} in\n{found}\n"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
