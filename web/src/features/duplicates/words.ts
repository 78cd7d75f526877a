import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { errorText, type Hue } from '@/components';
import { useCustomFields } from '@/data/customFields';
import { humanise } from '@/data/lookups';
import { type Likeness, likeness } from './likeness';
import type { MergeKind, Moved, Reason } from './types';

const HUES: Record<Likeness, Hue> = { sure: 'amber', likely: 'blue', possible: 'grey' };
const MOVED: Record<MergeKind, string[]> = {
  clients: ['documents', 'consents', 'registrations', 'leads'],
  contacts: ['deals', 'activities', 'notes', 'attachments'],
};
/** Fields of a merge that are several of a client's, or another word for one. */
const KNOWN_AS: Record<string, string> = {
  owner: 'assigned_to_name',
  partner: 'partner_name',
  follow_up: 'follow_up_at',
  client: 'client_id',
};

export function useDuplicateWords(kind: MergeKind = 'clients') {
  const { t, i18n } = useTranslation();
  const custom = useCustomFields(kind === 'contacts' ? 'contact' : 'client');
  return useMemo(() => {
    const reason = (r: Reason): string => t(`duplicates.reason.${r}`);
    /** Texts that name the kind of record have words for each. */
    const say = (key: string, values: Record<string, unknown> = {}): string => {
      const own = `duplicates.${kind}.${key}`;
      return t(i18n.exists(own) ? own : `duplicates.${key}`, values);
    };
    return {
      say,
      reason,
      reasons: (all: readonly Reason[]) => all.map(reason).join(' · '),
      likeness: (score: number): string => t(`duplicates.likeness.${likeness(score)}`),
      hue: (score: number): Hue => HUES[likeness(score)],
      field: (field: string): string => {
        const own = field.startsWith('custom.') && custom.find((x) => `custom.${x.key}` === field);
        if (own) return own.label;
        const key = `${kind}.field.${KNOWN_AS[field] ?? field}`;
        return i18n.exists(key) ? t(key) : humanise(field.replace(/^custom\./, ''));
      },
      /** "2 documents, 1 consent": what goes along with a client; null when it is nothing. */
      moved: (moved: Moved): string | null =>
        MOVED[kind]
          .filter((key) => (moved[key] ?? 0) > 0)
          .map((key) => t(`duplicates.moved.${key}`, { count: moved[key] }))
          .join(', ') || null,
      problem: (error: unknown): string => {
        const key = isApiError(error) ? `problem.${error.code}` : '';
        return key && i18n.exists(`duplicates.${key}`) ? say(key) : errorText(error);
      },
    };
  }, [t, i18n, custom, kind]);
}
