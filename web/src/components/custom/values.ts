import { type FieldErrors, isApiError } from '@/api/errors';
import { record } from '@/api/types';
import type { CustomFieldOut } from '@/data/customFields';
import { fieldText, focusFirstInvalid } from '@/lib/forms';

/** What a record holds in one of the company's own fields. */
export type CustomValue = string | number | boolean | string[] | null;
export type CustomValues = Record<string, CustomValue>;

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length);

/** The stored value if it is of the field's type; a value of another time may not be. */
export function read(field: CustomFieldOut, stored: unknown): CustomValue {
  switch (field.type) {
    case 'number':
      return typeof stored === 'number' ? stored : null;
    case 'flag':
      return typeof stored === 'boolean' ? stored : null;
    case 'choices':
      return Array.isArray(stored) ? stored.filter((v): v is string => typeof v === 'string') : [];
    default:
      return typeof stored === 'string' ? stored : null;
  }
}

export const readAll = (fields: readonly CustomFieldOut[], custom: unknown): CustomValues => {
  const stored = record(custom);
  return Object.fromEntries(fields.map((f) => [f.key, read(f, stored[f.key])]));
};

/** `12,5` and `1 000` are numbers too; anything that is none stays as it was typed, for the server to name. */
export function parseNumber(text: string): number | string | null {
  const plain = text.replace(/[\s\u00a0]/g, '').replace(',', '.');
  if (!plain) return null;
  const n = Number(plain);
  return Number.isFinite(n) ? n : text;
}

/** Only what differs; an emptied field becomes null. */
export function changedCustom(before: CustomValues, after: CustomValues): CustomValues {
  const out: CustomValues = {};
  for (const [key, value] of Object.entries(after)) {
    const next = typeof value === 'string' ? value.trim() : value;
    if (isEmpty(next) && isEmpty(before[key])) continue;
    if (JSON.stringify(next) !== JSON.stringify(before[key] ?? null)) out[key] = isEmpty(next) ? null : next;
  }
  return out;
}

const PREFIX = 'custom.';

/** The server's complaints about custom fields: `custom.passport` → `passport`. */
export function customErrors(fields: FieldErrors): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [key, messages] of Object.entries(fields))
    if (key.startsWith(PREFIX) && messages[0]) out[key.slice(PREFIX.length)] = fieldText(messages[0]);
  return out;
}

/** Hands them to the form's custom part. False when there were none. */
export function applyCustomErrors(error: unknown, set: (errors: Record<string, string>) => void): boolean {
  const found = isApiError(error) ? customErrors(error.fields) : {};
  if (!Object.keys(found).length) return false;
  set(found);
  focusFirstInvalid();
  return true;
}

/** Fields that must not be empty and are. */
export const missing = (fields: readonly CustomFieldOut[], values: CustomValues): string[] =>
  fields.filter((f) => f.required && isEmpty(values[f.key])).map((f) => f.key);
