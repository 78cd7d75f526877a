import type { Captcha, FormConsent, Registration, RegistrationForm } from '@/api/public';
import { isPhone, westernDigits } from '@/lib/digits';
import { isEmail } from '@/lib/forms';

export type Values = {
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
  country: string | null;
  date_of_birth: string;
  password: string;
  /** Keys of what was agreed to. */
  agreed: string[];
  /** People don't see it. */
  website: string;
};
export type Errors = Record<string, string>;

export const EMPTY: Values = {
  first_name: '',
  last_name: '',
  email: '',
  phone: '',
  country: null,
  date_of_birth: '',
  password: '',
  agreed: [],
  website: '',
};

const FIELDS = ['first_name', 'last_name', 'email', 'country', 'phone', 'date_of_birth', 'password'] as const;

/** Completed years on a day, both as YYYY-MM-DD. */
export function ageOn(born: string, today: string): number {
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  return today.slice(5) < born.slice(5) ? years - 1 : years;
}

/** What can be told before the server is asked; each word is a key of the texts. */
export function check(v: Values, form: RegistrationForm, today: string): Errors {
  const errors: Errors = {};
  if (!v.first_name.trim()) errors.first_name = 'first_name';
  if (!v.last_name.trim()) errors.last_name = 'last_name';
  if (!isEmail(v.email)) errors.email = v.email.trim() ? 'email_invalid' : 'email';
  if (!v.country) errors.country = 'country';
  if (!v.phone.trim()) {
    if (form.fields.phone === 'required') errors.phone = 'phone_required';
  } else if (!isPhone(v.phone)) errors.phone = 'phone';
  if (form.minimum_age > 0) {
    if (!v.date_of_birth) errors.date_of_birth = 'date_of_birth';
    else if (v.date_of_birth > today || v.date_of_birth < '1900-01-01')
      errors.date_of_birth = 'date_of_birth_wrong';
    else if (ageOn(v.date_of_birth, today) < form.minimum_age) errors.date_of_birth = 'too_young';
  }
  if (v.password && [...v.password].length < form.fields.password_min_length)
    errors.password = 'password_short';
  for (const consent of form.consents)
    if (consent.required && !v.agreed.includes(consent.key)) errors[`consents.${consent.key}`] = 'consent';
  return errors;
}

const KNOWN: [RegExp, string][] = [
  [/is not served/, 'not_served'],
  [/too recent/, 'too_young'],
  [/not a date/, 'date_of_birth_wrong'],
  [/phone number/, 'phone'],
  [/e-mail address/, 'email_invalid'],
  [/must be agreed/, 'consent'],
  [/has changed|not asked for any more/, 'consent_changed'],
  [/too easy/, 'password_easy'],
  [/at least \d+ characters/, 'password_short'],
  [/part of a name/, 'name_wrong'],
  [/^is required/, 'required'],
  [/longer than/, 'too_long'],
];

/** The server's words as keys of the texts. What is about no field of the form is left out. */
export function fromServer(fields: Record<string, string[]>, consents: readonly FormConsent[]): Errors {
  const shown = new Set<string>([...FIELDS, ...consents.map((x) => `consents.${x.key}`)]);
  const out: Errors = {};
  for (const [field, messages] of Object.entries(fields)) {
    if (!shown.has(field)) continue;
    const message = messages[0] ?? '';
    out[field] = KNOWN.find(([pattern]) => pattern.test(message))?.[1] ?? 'wrong';
  }
  return out;
}

/** Where somebody came from, as the address of the page says. */
export function campaign(query: URLSearchParams): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, value] of query)
    if (/^utm_[a-z]{1,20}$/.test(key) && value) out[key] = value.slice(0, 200);
  return out;
}

/** Optional fields that were left empty are not sent at all. */
export function bodyOf(
  v: Values,
  form: RegistrationForm,
  more: { partnerId: string | null; metadata: Record<string, string>; language?: string; captcha?: Captcha },
): Registration {
  const phone = westernDigits(v.phone).trim();
  return {
    first_name: v.first_name.trim(),
    last_name: v.last_name.trim(),
    email: v.email.trim(),
    country: v.country ?? '',
    ...(more.language ? { language: more.language } : {}),
    ...(phone ? { phone } : {}),
    ...(form.minimum_age > 0 ? { date_of_birth: v.date_of_birth } : {}),
    ...(v.password ? { password: v.password } : {}),
    consents: form.consents
      .filter((x) => v.agreed.includes(x.key))
      .map(({ key, version }) => ({ key, version })),
    ...(more.captcha ? { captcha: more.captcha } : {}),
    ...(more.partnerId ? { partner_id: more.partnerId } : {}),
    ...(Object.keys(more.metadata).length ? { metadata: more.metadata } : {}),
    ...(v.website ? { website: v.website } : {}),
  };
}
