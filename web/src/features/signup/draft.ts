import { isEmail } from '@/lib/forms';
import { PASSWORD_MIN } from '@/lib/password';
import { slugShape, suggestSlug } from '@/lib/slug';

/** What one has typed so far. Kept for the tab's life; the password never is part of it. */
export type Draft = {
  company: string;
  slug: string;
  /** True once the address was edited by hand: from then on the company no longer changes it. */
  slugOwn: boolean;
  template: string;
  primary: string;
  /** True once a colour was chosen by hand: from then on the template no longer changes it. */
  primaryOwn: boolean;
  logo: string | null;
  name: string;
  email: string;
  sent: { id: string; email: string; slug: string } | null;
};
export type Step = 1 | 2 | 3;
export type Field = 'company' | 'slug' | 'template' | 'primary' | 'logo' | 'name' | 'email' | 'password';
export type Errors = Partial<Record<Field, string>>;

export const EMPTY: Draft = {
  company: '',
  slug: '',
  slugOwn: false,
  template: '',
  primary: '#2f5bea',
  primaryOwn: false,
  logo: null,
  name: '',
  email: '',
  sent: null,
};
const KEY = 'brokerdesk.signup';
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export function loadDraft(store: Store = sessionStorage): Draft {
  try {
    const value: unknown = JSON.parse(store.getItem(KEY) ?? 'null');
    if (!value || typeof value !== 'object') return EMPTY;
    const out: Record<string, unknown> = { ...EMPTY };
    for (const key of Object.keys(EMPTY)) {
      const found = (value as Record<string, unknown>)[key];
      if (found !== undefined) out[key] = found;
    }
    return out as Draft;
  } catch {
    return EMPTY;
  }
}

/** A full store (a big logo) must not break typing: then the draft is kept without the logo. */
export function saveDraft(draft: Draft, store: Store = sessionStorage): void {
  try {
    store.setItem(KEY, JSON.stringify(draft));
  } catch {
    try {
      store.setItem(KEY, JSON.stringify({ ...draft, logo: null }));
    } catch {
      store.removeItem(KEY);
    }
  }
}

export const withCompany = (draft: Draft, company: string): Draft => ({
  ...draft,
  company,
  slug: draft.slugOwn ? draft.slug : suggestSlug(company),
});

/** Emptying the address hands it back to the company's name. */
export const withSlug = (draft: Draft, slug: string): Draft => ({ ...draft, slug, slugOwn: slug !== '' });

export const withTemplate = (draft: Draft, template: string, primary?: string | null): Draft => ({
  ...draft,
  template,
  primary: draft.primaryOwn || !primary ? draft.primary : primary.toLowerCase(),
});

/** Codes of what is missing in a step; the page turns them into words. */
export function missing(step: Step, draft: Draft, password: string): Errors {
  const errors: Errors = {};
  if (step === 1) {
    if (!draft.company.trim()) errors.company = 'company_required';
    if (!draft.slug) errors.slug = 'slug_required';
    else if (slugShape(draft.slug)) errors.slug = 'slug_invalid';
    if (!draft.template) errors.template = 'template_required';
  }
  if (step === 3) {
    if (!draft.name.trim()) errors.name = 'name_required';
    if (!isEmail(draft.email)) errors.email = draft.email.trim() ? 'email_invalid' : 'email_required';
    if ([...password].length < PASSWORD_MIN)
      errors.password = password ? 'password_short' : 'password_required';
  }
  return errors;
}

const STEP_OF: Record<Field, Step> = {
  company: 1,
  slug: 1,
  template: 1,
  primary: 2,
  logo: 2,
  name: 3,
  email: 3,
  password: 3,
};
const API_NAMES: Record<string, Field> = {
  'branding.primary': 'primary',
  'branding.logo_url': 'logo',
  branding: 'primary',
  logo_url: 'logo',
};

/** The server's field errors under the names used here, and the first step that has one. */
export function serverErrors(fields: Record<string, string[]>): { errors: Errors; step: Step | null } {
  const errors: Errors = {};
  let step: Step | null = null;
  for (const [key, messages] of Object.entries(fields)) {
    const field = API_NAMES[key] ?? (key in STEP_OF ? (key as Field) : null);
    if (!field || !messages[0]) continue;
    errors[field] = messages[0];
    if (step === null || STEP_OF[field] < step) step = STEP_OF[field];
  }
  return { errors, step };
}

/** How far one may jump: every step before must be complete. */
export function reachable(draft: Draft): Step {
  return Object.keys(missing(1, draft, '')).length ? 1 : 3;
}
