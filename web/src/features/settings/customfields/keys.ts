import type { CustomOption } from '@/data/customFields';

const LONGEST = 40;

/** `Tax number (EU)` → `tax_number_eu`: what records and the API call the field. */
export function suggestKey(label: string, taken: readonly string[] = [], fallback = 'field'): string {
  const base =
    label
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[_\d]+|_+$/g, '')
      .slice(0, LONGEST)
      .replace(/_+$/, '') || fallback;
  let key = base;
  for (let n = 2; taken.includes(key); n += 1) key = `${base}_${n}`;
  return key;
}

export const isKey = (key: string): boolean => /^[a-z][a-z0-9_]*$/.test(key) && key.length <= LONGEST;

export type OptionDraft = CustomOption & {
  /** Stable while the list is edited. */
  id: string;
};

/** Keys of options that are new follow their words; those that records may hold stay. */
export function withKeys(options: readonly OptionDraft[]): CustomOption[] {
  const taken = options.map((o) => o.key).filter(Boolean);
  return options
    .filter((o) => o.label.trim())
    .map((o) => {
      if (o.key) return { key: o.key, label: o.label.trim() };
      const key = suggestKey(o.label, taken, 'option');
      taken.push(key);
      return { key, label: o.label.trim() };
    });
}

export type OptionsProblem = 'none' | 'twice';
export function optionsProblem(options: readonly OptionDraft[]): OptionsProblem | null {
  const labels = options.map((o) => o.label.trim().toLowerCase()).filter(Boolean);
  if (!labels.length) return 'none';
  return new Set(labels).size < labels.length ? 'twice' : null;
}
