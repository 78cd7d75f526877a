//! The words of a company that sells software to companies.

/// First words of companies' names.
pub const CITIES: &[&str] = &[
    "Alder",
    "Brightwater",
    "Cascade",
    "Dovetail",
    "Eastgate",
    "Fairlane",
    "Granite",
    "Hollis",
    "Ironbridge",
    "Juniper",
    "Kestrel",
    "Larkspur",
    "Meridian",
    "Northfield",
    "Oakhurst",
    "Pinecrest",
    "Quarry",
    "Redwood",
    "Silverlake",
    "Thornton",
    "Umber",
    "Vantage",
    "Westbrook",
    "Yarrow",
    "Zephyr",
    "Beacon",
    "Copperline",
    "Driftwood",
    "Evergreen",
    "Foxglove",
    "Harborview",
];
/// Second words of companies' names.
pub const TRADES: &[&str] = &[
    "Logistics",
    "Health",
    "Foods",
    "Studios",
    "Analytics",
    "Energy",
    "Retail",
    "Partners",
    "Robotics",
    "Textiles",
    "Dental",
    "Freight",
    "Hotels",
];
/// Industries: key and name.
pub const INDUSTRIES: &[(&str, &str)] = &[
    ("logistics", "Logistics"),
    ("health", "Health care"),
    ("retail", "Retail"),
    ("manufacturing", "Manufacturing"),
    ("services", "Professional services"),
];
/// Departments: key and name.
pub const DEPARTMENTS: &[(&str, &str)] =
    &[("operations", "Operations"), ("finance", "Finance"), ("it", "IT"), ("sales", "Sales"), ("management", "Management")];
/// What people are.
pub const TITLES: &[&str] = &[
    "Head of Operations",
    "Operations Manager",
    "Chief Financial Officer",
    "IT Manager",
    "Procurement Lead",
    "Managing Director",
    "Head of Sales",
    "Office Manager",
    "Chief Technology Officer",
    "Project Manager",
];
/// What is sold: key, name, usual price.
pub const PRODUCTS: &[(&str, &str, f64)] = &[
    ("team", "Team plan", 6_400.0),
    ("business", "Business plan", 18_500.0),
    ("enterprise", "Enterprise plan", 52_000.0),
    ("onboarding", "Onboarding package", 4_200.0),
    ("migration", "Data migration", 8_800.0),
    ("support", "Premium support", 9_600.0),
];
/// What a renewal is called.
pub const SUFFIXES: &[&str] = &[" renewal", " renewal, two years"];
/// Why deals are lost.
pub const LOST: &[&str] = &[
    "Price",
    "Chose a competitor",
    "No budget this year",
    "No decision",
    "Missing feature",
    "Went silent",
    "Built it themselves",
];
/// What is to happen next in a deal.
pub const NEXT: &[&str] = &[
    "Send the revised quote",
    "Demo for the operations team",
    "Wait for the security review",
    "Legal looks at the contract",
    "Agree on a start date",
    "Find the budget owner",
    "Compare with their current tool",
];
/// What is planned: kind and subject.
pub const AHEAD: &[(&str, &str)] = &[
    ("call", "Call about the quote"),
    ("email", "Send the revised quote"),
    ("meeting", "Demo for the operations team"),
    ("task", "Prepare the proposal"),
    ("call", "Ask about the decision"),
    ("meeting", "Contract review"),
    ("email", "Send references"),
    ("task", "Check the security questionnaire"),
];
/// What was done: kind and subject.
pub const CALLED: &[(&str, &str)] = &[
    ("call", "Discovery call"),
    ("email", "Introduction by e-mail"),
    ("meeting", "Product demo"),
    ("call", "Call about the quote"),
    ("email", "Sent the quote"),
    ("meeting", "Workshop on site"),
    ("task", "Put the offer together"),
    ("note", "Talked at the trade show"),
];
/// What came of it.
pub const OUTCOMES: &[&str] = &[
    "Wants a quote for 40 seats",
    "Will talk to the board next week",
    "Asked for two references",
    "Happy with the demo",
    "Needs a data processing agreement",
    "Prefers to start in the new quarter",
    "Left a message",
    "Price is fine, timing is open",
];
/// What is noted.
pub const NOTES: &[&str] = &[
    "**Budget** is approved for this quarter, the contract has to go through procurement.",
    "Uses spreadsheets today. Pain points:\n- no overview of open orders\n- double entries\n- reports take two days",
    "Competes with the tool their Berlin office has. Strongest argument for us is the API.",
    "Wants to see the **mobile app** before anything else.",
    "Decision is made by the CFO; our contact prepares the paper.",
    "Asked for a discount for two years up front. Up to 10 % is fine.",
    "Security review: they need our SOC 2 report and a list of subprocessors.",
    "Very friendly call. Send the case study of the logistics customer.",
];
/// What leads write.
pub const MESSAGES: &[&str] = &[
    "We are 45 people and look for a tool that replaces our spreadsheets.",
    "Can somebody show us a demo next week?",
    "What does the Business plan cost for 60 users?",
    "Do you have an API? We would connect our ERP.",
    "Please call me back in the afternoon.",
    "We are with another vendor until March and want to compare.",
    "Is the data hosted in the EU?",
    "A colleague from Brightwater Foods recommended you.",
];
/// Pages on which leads left their details.
pub const PAGES: &[&str] = &["/demo", "/pricing", "/contact-sales", "/webinars", "/integrations"];
