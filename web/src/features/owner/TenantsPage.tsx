import { Button, SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState } from '@/components';
import { FindBox } from '@/components/list/FindBox';
import { useTitle } from '@/components/page/useTitle';
import { useView } from '@/components/page/useView';
import { NewTenantDrawer } from './NewTenantDrawer';
import c from './owner.module.css';
import { Pager } from './Pager';
import { nextSort, readTenantsView, STATUSES, useTenants } from './query';
import { TenantsTable } from './TenantsTable';

const readView = (raw: Record<string, unknown>) => ({
  ...readTenantsView(raw),
  /** `new`, or the provisioning that the drawer is showing. */
  open: typeof raw.open === 'string' ? raw.open : '',
  from: typeof raw.from === 'string' ? raw.from : '',
});

export function TenantsPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const [view, setView] = useView(readView);
  const { open, from, ...filter } = view;
  const tenants = useTenants(filter);
  const filtered = filter.q !== '' || filter.status !== '';
  const find = useCallback((q: string) => setView({ q, page: 1 }, { replace: true }), [setView]);
  useTitle(t('owner.tenants.title'));
  return (
    <>
      <header className={c.top}>
        <h1 className={c.crumb}>{t('owner.tenants.title')}</h1>
        <span className={c.grow} />
        <Button leftSection={<IconPlus size={15} />} onClick={() => setView({ open: 'new' })} h={30}>
          {t('owner.tenants.add')}
        </Button>
      </header>
      <div className={c.toolbar}>
        <FindBox value={filter.q} onChange={find} label={t('owner.tenants.find')} />
        <SegmentedControl
          size="xs"
          withItemsBorders={false}
          aria-label={t('owner.tenants.status')}
          value={filter.status}
          onChange={(status) => setView({ status, page: 1 })}
          data={[
            { value: '', label: t('owner.tenants.all') },
            ...STATUSES.map((s) => ({ value: s, label: t(`owner.status.${s}`) })),
          ]}
          className={c.segments}
        />
        <span className={c.grow} />
        {tenants.data && (
          <span className={`${c.total} num`}>
            {t('owner.tenants.total', { count: tenants.data.total, n: f.int(tenants.data.total) })}
          </span>
        )}
      </div>
      {tenants.isError && !tenants.data ? (
        <ErrorState error={tenants.error} onRetry={() => void tenants.refetch()} />
      ) : tenants.data && tenants.data.data.length === 0 ? (
        <EmptyState
          title={t(filtered ? 'owner.tenants.noMatch' : 'owner.tenants.none')}
          text={t(filtered ? 'owner.tenants.noMatchText' : 'owner.tenants.noneText')}
          action={
            filtered ? (
              <Button variant="default" onClick={() => setView({ q: '', status: '', page: 1 })}>
                {t('owner.tenants.clear')}
              </Button>
            ) : (
              <Button leftSection={<IconPlus size={15} />} onClick={() => setView({ open: 'new' })}>
                {t('owner.tenants.add')}
              </Button>
            )
          }
        />
      ) : (
        <>
          <TenantsTable
            rows={tenants.data?.data}
            stale={tenants.isPlaceholderData}
            sort={filter.sort}
            onSort={(key) => setView({ sort: nextSort(filter.sort, key), page: 1 })}
          />
          {tenants.data && (
            <Pager page={filter.page} pages={tenants.data.total_pages} onPage={(page) => setView({ page })} />
          )}
        </>
      )}
      <NewTenantDrawer
        open={open}
        from={from}
        onOpen={(next) => setView({ open: next, from: '' }, { replace: open !== '' })}
        onClose={() => setView({ open: '', from: '' })}
      />
    </>
  );
}
