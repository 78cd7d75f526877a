//! The demo brokers: who works there, in which teams, with which partners, and how much of
//! everything there is.

use super::Size;
use super::names::plain;
use super::sales::Volume;

/// A demo broker.
#[derive(Debug)]
pub struct Blueprint {
    /// Address.
    pub slug: &'static str,
    /// The template that it is made from.
    pub template: &'static str,
    /// Company.
    pub name: &'static str,
    /// Brand colour.
    pub primary: &'static str,
    /// Where its chance begins.
    pub seed: u64,
    /// Teams; a parent stands before its children.
    pub teams: Vec<&'static Team>,
    /// Staff; the first one is the administrator.
    pub staff: Vec<&'static Seat>,
    /// Partners: name, e-mail, approved.
    pub partners: &'static [(&'static str, &'static str, bool)],
    /// How many clients.
    pub clients: usize,
    /// How many leads.
    pub leads: usize,
    /// How many of the newest clients have a written history.
    pub histories: usize,
    /// What its sales team works on, where there is one.
    pub sales: Option<Volume>,
}

/// A team.
#[derive(Debug)]
pub struct Team {
    /// Its name.
    pub name: &'static str,
    /// The team above it.
    pub parent: Option<&'static str>,
    /// Who leads it.
    pub leader: &'static str,
    /// Countries that it looks after; a team without any has the important clients of all.
    pub countries: &'static [&'static str],
}

/// Somebody of the staff.
#[derive(Debug)]
pub struct Seat {
    /// Name.
    pub name: &'static str,
    /// Role, by the name that the template gives it.
    pub role: &'static str,
    /// Team.
    pub team: Option<&'static str>,
}

impl Seat {
    /// The e-mail to sign in with.
    pub fn email(&self, slug: &str) -> String {
        let (first, rest) = self.name.split_once(' ').unwrap_or((self.name, ""));
        format!("{}.{}@{slug}.example", plain(first, false), plain(rest, false))
    }
}

/// Runs the CRM.
pub const MANAGER: &str = "CRM Manager";
/// Leads a team.
pub const LEADER: &str = "Team Leader";
/// Works clients and leads.
pub const AGENT: &str = "Agent";

const fn seat(name: &'static str, role: &'static str, team: Option<&'static str>) -> Seat {
    Seat { name, role, team }
}

const SALES: &str = "Sales";
const LONDON: &str = "Desk London";
const DUBAI: &str = "Desk Dubai";
const MADRID: &str = "Desk Madrid";

const NORTHWIND_TEAMS: &[Team] = &[
    Team { name: SALES, parent: None, leader: "Victoria Lindqvist", countries: &[] },
    Team {
        name: LONDON,
        parent: Some(SALES),
        leader: "Oliver Bennett",
        countries: &["GB", "DE", "PL", "SE", "ZA", "NG", "AU", "SG"],
    },
    Team { name: DUBAI, parent: Some(SALES), leader: "Layla Haddad", countries: &["AE", "SA", "KW", "QA", "EG", "TR", "IN"] },
    Team { name: MADRID, parent: Some(SALES), leader: "Javier Ortega", countries: &["ES", "IT", "FR", "MX", "BR"] },
];

/// The same two desks without a team above them.
const SMALL_TEAMS: &[Team] = &[
    Team {
        name: LONDON,
        parent: None,
        leader: "Oliver Bennett",
        countries: &["GB", "DE", "PL", "SE", "ZA", "NG", "AU", "SG", "ES", "IT", "FR", "MX", "BR"],
    },
    Team { name: DUBAI, parent: None, leader: "Layla Haddad", countries: &["AE", "SA", "KW", "QA", "EG", "TR", "IN"] },
];

