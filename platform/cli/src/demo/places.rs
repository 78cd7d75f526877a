//! The countries that clients live in: who lives there, their numbers and addresses.

use super::names::{self, Culture};

/// How addresses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressForm {
    /// 12 High Street, London SE1 4AB.
    NumberFirst,
    /// 12 rue Pasteur, 33000 Bordeaux.
    NumberAndPostcodeFirst,
    /// Hauptstraße 12, 10115 Berlin.
    NumberLast,
    /// Villa 12, Al Wasl Road, Dubai.
    Villa,
}

/// A country. In patterns `#` is a digit, `*` one that is not 0, `?` a letter.
#[derive(Debug)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub code: &'static str,
    /// How many clients live there, against the others.
    pub weight: u32,
    /// Cultures of those who live there.
    pub cultures: &'static [(&'static Culture, u32)],
    /// Patterns of mobile numbers in E.164.
    pub phones: &'static [&'static str],
    /// Cities, each with the pattern of its postcode after `=`.
    pub cities: &'static str,
    /// Streets.
    pub streets: &'static str,
    /// Form of addresses.
    pub form: AddressForm,
    /// Currency of most accounts.
    pub currency: &'static str,
    /// A word for mail, as the first part of the reserved domain `.example`.
    pub mail: &'static str,
}

const GULF: &[(&Culture, u32)] = &[(&names::ARABIC, 70), (&names::INDIAN, 20), (&names::ENGLISH, 10)];

