import { useTranslation } from 'react-i18next';
import type { Count } from '@/api/types';
import type { Slice } from './figures';

type Named = { id?: string | null; name?: string | null; count: number };

/** Groups of the API with their labels; what has no value is `none`, the word by which lists find it. */
export function useSlices() {
  const { t } = useTranslation();
  return {
    named: (items: readonly Count[], label: (key: string) => string): Slice[] =>
      items.map((i) => ({
        key: i.key ?? 'none',
        count: i.count,
        label: i.key ? label(i.key) : t('dashboard.none'),
      })),
    teams: (items: readonly Named[], none = t('dashboard.noTeam')): Slice[] =>
      items.map((x) => ({ key: x.id ?? 'none', count: x.count, label: x.name ?? none })),
  };
}
