import { IconChevronRight } from '@tabler/icons-react';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealKind } from '@/api/sales';
import { useFormat } from '@/app/ui';
import { Dash, Money } from '@/components';
import { Stat, Stats, Timeline } from '@/components/record';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import c from './deals.module.css';
import { isPast, standing } from './values';

export function DealOverview({ kind, deal }: { kind: DealKind; deal: Deal }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const search = useSearch({ strict: false }) as ListSearch;
  const late = deal.outcome === 'none' && deal.expected_close_date ? isPast(deal.expected_close_date) : false;
  return (
    <div className={c.overview}>
      <Stats>
        <Stat label={t('deals.field.amount')}>
          <Money amount={deal.amount} currency={deal.currency} />
        </Stat>
        <Stat label={t('deals.field.probability')}>{f.percent(deal.probability / 100)}</Stat>
        <Stat label={t(deal.closed_at ? 'deals.closedOn' : 'deals.field.expected_close_date')}>
          {deal.closed_at ? (
            f.date(deal.closed_at)
          ) : deal.expected_close_date ? (
            <span className={late ? c.late : undefined}>{f.date(deal.expected_close_date)}</span>
          ) : (
            <Dash />
          )}
        </Stat>
        <Stat label={t('deals.inStage')}>{f.lasting(standing(deal.stage_since))}</Stat>
      </Stats>
      {(deal.deal_id || deal.opportunity_id || deal.lead_id) && (
        <ul className={c.links}>
          {deal.deal_id && (
            <li>
              <Onward to={can('deals.read') ? `/deals/${deal.deal_id}` : null}>
                {t('deals.becameDeal')}
              </Onward>
            </li>
          )}
          {deal.opportunity_id && (
            <li>
              <Onward to={can('opportunities.read') ? `/opportunities/${deal.opportunity_id}` : null}>
                {t('deals.fromOpportunity', { name: deal.opportunity_name ?? '' })}
              </Onward>
            </li>
          )}
          {deal.lead_id && (
            <li>
              <Onward to={can('leads.read') ? `/leads/${deal.lead_id}` : null}>{t('deals.fromLead')}</Onward>
            </li>
          )}
        </ul>
      )}
      <Words title={t('deals.field.next_steps')} text={deal.next_steps} empty={t('deals.noNextSteps')} />
      {deal.description && <Words title={t('deals.field.description')} text={deal.description} />}
      <section>
        <div className={c.headRow}>
          <h3>{t('components.latest')}</h3>
          <Link to="." search={{ ...search, tab: 'timeline' } as never} replace>
            {t('record.timeline')}
            <IconChevronRight size={13} className="flip" aria-hidden />
          </Link>
        </div>
        <Timeline entity={kind} id={deal.id} max={5} />
      </section>
    </div>
  );
}

function Onward({ to, children }: { to: string | null; children: ReactNode }) {
  if (!to) return <>{children}</>;
  return (
    <Link to={to}>
      {children}
      <IconChevronRight size={13} className="flip" aria-hidden />
    </Link>
  );
}

function Words({ title, text, empty }: { title: string; text?: string | null; empty?: string }) {
  return (
    <section>
      <h3 className={c.headline}>{title}</h3>
      {text ? (
        <p className={c.words} dir="auto">
          {text}
        </p>
      ) : (
        <p className="dim">{empty}</p>
      )}
    </section>
  );
}