/// All countries.
pub const COUNTRIES: &[Country] = &[
    Country {
        code: "GB",
        weight: 170,
        cultures: &[(&names::ENGLISH, 84), (&names::INDIAN, 8), (&names::NIGERIAN, 4), (&names::POLISH, 4)],
        phones: &["+4474########", "+4475########", "+4477########", "+4478########", "+4479########"],
        cities: "London=SE# #??, London=N## #??, London=W# #??, Manchester=M# #??, Birmingham=B## #??, Leeds=LS# #??, \
                 Bristol=BS# #??, Glasgow=G## #??, Edinburgh=EH# #??, Cardiff=CF## #??, Brighton=BN# #??, Leicester=LE# #??",
        streets: "High Street, Station Road, Church Lane, Victoria Road, Green Lane, Manor Road, Park Avenue, Queensway, \
                  Mill Lane, Albert Road, The Crescent, Kingsway, Chapel Street, Windmill Close, Elm Grove",
        form: AddressForm::NumberFirst,
        currency: "GBP",
        mail: "mailbox",
    },
    Country {
        code: "DE",
        weight: 105,
        cultures: &[(&names::GERMAN, 88), (&names::TURKISH, 8), (&names::POLISH, 4)],
        phones: &["+49151########", "+49152########", "+49157########", "+49160#######", "+49170#######", "+49176########"],
        cities: "Berlin=10#*#, Hamburg=20#*#, München=80#*#, Köln=50#*#, Frankfurt am Main=60#*#, Stuttgart=70#*#, \
                 Düsseldorf=40#*#, Leipzig=04#*#, Nürnberg=90#*#, Hannover=30#*#, Bremen=28#*#, Dresden=01#*#",
        streets: "Hauptstraße, Bahnhofstraße, Gartenstraße, Schillerstraße, Goethestraße, Lindenallee, Am Stadtpark, \
                  Mozartstraße, Kirchweg, Ringstraße, Bergstraße, Wiesenweg",
        form: AddressForm::NumberLast,
        currency: "EUR",
        mail: "post",
    },
    Country {
        code: "ES",
        weight: 78,
        cultures: &[(&names::SPANISH, 96), (&names::ENGLISH, 4)],
        phones: &["+346########", "+3471#######", "+3472#######"],
        cities: "Madrid=280##, Barcelona=080##, Valencia=460##, Sevilla=410##, Málaga=290##, Bilbao=480##, Zaragoza=500##, \
                 Alicante=030##, Palma=070##, Murcia=300##",
        streets: "Calle Mayor, Calle de Alcalá, Avenida de la Constitución, Paseo del Prado, Calle San Juan, Gran Vía, \
                  Calle del Carmen, Avenida del Puerto, Plaza de España, Calle Cervantes",
        form: AddressForm::NumberLast,
        currency: "EUR",
        mail: "correo",
    },
    Country {
        code: "IT",
        weight: 76,
        cultures: &[(&names::ITALIAN, 100)],
        phones: &["+39320#######", "+39328#######", "+39333#######", "+39347#######", "+39349#######", "+39388#######"],
        cities: "Milano=201##, Roma=001##, Torino=101##, Napoli=801##, Bologna=401##, Firenze=501##, Genova=161##, \
                 Palermo=901##, Verona=371##, Bari=701##",
        streets: "Via Roma, Via Garibaldi, Corso Italia, Via Dante, Viale Europa, Via Verdi, Via Mazzini, Piazza Cavour, \
                  Via XX Settembre, Via Manzoni",
        form: AddressForm::NumberLast,
        currency: "EUR",
        mail: "posta",
    },
    Country {
        code: "FR",
        weight: 60,
        cultures: &[(&names::FRENCH, 94), (&names::ARABIC, 6)],
        phones: &["+3360#######", "+3361#######", "+3366#######", "+3368#######", "+3375#######", "+3378#######"],
        cities: "Paris=750##, Lyon=6900*, Marseille=1300*, Toulouse=31#00, Nice=06#00, Nantes=44#00, Bordeaux=33#00, \
                 Lille=59#00, Strasbourg=67#00, Montpellier=34#00",
        streets: "rue de la République, avenue Victor-Hugo, rue Pasteur, boulevard Gambetta, rue des Lilas, rue Jean-Jaurès, \
                  place du Marché, rue Voltaire, avenue Foch, rue du Moulin",
        form: AddressForm::NumberAndPostcodeFirst,
        currency: "EUR",
        mail: "courrier",
    },
    Country {
        code: "AE",
        weight: 105,
        cultures: GULF,
        phones: &["+97150#######", "+97152#######", "+97154#######", "+97155#######", "+97156#######", "+97158#######"],
        cities: "Dubai=, Dubai=, Dubai=, Abu Dhabi=, Abu Dhabi=, Sharjah=, Ajman=, Al Ain=, Ras Al Khaimah=",
        streets: "Al Wasl Road, Jumeirah Beach Road, Sheikh Zayed Road, Al Khail Street, Corniche Road, Hamdan Street, \
                  Al Maktoum Road, Marina Walk, Khalifa Street",
        form: AddressForm::Villa,
        currency: "USD",
        mail: "barid",
    },
    Country {
        code: "SA",
        weight: 68,
        cultures: &[(&names::ARABIC, 92), (&names::INDIAN, 8)],
        phones: &["+96650#######", "+96653#######", "+96654#######", "+96655#######", "+96656#######", "+96659#######"],
        cities: "Riyadh=, Riyadh=, Jeddah=, Jeddah=, Dammam=, Khobar=, Mecca=, Medina=, Abha=",
        streets: "King Fahd Road, Olaya Street, Tahlia Street, Prince Sultan Road, King Abdulaziz Road, Al Madinah Road, \
                  Palestine Street, Corniche Road",
        form: AddressForm::Villa,
        currency: "USD",
        mail: "barid",
    },
    Country {
        code: "KW",
        weight: 30,
        cultures: GULF,
        phones: &["+9655#######", "+9656#######", "+9659#######"],
        cities: "Kuwait City=, Hawalli=, Salmiya=, Farwaniya=, Jabriya=, Mangaf=",
        streets: "Gulf Road, Salem Al Mubarak Street, Fahad Al Salem Street, Cairo Street, Tunis Street, Beirut Street",
        form: AddressForm::Villa,
        currency: "USD",
        mail: "inbox",
    },
    Country {
        code: "QA",
        weight: 28,
        cultures: GULF,
        phones: &["+97433######", "+97455######", "+97466######", "+97477######"],
        cities: "Doha=, Doha=, Lusail=, Al Rayyan=, Al Wakrah=, Al Khor=",
        streets: "Al Corniche Street, Salwa Road, C-Ring Road, Al Sadd Street, West Bay Street, Al Waab Street",
        form: AddressForm::Villa,
        currency: "USD",
        mail: "inbox",
    },
    Country {
        code: "EG",
        weight: 42,
        cultures: &[(&names::ARABIC, 100)],
        phones: &["+2010########", "+2011########", "+2012########", "+2015########"],
        cities: "Cairo=11###, Cairo=11###, Giza=12###, Alexandria=21###, Mansoura=35###, Tanta=31###, Hurghada=84###",
        streets: "Tahrir Street, El Nile Street, Abbas El Akkad Street, Gameat El Dowal Street, El Horreya Road, \
                  Makram Ebeid Street, Road 9",
        form: AddressForm::NumberFirst,
        currency: "USD",
        mail: "barid",
    },
    Country {
        code: "ZA",
        weight: 42,
        cultures: &[(&names::SOUTH_AFRICAN, 86), (&names::ENGLISH, 10), (&names::INDIAN, 4)],
        phones: &["+2771#######", "+2772#######", "+2773#######", "+2782#######", "+2783#######", "+2784#######"],
        cities: "Johannesburg=21##, Cape Town=80##, Durban=40##, Pretoria=01##, Sandton=2196, Gqeberha=60##",
        streets: "Main Road, Voortrekker Street, Nelson Mandela Drive, Oxford Road, Beach Road, Jan Smuts Avenue, Long Street",
        form: AddressForm::NumberFirst,
        currency: "USD",
        mail: "mailbox",
    },
    Country {
        code: "NG",
        weight: 34,
        cultures: &[(&names::NIGERIAN, 100)],
        phones: &["+234803#######", "+234806#######", "+234703#######", "+234813#######", "+234816#######", "+234905#######"],
        cities: "Lagos=100###, Lagos=101###, Abuja=900###, Port Harcourt=500###, Ibadan=200###, Kano=700###, Enugu=400###",
        streets: "Allen Avenue, Awolowo Road, Adeola Odeku Street, Herbert Macaulay Way, Ahmadu Bello Way, Aba Road, Ring Road",
        form: AddressForm::NumberFirst,
        currency: "USD",
        mail: "inbox",
    },
    Country {
        code: "BR",
        weight: 30,
        cultures: &[(&names::BRAZILIAN, 100)],
        phones: &["+55119########", "+55219########", "+55319########", "+55419########", "+55519########"],
        cities: "São Paulo=01###-###, Rio de Janeiro=20###-###, Belo Horizonte=30###-###, Curitiba=80###-###, \
                 Porto Alegre=90###-###, Salvador=40###-###",
        streets: "Rua das Flores, Avenida Paulista, Rua Sete de Setembro, Avenida Atlântica, Rua Augusta, Rua XV de Novembro",
        form: AddressForm::NumberLast,
        currency: "USD",
        mail: "caixa",
    },
    Country {
        code: "MX",
        weight: 30,
        cultures: &[(&names::SPANISH, 100)],
        phones: &["+5255########", "+5281########", "+5233########", "+52222#######"],
        cities: "Ciudad de México=0####, Monterrey=64###, Guadalajara=44###, Puebla=72###, Mérida=97###, Querétaro=76###",
        streets: "Avenida Insurgentes, Paseo de la Reforma, Calle Hidalgo, Avenida Juárez, Calle Morelos, Calzada de Tlalpan",
        form: AddressForm::NumberLast,
        currency: "USD",
        mail: "correo",
    },
    Country {
        code: "IN",
        weight: 42,
        cultures: &[(&names::INDIAN, 100)],
        phones: &["+9198########", "+9197########", "+9188########", "+9170########"],
        cities: "Mumbai=4000##, New Delhi=1100##, Bengaluru=5600##, Hyderabad=5000##, Chennai=6000##, Pune=4110##, Kolkata=7000##",
        streets: "MG Road, Linking Road, Nehru Street, Park Street, Brigade Road, Station Road, Gandhi Nagar, Hill Road",
        form: AddressForm::NumberFirst,
        currency: "USD",
        mail: "inbox",
    },
    Country {
        code: "SG",
        weight: 24,
        cultures: &[(&names::CHINESE, 80), (&names::INDIAN, 12), (&names::ENGLISH, 8)],
        phones: &["+658#######", "+659#######"],
        cities: "Singapore=0#####, Singapore=3#####, Singapore=5#####",
        streets: "Orchard Road, Bukit Timah Road, Tampines Street 21, Ang Mo Kio Avenue 3, Clementi Road, Serangoon Garden Way",
        form: AddressForm::NumberFirst,
        currency: "USD",
        mail: "mailbox",
    },
    Country {
        code: "AU",
        weight: 34,
        cultures: &[(&names::ENGLISH, 80), (&names::CHINESE, 8), (&names::INDIAN, 6), (&names::ITALIAN, 6)],
        phones: &["+6140#######", "+6141#######", "+6142#######", "+6143#######", "+6145#######"],
        cities: "Sydney NSW=20##, Melbourne VIC=30##, Brisbane QLD=40##, Perth WA=60##, Adelaide SA=50##, Hobart TAS=70##",
        streets: "George Street, Collins Street, Beach Road, Church Street, Victoria Parade, Railway Parade, Ocean Drive",
        form: AddressForm::NumberFirst,
        currency: "USD",
        mail: "mailbox",
    },
    Country {
        code: "SE",
        weight: 24,
        cultures: &[(&names::SWEDISH, 94), (&names::ARABIC, 6)],
        phones: &["+4670#######", "+4672#######", "+4673#######", "+4676#######"],
        cities: "Stockholm=11# ##, Göteborg=41# ##, Malmö=21# ##, Uppsala=75# ##, Västerås=72# ##, Örebro=70# ##",
        streets: "Storgatan, Drottninggatan, Kungsgatan, Skolgatan, Ringvägen, Björkvägen, Sveavägen, Parkgatan",
        form: AddressForm::NumberLast,
        currency: "EUR",
        mail: "post",
    },
    Country {
        code: "PL",
        weight: 42,
        cultures: &[(&names::POLISH, 100)],
        phones: &["+48501######", "+48512######", "+48600######", "+48661######", "+48725######", "+48790######"],
        cities: "Warszawa=00-###, Kraków=30-###, Łódź=90-###, Wrocław=50-###, Poznań=60-###, Gdańsk=80-###, Katowice=40-###",
        streets: "ul. Polna, ul. Leśna, ul. Słoneczna, ul. Krótka, ul. Mickiewicza, al. Jerozolimskie, ul. Długa, ul. Ogrodowa",
        form: AddressForm::NumberLast,
        currency: "EUR",
        mail: "poczta",
    },
    Country {
        code: "TR",
        weight: 36,
        cultures: &[(&names::TURKISH, 100)],
        phones: &["+90505#######", "+90532#######", "+90535#######", "+90542#######", "+90553#######"],
        cities: "İstanbul=34###, İstanbul=34###, Ankara=06###, İzmir=35###, Bursa=16###, Antalya=07###, Adana=01###",
        streets: "Atatürk Caddesi, Cumhuriyet Caddesi, İstiklal Caddesi, Bağdat Caddesi, Gül Sokak, Çınar Sokak, Lale Sokak",
        form: AddressForm::NumberLast,
        currency: "USD",
        mail: "posta",
    },
];