const NORTHWIND_STAFF: &[Seat] = &[
    seat("Amelia Hart", MANAGER, None),
    seat("Oliver Bennett", LEADER, Some(LONDON)),
    seat("Sophie Marsh", AGENT, Some(LONDON)),
    seat("Jack Whitmore", AGENT, Some(LONDON)),
    seat("Layla Haddad", LEADER, Some(DUBAI)),
    seat("Karim Mansour", AGENT, Some(DUBAI)),
    seat("Aisha Rahman", AGENT, Some(DUBAI)),
    seat("Ingrid Sommer", "Compliance", None),
    seat("Daniel Okafor", MANAGER, None),
    seat("Victoria Lindqvist", LEADER, Some(SALES)),
    seat("Javier Ortega", LEADER, Some(MADRID)),
    seat("Priya Nair", AGENT, Some(LONDON)),
    seat("Thomas Keller", AGENT, Some(LONDON)),
    seat("Freya Lindgren", AGENT, Some(LONDON)),
    seat("Omar Darwish", AGENT, Some(DUBAI)),
    seat("Fatima Al Zaabi", AGENT, Some(DUBAI)),
    seat("Deniz Kaya", AGENT, Some(DUBAI)),
    seat("Lucía Romero", AGENT, Some(MADRID)),
    seat("Mateo Vidal", AGENT, Some(MADRID)),
    seat("Chiara Conti", AGENT, Some(MADRID)),
    seat("Camille Laurent", AGENT, Some(MADRID)),
    seat("Grace Adeyemi", AGENT, Some(SALES)),
    seat("Henrik Falk", AGENT, Some(SALES)),
    seat("Tom Fielding", "Support", None),
    seat("Elena Petrova", "Partner Manager", None),
];

/// The small broker's staff are the first so many of the large one's.
const SMALL_STAFF: usize = 8;

const NORTHWIND_PARTNERS: &[(&str, &str, bool)] = &[
    ("FX Compass", "partners@fxcompass.example", true),
    ("Gulf Traders Hub", "hello@gulftraders.example", true),
    ("Mercado Abierto", "alianzas@mercadoabierto.example", true),
    ("PipSchool", "team@pipschool.example", true),
    ("Alpha Signals", "affiliates@alphasignals.example", true),
    ("TradeWise Media", "sales@tradewise.example", false),
];

const EMBER_TEAMS: &[Team] = &[Team { name: "Client Desk", parent: None, leader: "Nadia Farouk", countries: &[] }];

const EMBER_STAFF: &[Seat] = &[
    seat("Martin Sorensen", MANAGER, None),
    seat("Nadia Farouk", LEADER, Some("Client Desk")),
    seat("Luca Ferri", AGENT, Some("Client Desk")),
    seat("Zoe Carrington", AGENT, Some("Client Desk")),
];

const EMBER_PARTNERS: &[(&str, &str, bool)] =
    &[("Ember Affiliates", "hello@emberaffiliates.example", true), ("Chartroom", "ads@chartroom.example", false)];

const ACCOUNTS: &str = "Account Executives";
const GROWTH: &str = "Customer Growth";

const COBALT_TEAMS: &[Team] = &[
    Team { name: ACCOUNTS, parent: None, leader: "Marcus Reed", countries: &[] },
    Team { name: GROWTH, parent: None, leader: "Hannah Weiss", countries: &["DE", "PL", "SE", "ES", "IT", "FR", "AE", "SA"] },
];

const COBALT_STAFF: &[Seat] = &[
    seat("Rachel Stone", MANAGER, None),
    seat("Marcus Reed", LEADER, Some(ACCOUNTS)),
    seat("Emily Carter", AGENT, Some(ACCOUNTS)),
    seat("Noah Fischer", AGENT, Some(ACCOUNTS)),
    seat("Hannah Weiss", LEADER, Some(GROWTH)),
    seat("Diego Alvarez", AGENT, Some(GROWTH)),
    seat("Sara Nilsson", AGENT, Some(GROWTH)),
    seat("Yusuf Demir", AGENT, Some(ACCOUNTS)),
    seat("Grace Bell", "Marketing", None),
    seat("Ben Howard", "Support", None),
];

