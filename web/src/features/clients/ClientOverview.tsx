import { UnstyledButton } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, record } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, diffText, isProtected, Money, RelativeTime } from '@/components';
import { Timeline } from '@/components/record';
import { Revealable } from '@/components/reveal';
import { useCustomFields } from '@/data/customFields';
import { humanise } from '@/data/lookups';
import { ClientConsents } from './ClientConsents';
import c from './clients.module.css';

export function ClientOverview({ client }: { client: Client }) {
  const { t } = useTranslation();
  const f = useFormat();
  const navigate = useNavigate();
  const known = useCustomFields('client').map((field) => field.key);
  // the defined ones stand among the facts; here is what came with an import or from the API beside them
  const custom = Object.entries(record(client.custom)).filter(
    ([key, v]) => v !== null && v !== '' && !known.includes(key),
  );
  return (
    <div className={c.overview}>
      <div className={c.stats}>
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
        <Stat label={t('clients.field.last_activity_at')}>
          <RelativeTime at={client.last_activity_at} empty={<Dash />} />
        </Stat>
        <Stat label={t('clients.clientSince')}>{f.date(client.created_at)}</Stat>
      </div>
      {(client.tags.length > 0 || custom.length > 0) && (
        <section>
          <h3 className={c.head}>{t('clients.details')}</h3>
          <dl className={c.details}>
            {client.tags.length > 0 && (
              <div>
                <dt>{t('clients.field.tags')}</dt>
                <dd className={c.tags}>
                  {client.tags.map((tag) => (
                    <span key={tag} className={c.tag}>
                      {tag}
                    </span>
                  ))}
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
      <section>
        <div className={c.headRow}>
          <h3 className={c.head}>{t('clients.recent')}</h3>
          <UnstyledButton
            className={c.more}
            onClick={() => void navigate({ to: '.', search: { tab: 'timeline' } as never, replace: true })}
          >
            {t('clients.timeline')}
            <IconChevronRight size={13} className="flip" aria-hidden />
          </UnstyledButton>
        </div>
        <Timeline entity="clients" id={client.id} max={4} />
      </section>
    </div>
  );
}

function Stat({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={c.stat}>
      <p className={c.statLabel}>{label}</p>
      <div className={c.statValue}>{children}</div>
    </div>
  );
}
