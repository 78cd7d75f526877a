import { IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, RelativeTime } from '@/components';
import { DueDate, Stat, Stats, Timeline } from '@/components/record';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import c from './leads.module.css';
import { leadHistoryQuery } from './query';

export function LeadOverview({ lead }: { lead: Lead }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const search = useSearch({ strict: false }) as ListSearch;
  const { data } = useQuery(leadHistoryQuery(lead.id));
  const now = data?.data[0];
  return (
    <div className={c.overview}>
      <Stats>
        <Stat label={t('leads.field.follow_up_at')}>
          <DueDate plain at={lead.follow_up_at} />
        </Stat>
        <Stat label={t('leads.inStatus')}>{now ? f.lasting(now.seconds) : <Dash />}</Stat>
        <Stat label={t('leads.field.created_at')}>
          <RelativeTime at={lead.created_at} />
        </Stat>
        <Stat label={t('leads.field.partner_name')}>
          {lead.partner_name ? <bdi>{lead.partner_name}</bdi> : <Dash />}
        </Stat>
      </Stats>
      {lead.converted_client_id && (
        <p className={c.became}>
          {t('leads.became')}{' '}
          {can('clients.read') && (
            <Link to={`/clients/${lead.converted_client_id}`}>
              {t('leads.openClient')}
              <IconChevronRight size={13} className="flip" aria-hidden />
            </Link>
          )}
        </p>
      )}
      {lead.message && (
        <blockquote className={c.message}>
          <p className={c.messageHead}>{t('leads.field.message')}</p>
          <p>
            <bdi>{lead.message}</bdi>
          </p>
        </blockquote>
      )}
      <section>
        <div className={c.headRow}>
          <h3>{t('components.latest')}</h3>
          <Link to="." search={{ ...search, tab: 'timeline' } as never} replace>
            {t('record.timeline')}
            <IconChevronRight size={13} className="flip" aria-hidden />
          </Link>
        </div>
        <Timeline entity="leads" id={lead.id} max={5} />
      </section>
    </div>
  );
}
