import type { FieldLevel, Me, Scope } from '@/api/types';

type Actor = Pick<Me['user'], 'permissions' | 'scopes'> & { fields?: Record<string, FieldLevel> };

/** What the interface offers; the server decides again on every call. */
export function scopeOf(user: Actor | null | undefined, key: string): Scope {
  if (!user?.permissions.includes(key)) return 'none';
  return user.scopes?.[key] ?? 'all';
}
export const can = (user: Actor | null | undefined, key: string): boolean => scopeOf(user, key) !== 'none';
export const canAny = (user: Actor | null | undefined, keys: readonly string[]): boolean =>
  keys.some((k) => can(user, k));
export const fieldLevel = (user: Actor | null | undefined, key: string): FieldLevel =>
  user?.fields?.[key] ?? 'full';
