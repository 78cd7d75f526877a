/** ISO 3166-1 alpha-2. Names come from the browser, in the reader's language. */
const CODES =
  'AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW';

export const COUNTRY_CODES: readonly string[] = CODES.split(' ');

export type CountryOption = { value: string; label: string };

/** Sorted the way the reader's language sorts. */
export function countryOptions(locale: string): CountryOption[] {
  const names = new Intl.DisplayNames([locale, 'en'], { type: 'region' });
  const order = new Intl.Collator(locale);
  return COUNTRY_CODES.map((value) => ({ value, label: names.of(value) ?? value })).sort((a, b) =>
    order.compare(a.label, b.label),
  );
}

const fold = (s: string) => s.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replace(/[أإآ]/g, 'ا');

/** Found by name in the reader's language, by English name or by code; matches at a word's start come first. */
export function findCountries(options: readonly CountryOption[], search: string): CountryOption[] {
  const wanted = fold(search.trim());
  if (!wanted) return [...options];
  const english = new Intl.DisplayNames(['en'], { type: 'region' });
  const first: CountryOption[] = [];
  const rest: CountryOption[] = [];
  for (const option of options) {
    const names = [option.label, english.of(option.value) ?? ''].map(fold);
    if (option.value.toLowerCase() === wanted || names.some((n) => n.startsWith(wanted))) first.push(option);
    else if (names.some((n) => n.includes(wanted))) rest.push(option);
  }
  return [...first, ...rest];
}
