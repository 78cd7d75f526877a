import { isEmail } from '@/lib/forms';
import type { Draft, Pair, Side } from './types';

/** How sure it is that two records are one person, in words. */
export type Likeness = 'sure' | 'likely' | 'possible';
export const likeness = (score: number): Likeness =>
  score >= 0.9 ? 'sure' : score >= 0.75 ? 'likely' : 'possible';

/** What is looked up of a form that is being filled in; null while there is too little to compare. */
export function draftOf(values: Partial<Record<keyof Draft, string | null>>): Draft | null {
  const of = (key: keyof Draft) => values[key]?.trim() || undefined;
  const email = of('email');
  const phone = of('phone');
  const out: Draft = {
    first_name: of('first_name'),
    last_name: of('last_name'),
    email: email && isEmail(email) ? email : undefined,
    phone: phone && phone.replace(/\D/g, '').length >= 6 ? phone : undefined,
    country: of('country'),
    date_of_birth: of('date_of_birth'),
  };
  if (!out.email && !out.phone && !(out.first_name && out.last_name)) return null;
  return Object.fromEntries(Object.entries(out).filter(([, v]) => v !== undefined)) as Draft;
}

const folded = (value: unknown) =>
  String(value ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .trim()
    .toLowerCase();

/** The fields of a pair side by side, as far as either has them, and whether both say the same. */
export const COMPARED = [
  'email',
  'phone',
  'date_of_birth',
  'country',
  'status',
  'kyc_status',
  'assigned_to_name',
  'team_name',
  'source',
  'tags',
  'created_at',
] as const;
export type Compared = (typeof COMPARED)[number];

export function compared({ a, b }: Pick<Pair, 'a' | 'b'>): { field: Compared; same: boolean }[] {
  const filled = (side: Side, field: Compared) => {
    const value = side[field];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  };
  return COMPARED.filter((field) => filled(a, field) || filled(b, field)).map((field) => ({
    field,
    same: field !== 'created_at' && folded(a[field]) === folded(b[field]),
  }));
}

/** Who was there first is kept, unless somebody says otherwise. */
export const older = <T extends { created_at: string }>(a: T, b: T): [T, T] =>
  a.created_at <= b.created_at ? [a, b] : [b, a];
