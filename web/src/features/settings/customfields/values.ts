import type { CustomFieldPatch, NewCustomField } from '@/api/types';
import type { CustomFieldOut, CustomType } from '@/data/customFields';
import { type OptionDraft, withKeys } from './keys';
import { newOption } from './OptionsEditor';

/** What the form of a field holds. */
export type Values = {
  label: string;
  key: string;
  type: CustomType;
  required: boolean;
  help: string;
  options: OptionDraft[];
};

export const hasOptions = (type: CustomType): boolean => type === 'choice' || type === 'choices';

export const valuesOf = (f: CustomFieldOut | undefined): Values => ({
  label: f?.label ?? '',
  key: f?.key ?? '',
  type: f?.type ?? 'text',
  required: f?.required ?? false,
  help: f?.help ?? '',
  options: (f?.options ?? []).map((o) => newOption(o.key, o.label)),
});

export const bodyOf = (v: Values): Omit<NewCustomField, 'entity' | 'key'> => ({
  label: v.label.trim(),
  type: v.type,
  required: v.required,
  help: v.help.trim(),
  ...(hasOptions(v.type) ? { options: withKeys(v.options) } : {}),
});

/** Only what differs; key and kind of a field never change. */
export function patchOf(field: CustomFieldOut, v: Values): CustomFieldPatch {
  const now = bodyOf(v);
  const out: CustomFieldPatch = {};
  if (now.label !== field.label) out.label = now.label;
  if (now.required !== field.required) out.required = now.required;
  if (now.help !== field.help) out.help = now.help;
  if (now.options && JSON.stringify(now.options) !== JSON.stringify(field.options)) out.options = now.options;
  return out;
}
