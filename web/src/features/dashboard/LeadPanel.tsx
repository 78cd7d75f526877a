import { IconTargetArrow } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LeadDashboard } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState } from '@/components';
import { humanise } from '@/data/lookups';
import { BarList } from './BarList';
import { Figures } from './Figures';
import { Panel, type PanelProps } from './Panel';
import { leadFiguresQuery } from './query';
import { useSlices } from './slices';

/** Everything about leads. */
export function LeadPanel({ narrowed, ...rest }: PanelProps) {
  const { t } = useTranslation();
  const query = useQuery(leadFiguresQuery(narrowed));
  return (
    <Panel title={t('dashboard.leads')} query={query}>
      {(data) =>
        data.total ? (
          <Leads data={data} {...rest} />
        ) : (
          <EmptyState
            compact
            icon={<IconTargetArrow size={20} stroke={1.6} />}
            title={rest.search.team_id ? t('dashboard.nothingInTeam') : t('dashboard.noLeads')}
          />
        )
      }
    </Panel>
  );
}

function Leads({ data, span, search }: { data: LeadDashboard } & Pick<PanelProps, 'span' | 'search'>) {
  const { t } = useTranslation();
  const f = useFormat();
  const { named, teams } = useSlices();
  return (
    <Figures
      kind="lead"
      data={data}
      span={span}
      search={search}
      working={data.open}
      ended={data.closed}
      words={{
        total: t('dashboard.totalLeads'),
        working: t('dashboard.open'),
        ended: t('dashboard.closed'),
        perDay: t('dashboard.leadsPerDay'),
      }}
      say={(n) => t('dashboard.newLeads', { count: n, n: f.int(n) })}
    >
      {(bars) => (
        <>
          <BarList
            {...bars}
            title={t('dashboard.bySource')}
            filter="source"
            items={named(data.by_source, humanise)}
          />
          <BarList
            {...bars}
            title={t('dashboard.byPartner')}
            filter="partner_id"
            items={teams(data.by_partner, t('dashboard.noPartner'))}
          />
          <BarList
            {...bars}
            title={t('dashboard.byCountry')}
            filter="country"
            items={named(data.by_country, f.country)}
          />
        </>
      )}
    </Figures>
  );
}
