import { Button } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ClientDashboard } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState } from '@/components';
import { humanise, useKyc } from '@/data/lookups';
import { useCan } from '@/session/session';
import { BarList } from './BarList';
import { Figures } from './Figures';
import { Panel, type PanelProps } from './Panel';
import { clientFiguresQuery } from './query';
import { useSlices } from './slices';

/** Everything about clients. */
export function ClientPanel({ narrowed, ...rest }: PanelProps) {
  const { t } = useTranslation();
  const query = useQuery(clientFiguresQuery(narrowed));
  return (
    <Panel title={t('dashboard.clients')} query={query}>
      {(data) => (data.total ? <Clients data={data} {...rest} /> : <None search={rest.search} />)}
    </Panel>
  );
}

function Clients({ data, span, search }: { data: ClientDashboard } & Pick<PanelProps, 'span' | 'search'>) {
  const { t } = useTranslation();
  const f = useFormat();
  const kyc = useKyc();
  const { named } = useSlices();
  return (
    <Figures
      kind="client"
      data={data}
      span={span}
      search={search}
      working={data.active}
      ended={data.inactive}
      words={{
        total: t('dashboard.total'),
        working: t('dashboard.active'),
        ended: t('dashboard.inactive'),
        perDay: t('dashboard.perDay'),
      }}
      say={(n) => t('dashboard.newClients', { count: n, n: f.int(n) })}
    >
      {(bars) => (
        <>
          {kyc.shown && (
            <BarList
              {...bars}
              title={t('dashboard.byKyc')}
              filter="kyc_status"
              hue={kyc.hue}
              items={named(data.by_kyc, kyc.label)}
            />
          )}
          <BarList
            {...bars}
            title={t('dashboard.byCountry')}
            filter="country"
            items={named(data.by_country, f.country)}
          />
          <BarList
            {...bars}
            title={t('dashboard.bySource')}
            filter="source"
            items={named(data.by_source, humanise)}
          />
        </>
      )}
    </Figures>
  );
}

function None({ search }: Pick<PanelProps, 'search'>) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const icon = <IconUsers size={20} stroke={1.6} />;
  if (search.team_id) return <EmptyState title={t('dashboard.nothingInTeam')} icon={icon} compact />;
  return (
    <EmptyState
      icon={icon}
      title={t('dashboard.empty')}
      text={t('dashboard.emptyText')}
      action={
        can('clients.create') && (
          <Button onClick={() => void navigate({ to: '/clients', search: { new: '1' } as never })}>
            {t('dashboard.add')}
          </Button>
        )
      }
    />
  );
}