/// The demo brokers of a size.
pub fn of_size(size: Size) -> Vec<Blueprint> {
    let full = match size {
        Size::None => return Vec::new(),
        Size::Small => false,
        Size::Full => true,
    };
    let northwind = Blueprint {
        slug: "northwind",
        template: "forex-broker",
        name: "Northwind Markets",
        primary: "#2f5bea",
        seed: 0x6e6f_7274_6877,
        teams: if full { NORTHWIND_TEAMS } else { SMALL_TEAMS }.iter().collect(),
        staff: NORTHWIND_STAFF.iter().take(if full { NORTHWIND_STAFF.len() } else { SMALL_STAFF }).collect(),
        partners: NORTHWIND_PARTNERS,
        clients: if full { 20_000 } else { 2_000 },
        leads: if full { 5_000 } else { 500 },
        histories: if full { 400 } else { 200 },
        sales: None,
    };
    let ember = Blueprint {
        slug: "ember",
        template: "forex-broker",
        name: "Ember FX",
        primary: "#e8590c",
        seed: 0x656d_6265_7266,
        teams: EMBER_TEAMS.iter().collect(),
        staff: EMBER_STAFF.iter().collect(),
        partners: EMBER_PARTNERS,
        clients: 50,
        leads: 20,
        histories: 20,
        sales: None,
    };
    let cobalt = Blueprint {
        slug: "cobalt",
        template: "sales-crm",
        name: "Cobalt Software",
        primary: "#0f766e",
        seed: 0x636f_6261_6c74,
        teams: COBALT_TEAMS.iter().collect(),
        staff: COBALT_STAFF.iter().collect(),
        partners: &[],
        clients: 90,
        leads: 60,
        histories: 0,
        sales: Some(Volume { contacts: 45, opportunities: 90, deals: 160 }),
    };
    vec![northwind, ember, cobalt]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(b: &Blueprint, role: &str) -> usize {
        b.staff.iter().filter(|s| s.role == role).count()
    }

    #[test]
    fn sizes_are_as_promised() {
        let full = &of_size(Size::Full)[0];
        assert_eq!((full.staff.len(), full.teams.len(), full.clients, full.leads), (25, 4, 20_000, 5_000));
        assert_eq!((count(full, MANAGER), count(full, LEADER), count(full, AGENT)), (2, 4, 16));
        let small = &of_size(Size::Small)[0];
        assert_eq!((small.staff.len(), small.teams.len(), small.clients, small.leads), (8, 2, 2_000, 500));
        assert_eq!((count(small, MANAGER), count(small, LEADER), count(small, AGENT)), (1, 2, 4));
        let ember = &of_size(Size::Full)[1];
        assert_eq!((ember.staff.len(), ember.clients, ember.leads), (4, 50, 20));
        let cobalt = &of_size(Size::Small)[2];
        assert!(cobalt.template == "sales-crm" && cobalt.sales.is_some());
        assert!(of_size(Size::None).is_empty());
    }

    #[test]
    fn everybody_has_a_place_and_an_address() {
        for b in of_size(Size::Full).iter().chain(&of_size(Size::Small)) {
            let roles: Vec<&str> = b.staff.iter().take(3).map(|s| s.role).collect();
            assert_eq!(roles, [MANAGER, LEADER, AGENT], "the first logins that are shown");
            let mut emails: Vec<String> = b.staff.iter().map(|s| s.email(b.slug)).collect();
            assert!(emails.iter().all(|e| kernel::validate::is_email(e)));
            emails.sort();
            emails.dedup();
            assert_eq!(emails.len(), b.staff.len());
            for (n, team) in b.teams.iter().enumerate() {
                assert!(b.staff.iter().any(|s| s.name == team.leader && s.role == LEADER && s.team == Some(team.name)));
                assert!(team.parent.is_none_or(|p| b.teams[..n].iter().any(|t| t.name == p)));
                assert!(b.staff.iter().any(|s| s.role == AGENT && s.team == Some(team.name)));
            }
            assert!(b.staff.iter().all(|s| s.team.is_none_or(|t| b.teams.iter().any(|team| team.name == t))));
        }
    }
}
