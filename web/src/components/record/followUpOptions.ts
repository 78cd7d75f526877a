import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { PickOption } from '../PickMenu';

/** What a list of records can be narrowed to by its follow-ups. */
export function useFollowUpOptions(): PickOption[] {
  const { t } = useTranslation();
  return useMemo(
    () =>
      ['overdue', 'today', 'week', 'any', 'none'].map((value) => ({
        value,
        label: t(`record.followUp.${value}`),
      })),
    [t],
  );
}
