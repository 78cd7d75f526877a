import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, SkeletonLines } from '@/components';
import shared from '../settings.module.css';
import { settingsQuery } from './query';
import { SettingsSection } from './SettingsSection';
import type { SettingGroup } from './types';

/** The settings the server knows, group by group. Each group is saved by itself. */
export function SettingsPage({ groups }: { groups: readonly SettingGroup[] }) {
  const { t } = useTranslation();
  const query = useQuery(settingsQuery);
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const shown = groups
    .map((group) => ({ group, settings: query.data?.filter((s) => s.group === group) ?? [] }))
    .filter((g) => g.settings.length > 0);
  return (
    <div className={shared.page}>
      {query.isPending && <SkeletonLines lines={10} gap={30} />}
      {query.isSuccess && !shown.length && <EmptyState title={t('general.none')} />}
      {shown.map(({ group, settings }) => (
        <SettingsSection key={group} group={group} settings={settings} />
      ))}
    </div>
  );
}
