/** Addresses of tenants: the shape is checked here at once, the server decides the rest. */

export type SlugReason = 'slug_invalid' | 'slug_reserved' | 'slug_taken';

export const SLUG_MIN = 4;
export const SLUG_MAX = 32;

const SHAPE = /^[a-z][a-z0-9-]{2,30}[a-z0-9]$/;
const LEGAL_FORMS = new Set([
  'ag',
  'bv',
  'co',
  'company',
  'corp',
  'corporation',
  'gmbh',
  'inc',
  'incorporated',
  'limited',
  'llc',
  'llp',
  'ltd',
  'nv',
  'plc',
  'pty',
  'sa',
  'sarl',
  'srl',
]);
const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
  ا: 'a',
  ى: 'a',
  ب: 'b',
  ت: 't',
  ة: 'a',
  ث: 'th',
  ج: 'j',
  ح: 'h',
  خ: 'kh',
  د: 'd',
  ذ: 'dh',
  ر: 'r',
  ز: 'z',
  س: 's',
  ش: 'sh',
  ص: 's',
  ض: 'd',
  ط: 't',
  ظ: 'z',
  ع: 'a',
  غ: 'gh',
  ف: 'f',
  ق: 'q',
  ك: 'k',
  ل: 'l',
  م: 'm',
  ن: 'n',
  ه: 'h',
  و: 'w',
  ي: 'y',
  ء: '',
};

const latin = (text: string) =>
  [...text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')].map((ch) => LETTERS[ch] ?? ch).join('');

/** What a person types into the address field, reduced to what an address may hold. */
export const cleanSlug = (text: string) =>
  latin(text)
    .replace(/[\s_.]+/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .slice(0, SLUG_MAX);

/** A sensible address for a company name; empty when nothing usable is left. */
export function suggestSlug(company: string): string {
  const words = latin(company)
    .replace(/&/g, ' and ')
    .replace(/['’`.]/g, '')
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  while (words.length > 1 && LEGAL_FORMS.has(words.at(-1) as string)) words.pop();
  const letters = words.join('-').replace(/^[^a-z]+/, '');
  if (!letters) return '';
  let slug = letters;
  if (slug.length > SLUG_MAX) {
    const cut = slug.slice(0, SLUG_MAX + 1).lastIndexOf('-');
    slug = slug.slice(0, cut >= SLUG_MIN ? cut : SLUG_MAX).replace(/-+$/, '');
  }
  return slug.length < SLUG_MIN ? `${slug}-crm` : slug;
}

/** The part of the rule that needs no server. */
export const slugShape = (slug: string): 'slug_invalid' | null =>
  SHAPE.test(slug) && slug.slice(2, 4) !== '--' ? null : 'slug_invalid';

/** Near neighbours to offer when an address is gone. */
export const slugAlternatives = (slug: string): string[] =>
  ['fx', 'markets', 'desk']
    .filter((end) => !slug.endsWith(`-${end}`))
    .map((end) => {
      const room = SLUG_MAX - end.length - 1;
      return `${slug.slice(0, room).replace(/-+$/, '')}-${end}`;
    });

/** `https://northwind.example.com` from the page we are on; the host of the platform is the base. */
export const tenantHost = (slug: string, host: string) => `${slug}.${host}`;
