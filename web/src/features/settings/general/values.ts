import { badLines, linesOf } from '../security/addresses';
import type { SettingOut, SettingsPatch, SettingValue } from './types';

/** What the controls hold: a list of addresses is edited as text, a number may be empty for a moment. */
export type Draft = Record<string, SettingValue>;

export const toDraft = (setting: SettingOut, value: SettingValue = setting.value): SettingValue =>
  setting.kind === 'addresses' ? (Array.isArray(value) ? value.join('\n') : '') : value;

export const fromDraft = (setting: SettingOut, draft: SettingValue): SettingValue => {
  if (setting.kind === 'addresses') return linesOf(String(draft ?? ''));
  return typeof draft === 'string' ? draft.trim() : draft;
};

const plain = (value: SettingValue) =>
  JSON.stringify(Array.isArray(value) ? [...value].sort() : value === null ? '' : value);
export const same = (a: SettingValue, b: SettingValue): boolean => plain(a) === plain(b);

export const isChanged = (setting: SettingOut, draft: SettingValue): boolean =>
  !same(fromDraft(setting, draft), setting.value);
export const isDefault = (setting: SettingOut, draft: SettingValue): boolean =>
  same(fromDraft(setting, draft), setting.default);

/** Only what differs travels; what is back at its default is handed back to the default. */
export function patchOf(settings: readonly SettingOut[], draft: Draft): SettingsPatch {
  const out: SettingsPatch = {};
  for (const s of settings) {
    const value = draft[s.key];
    if (value === undefined || !isChanged(s, value)) continue;
    out[s.key] = isDefault(s, value) ? null : fromDraft(s, value);
  }
  return out;
}

/** That rates of exchange lose their meaning with the base currency they are in: from, and to. */
export function otherBase(
  settings: readonly SettingOut[],
  patch: SettingsPatch,
): { base: string; next: string } | null {
  const s = settings.find((x) => x.key === 'base_currency');
  if (!s || !(s.key in patch)) return null;
  return { base: String(s.value), next: String(patch[s.key] ?? s.default) };
}

export type Problem = { key: 'number' | 'range' | 'addresses' | 'email'; values?: Record<string, unknown> };

/** What can be told before the server is asked. */
export function problemOf(setting: SettingOut, draft: SettingValue): Problem | null {
  if (setting.kind === 'whole') {
    if (typeof draft !== 'number' || !Number.isInteger(draft)) return { key: 'number' };
    const { min, max } = setting;
    if ((min != null && draft < min) || (max != null && draft > max))
      return { key: 'range', values: { min: min ?? 0, max: max ?? '…' } };
  }
  if (setting.kind === 'addresses') {
    const bad = badLines(linesOf(String(draft ?? '')));
    if (bad.length) return { key: 'addresses', values: { lines: bad.join(', ') } };
  }
  if (setting.kind === 'email' && draft && !/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(String(draft).trim()))
    return { key: 'email' };
  return null;
}
