import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { record } from '@/api/types';
import { type CustomEntity, useCustomFields } from '@/data/customFields';
import { focusFirstInvalid } from '@/lib/forms';
import { applyCustomErrors, type CustomValues, changedCustom, missing, readAll } from './values';

/** The custom part of a record's form: what was typed over what is stored, checked and told as a patch. */
export function useCustomForm(entity: CustomEntity, exists: boolean, custom: unknown) {
  const { t } = useTranslation();
  const fields = useCustomFields(entity);
  const stored = useMemo(() => readAll(fields, custom), [fields, custom]);
  const [typed, setTyped] = useState<CustomValues>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const values = { ...stored, ...typed };
  return {
    inputs: {
      fields,
      values,
      errors,
      onChange: (key: string, value: CustomValues[string]) => {
        setTyped((d) => ({ ...d, [key]: value }));
        setErrors(({ [key]: _, ...rest }) => rest);
      },
    },
    reset: () => {
      setTyped({});
      setErrors({});
    },
    /**
     * False, and the fields marked, when something required is empty. A record that lacks it already may stay
     * so until somebody touches the field.
     */
    check: (): boolean => {
      const empty = missing(fields, values).filter((key) => !exists || key in typed);
      setErrors(Object.fromEntries(empty.map((key) => [key, t('components.fieldError.required')])));
      if (empty.length) focusFirstInvalid();
      return !empty.length;
    },
    /** Only what differs: the server merges it with what the record holds. */
    patch: (): { custom?: CustomValues } => {
      const changed = changedCustom(stored, values);
      return Object.keys(changed).length ? { custom: changed } : {};
    },
    /** What the record holds afterwards, to be shown until the server has answered. */
    merged: (): Record<string, unknown> => ({ ...record(custom), ...changedCustom(stored, values) }),
    refused: (error: unknown): boolean => applyCustomErrors(error, setErrors),
  };
}
