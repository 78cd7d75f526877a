import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { daysUntil, STATUS_HUE } from './standing';

/** Words for what documents hold as keys. */
export function useDocumentWords() {
  const { t, i18n } = useTranslation();
  const f = useFormat();
  return {
    status: (key: string) => t(`documents.status.${key}`, { defaultValue: key }),
    hue: (key: string) => STATUS_HUE[key] ?? 'grey',
    /** A reason is one of ours by its key, or somebody's own words. */
    reason: (text: string) =>
      i18n.exists(`documents.reason.${text}`) ? t(`documents.reason.${text}`) : text,
    expiry: (day: string) => {
      const days = daysUntil(day);
      if (days <= 0) return t('documents.expiredOn', { date: f.date(day) });
      return days <= 30
        ? t('documents.expiresIn', { count: days, date: f.date(day) })
        : t('documents.validUntil', { date: f.date(day) });
    },
  };
}
