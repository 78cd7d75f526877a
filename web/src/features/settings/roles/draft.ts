import type { FieldLevel, Scope } from '@/api/types';
import type { Catalogue, Permission } from '@/components/explain';
import type { NewRole, Role, RolePatch, Rules, Step } from './types';

/** What a role is, or what a new one starts from. */
export type Base = Rules & { name: string; description: string; two_factor_required: boolean };
/** Only what differs from the base: so that a change by somebody else shines through. */
export type Edits = Partial<Omit<Base, keyof Rules>> & Rules;
export const NO_EDITS: Edits = { permissions: {}, fields: {} };

const ORDER: Scope[] = ['none', 'own', 'team', 'all'];

/** Every permission and field is named; what the role does not name it does not give. */
export function baseOf(catalogue: Catalogue, role?: Role): Base {
  return {
    name: role?.name ?? '',
    description: role?.description ?? '',
    two_factor_required: role?.two_factor_required ?? false,
    permissions: Object.fromEntries(
      catalogue.permissions.map((p) => [p.key, role?.permissions[p.key] ?? 'none']),
    ),
    fields: Object.fromEntries(catalogue.fields.map((f) => [f.key, role?.fields[f.key] ?? 'hidden'])),
  };
}

export const current = (base: Base, edits: Edits): Base => ({
  ...base,
  ...edits,
  permissions: { ...base.permissions, ...edits.permissions },
  fields: { ...base.fields, ...edits.fields },
});

const put = <T>(map: Record<string, T>, was: T | undefined, key: string, value: T): Record<string, T> => {
  const { [key]: _gone, ...rest } = map;
  return value === was ? rest : { ...rest, [key]: value };
};
export const withScope = (base: Base, edits: Edits, key: string, scope: Scope): Edits => ({
  ...edits,
  permissions: put(edits.permissions, base.permissions[key], key, scope),
});
export const withLevel = (base: Base, edits: Edits, key: string, level: FieldLevel): Edits => ({
  ...edits,
  fields: put(edits.fields, base.fields[key], key, level),
});

/** The scopes on offer, narrowest first; none is always one of them. */
export const scopesOf = (p: Pick<Permission, 'scopes'>): Scope[] =>
  ORDER.filter((s) => s === 'none' || p.scopes.includes(s));

/** The widest scope a permission has that is not wider than the one asked for: nobody gets more than was meant. */
export const atMost = (p: Pick<Permission, 'scopes'>, scope: Scope): Scope =>
  scopesOf(p)
    .filter((s) => ORDER.indexOf(s) <= ORDER.indexOf(scope))
    .at(-1) ?? 'none';

export const withArea = (base: Base, edits: Edits, area: readonly Permission[], scope: Scope): Edits =>
  area.reduce((out, p) => withScope(base, out, p.key, atMost(p, scope)), edits);

/** The permissions and fields that would change, in the catalogue's order. */
export function stepsOf(base: Base, edits: Edits): Step[] {
  const steps = (was: Record<string, string>, now: Record<string, string>): Step[] =>
    Object.keys(was)
      .filter((key) => now[key] !== undefined && now[key] !== was[key])
      .map((key) => ({ key, from: was[key] as string, to: now[key] as string }));
  return [...steps(base.permissions, edits.permissions), ...steps(base.fields, edits.fields)];
}

const TEXTS = ['name', 'description'] as const;

/** Only what differs travels. */
export function patchOf(base: Base, edits: Edits): RolePatch {
  const out: RolePatch = {};
  for (const key of TEXTS) {
    const text = edits[key]?.trim();
    if (text !== undefined && text !== base[key]) out[key] = text;
  }
  const twoFactor = edits.two_factor_required;
  if (twoFactor !== undefined && twoFactor !== base.two_factor_required) out.two_factor_required = twoFactor;
  const changed = new Set(stepsOf(base, edits).map((s) => s.key));
  const pick = <T>(map: Record<string, T>) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => changed.has(key)));
  const permissions = pick(edits.permissions);
  const fields = pick(edits.fields);
  if (Object.keys(permissions).length) out.permissions = permissions;
  if (Object.keys(fields).length) out.fields = fields;
  return out;
}
export const isDirty = (base: Base, edits: Edits): boolean => Object.keys(patchOf(base, edits)).length > 0;
/** How many things differ, for the bar that offers to save them. */
export function countOf(patch: RolePatch): number {
  const { permissions = {}, fields = {}, ...rest } = patch;
  return Object.keys(permissions).length + Object.keys(fields).length + Object.keys(rest).length;
}

/** A new role is the one it copies, and what was changed since. */
export const newRoleOf = (base: Base, edits: Edits, copyOf?: string): NewRole => ({
  ...patchOf(base, edits),
  name: current(base, edits).name.trim(),
  description: current(base, edits).description.trim(),
  two_factor_required: current(base, edits).two_factor_required,
  ...(copyOf ? { copy_of: copyOf } : {}),
});

export function areasOf(permissions: readonly Permission[]): [area: string, permissions: Permission[]][] {
  const out = new Map<string, Permission[]>();
  for (const p of permissions) out.set(p.area, [...(out.get(p.area) ?? []), p]);
  return [...out];
}

/** Every word must be somewhere in the row. */
export function matches(query: string, ...texts: string[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
