import { describe, expect, it } from 'vitest';
import {
  type Draft,
  EMPTY,
  loadDraft,
  missing,
  reachable,
  saveDraft,
  serverErrors,
  withCompany,
  withSlug,
  withTemplate,
} from './draft';

const full: Draft = {
  ...EMPTY,
  company: 'Acme FX',
  slug: 'acme-fx',
  template: 'forex-broker',
  name: 'Ada',
  email: 'ada@acme.test',
};
function store(limit = Number.POSITIVE_INFINITY) {
  const values = new Map<string, string>();
  return {
    getItem: (k: string) => values.get(k) ?? null,
    setItem: (k: string, v: string) => {
      if (v.length > limit) throw new Error('full');
      values.set(k, v);
    },
    removeItem: (k: string) => {
      values.delete(k);
    },
  };
}

describe('the address follows the company', () => {
  it('until it is edited by hand, and again once emptied', () => {
    let d = withCompany(EMPTY, 'Acme FX');
    expect(d.slug).toBe('acme-fx');
    d = withCompany(withSlug(d, 'mine'), 'Acme Global');
    expect(d.slug).toBe('mine');
    d = withCompany(withSlug(d, ''), 'Acme Global');
    expect(d.slug).toBe('acme-global');
  });
});

it('takes the template’s colour unless one was chosen', () => {
  expect(withTemplate(EMPTY, 'sales-crm', '#0E8A6A').primary).toBe('#0e8a6a');
  expect(withTemplate({ ...EMPTY, primaryOwn: true }, 'sales-crm', '#0e8a6a').primary).toBe(EMPTY.primary);
  expect(withTemplate(EMPTY, 'sales-crm', null).primary).toBe(EMPTY.primary);
});

describe('missing', () => {
  it('names every fault of a step at once', () => {
    expect(missing(1, EMPTY, '')).toEqual({
      company: 'company_required',
      slug: 'slug_required',
      template: 'template_required',
    });
    expect(missing(2, EMPTY, '')).toEqual({});
    expect(missing(3, { ...EMPTY, email: 'x' }, 'short')).toEqual({
      name: 'name_required',
      email: 'email_invalid',
      password: 'password_short',
    });
  });
  it('is content with a full form', () => {
    expect(missing(1, full, '')).toEqual({});
    expect(missing(3, full, 'quiet river moons')).toEqual({});
    expect(reachable(full)).toBe(3);
    expect(reachable({ ...full, slug: 'x' })).toBe(1);
  });
});

it('brings the server’s field errors to the first step concerned', () => {
  expect(serverErrors({ email: ['is used'], 'branding.logo_url': ['too big'], other: ['x'] })).toEqual({
    errors: { email: 'is used', logo: 'too big' },
    step: 2,
  });
  expect(serverErrors({})).toEqual({ errors: {}, step: null });
});

describe('storage', () => {
  it('survives a reload and ignores rubbish', () => {
    const s = store();
    saveDraft(full, s);
    expect(loadDraft(s)).toEqual(full);
    s.setItem('brokerdesk.signup', '{broken');
    expect(loadDraft(s)).toEqual(EMPTY);
  });
  it('gives up the logo before anything else', () => {
    const s = store(600);
    saveDraft({ ...full, logo: 'x'.repeat(1000) }, s);
    expect(loadDraft(s)).toEqual(full);
  });
  it('never holds a password', () => {
    const s = store();
    saveDraft(full, s);
    expect(s.getItem('brokerdesk.signup')).not.toContain('password');
  });
});
