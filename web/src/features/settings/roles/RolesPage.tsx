import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState, SkeletonLines } from '@/components';
import { catalogueQuery } from '@/components/explain';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import s from '../settings.module.css';
import { DeleteRoleDialog } from './DeleteRoleDialog';
import { roleListQuery } from './query';
import { RolesMatrix } from './RolesMatrix';
import { RolesTable } from './RolesTable';
import c from './roles.module.css';
import type { Role } from './types';

/** Who may do what: the roles, or all of them side by side. */
export function RolesPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const roles = useQuery(roleListQuery);
  const catalogue = useQuery(catalogueQuery);
  const [deleting, setDeleting] = useState<Role | null>(null);
  const compare = search.view === 'compare';
  if (search.new === '1' && can('roles.manage')) return <Navigate to="/settings/roles/new" replace />;
  const failed = (roles.data ? null : roles.error) ?? (compare && !catalogue.data ? catalogue.error : null);
  if (failed)
    return (
      <ErrorState
        error={failed}
        onRetry={() => {
          void roles.refetch();
          void catalogue.refetch();
        }}
      />
    );
  return (
    <div className={s.page}>
      <div className={c.listHead}>
        <p className={s.intro}>{t('settings.roles.intro')}</p>
        <SegmentedControl
          aria-label={t('roles.view.label')}
          value={compare ? 'compare' : 'list'}
          onChange={(v) =>
            void navigate({
              to: '.',
              search: (v === 'compare' ? { view: 'compare' } : {}) as never,
              replace: true,
            })
          }
          data={(['list', 'compare'] as const).map((value) => ({ value, label: t(`roles.view.${value}`) }))}
        />
      </div>
      {!roles.data || (compare && !catalogue.data) ? (
        <SkeletonLines lines={10} gap={24} />
      ) : roles.data.length === 0 ? (
        <EmptyState title={t('settings.roles.nothing')} />
      ) : compare && catalogue.data ? (
        <RolesMatrix roles={roles.data} catalogue={catalogue.data} />
      ) : (
        <RolesTable roles={roles.data} onDelete={setDeleting} />
      )}
      {deleting && <DeleteRoleDialog role={deleting} onClose={() => setDeleting(null)} />}
    </div>
  );
}
