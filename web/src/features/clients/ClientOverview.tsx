import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Client, record } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, diffText, isProtected, Money, RelativeTime } from '@/components';
import { DueDate, Stat, Stats, Timeline } from '@/components/record';
import { Revealable } from '@/components/reveal';
import { useCustomFields } from '@/data/customFields';
import { humanise } from '@/data/lookups';
import { useMoneyShown } from '@/data/selling';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { ClientDuplicates, Merges } from '../duplicates';
import { ClientConsents } from './ClientConsents';
import c from './clients.module.css';

export function ClientOverview({ client }: { client: Client }) {
  const { t } = useTranslation();
  const f = useFormat();
  const navigate = useNavigate();
  const can = useCan();
  const money = useMoneyShown();
  const search = useSearch({ strict: false }) as ListSearch;
  const known = useCustomFields('client').map((field) => field.key);
  // the defined ones stand among the facts; here is what came with an import or from the API beside them
  const custom = Object.entries(record(client.custom)).filter(
    ([key, v]) => v !== null && v !== '' && !known.includes(key),
  );
  return (
    <div className={c.overview}>
      <ClientDuplicates client={client} />
      <Stats>
        {money && (
          <Stat label={t('clients.field.balance')}>
            {isProtected(client, 'balance') ? (
              <Revealable
                entity="clients"
                record={client}
                field="balance"
                label={t('clients.field.balance')}
                value={client.balance}
                format={(value) => <Money amount={value} currency={client.currency} />}
              />
            ) : (
              <Money amount={client.balance} currency={client.currency} />
            )}
          </Stat>
        )}
        <Stat label={t('clients.field.follow_up_at')}>
          <DueDate plain at={client.follow_up_at} />
        </Stat>
        <Stat label={t('clients.field.last_activity_at')}>
          <RelativeTime at={client.last_activity_at} empty={<Dash />} />
        </Stat>
        <Stat label={t('clients.clientSince')}>{f.date(client.created_at)}</Stat>
      </Stats>
      {(client.partner_name || client.lead_id || custom.length > 0) && (
        <section>
          <h3 className={c.head}>{t('clients.details')}</h3>
          <dl className={c.details}>
            {client.partner_name && (
              <div>
                <dt>{t('clients.field.partner_name')}</dt>
                <dd>
                  <bdi>{client.partner_name}</bdi>
                </dd>
              </div>
            )}
            {client.lead_id && (
              <div>
                <dt>{t('clients.field.lead_id')}</dt>
                <dd>
                  {can('leads.read') ? (
                    <Link className={c.link} to={`/leads/${client.lead_id}`}>
                      {t('clients.openLead')}
                      <IconChevronRight size={13} className="flip" aria-hidden />
                    </Link>
                  ) : (
                    t('clients.fromLead')
                  )}
                </dd>
              </div>
            )}
            {custom.map(([key, value]) => (
              <div key={key}>
                <dt>{humanise(key)}</dt>
                <dd>
                  <bdi>{diffText(value)}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <ClientConsents id={client.id} />
      <Merges kind="clients" id={client.id} />
      <section>
        <div className={c.headRow}>
          <h3 className={c.head}>{t('clients.recent')}</h3>
          <UnstyledButton
            className={c.more}
            onClick={() =>
              void navigate({ to: '.', search: { ...search, tab: 'timeline' } as never, replace: true })
            }
          >
            {t('record.timeline')}
            <IconChevronRight size={13} className="flip" aria-hidden />
          </UnstyledButton>
        </div>
        <Timeline entity="clients" id={client.id} max={5} />
      </section>
    </div>
  );
}
