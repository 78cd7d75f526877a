import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '@/api/errors';
import { errorText, type Hue } from '@/components';
import { humanise } from '@/data/lookups';
import { fieldText } from '@/lib/forms';
import { faultWord } from './faults';
import type { Import, ImportEntity, ImportStatus, TargetField } from './types';

const HUES: Record<ImportStatus, Hue> = {
  uploaded: 'grey',
  mapped: 'grey',
  previewed: 'violet',
  queued: 'grey',
  running: 'blue',
  paused: 'amber',
  done: 'green',
  failed: 'red',
  cancelled: 'grey',
  undone: 'pink',
};

/** Choices that are the CRM's own words and no company's. */
const OWN_WORDS: Partial<Record<ImportEntity, string[]>> = {
  contacts: ['status'],
  activities: ['type', 'status', 'priority'],
};

/** States and fields of an import in a person's words. */
export function useImportWords() {
  const { t } = useTranslation();
  const status = useCallback(
    (i: Pick<Import, 'status' | 'task'>) => {
      const doing = i.task === 'preview' || (i.task === 'undo' && i.status === 'running') ? i.task : null;
      return doing ? t(`imports.task.${doing}`) : t(`imports.status.${i.status}`);
    },
    [t],
  );
  const hue = (i: Pick<Import, 'status' | 'task'>): Hue => (i.task ? 'blue' : HUES[i.status]);
  /** Own fields by the CRM's words, custom ones by their own. */
  const field = useCallback(
    (f: Pick<TargetField, 'key' | 'label' | 'custom'>) =>
      f.custom
        ? f.label
        : t(`imports.field.${f.key === 'name' && f.label === 'Name' ? 'deal_name' : f.key}`, {
            defaultValue: f.label || humanise(f.key),
          }),
    [t],
  );
  const fault = useCallback(
    (e: { code: string; message: string }) =>
      t(`imports.code.${faultWord(e)}`, { defaultValue: fieldText(e.message) }),
    [t],
  );
  /** The fields of a file, with their choices in a person's words. */
  const fields = useCallback(
    (file: Pick<Import, 'entity' | 'fields'>): TargetField[] =>
      (file.fields ?? []).map((f) => {
        const own = OWN_WORDS[file.entity]?.includes(f.key);
        return own
          ? { ...f, options: f.options.map((o) => ({ ...o, label: t(`${file.entity}.${f.key}.${o.key}`) })) }
          : f;
      }),
    [t],
  );
  return { status, hue, field, fault, fields };
}

/** Refusals in the words of a file. */
export function useImportErrors() {
  const { t, i18n } = useTranslation();
  return useCallback(
    (error: ApiError): string => {
      const key = `imports.error.${error.code}`;
      const first = Object.values(error.fields)[0]?.[0];
      // the server says what the file is instead, in English
      if (error.code === 'file_unreadable' && first && i18n.language === 'en') return `${first} ${t(key)}`;
      if (i18n.exists(key)) return t(key);
      return first ? fieldText(first) : errorText(error);
    },
    [t, i18n],
  );
}
