import { Button } from '@mantine/core';
import { IconAddressBook, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { Avatar, EmptyState, ErrorState, Masked, RowActions, SkeletonLines } from '@/components';
import { useCan } from '@/session/session';
import { ContactDrawer } from './ContactDrawer';
import { PrimaryMark } from './ContactPills';
import c from './contacts.module.css';
import { contactsOfQuery, useMakePrimary } from './query';

/** The people of a client: whom to call first, and the others. */
export function ClientContacts({ client }: { client: Client }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const query = useQuery(contactsOfQuery(client.id));
  const primary = useMakePrimary();
  const people = query.data ?? [];
  return (
    <section>
      <div className={c.headRow}>
        <h3>{t('contacts.title')}</h3>
        {can('contacts.create') && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t('contacts.add')}
          </Button>
        )}
      </div>
      {query.isLoading ? (
        <SkeletonLines lines={3} gap={26} />
      ) : query.isError && !query.data ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : !people.length ? (
        <EmptyState
          compact
          icon={<IconAddressBook size={20} stroke={1.6} />}
          title={t('contacts.noneHere')}
        />
      ) : (
        <ul className={c.people} aria-label={t('contacts.title')}>
          {people.map((x) => (
            <li key={x.id}>
              <Avatar name={x.name} size={28} />
              <span className={c.person}>
                <span className={c.personName}>
                  <Link to={`/contacts/${x.id}`} dir="auto">
                    {x.name}
                  </Link>
                  {x.is_primary && <PrimaryMark />}
                </span>
                {(x.job_title || x.company) && (
                  <small dir="auto">{[x.job_title, x.company].filter(Boolean).join(' · ')}</small>
                )}
              </span>
              <span className={c.reach}>
                {x.email && <Masked plain record={x} field="email" value={x.email} />}
                {x.phone && <Masked plain record={x} field="phone" value={x.phone} />}
              </span>
              <RowActions
                name={x.name}
                actions={[
                  {
                    key: 'open',
                    label: t('contacts.open'),
                    run: () => void navigate({ to: `/contacts/${x.id}` }),
                  },
                  ...(can('contacts.update') && !x.is_primary
                    ? [
                        {
                          key: 'primary',
                          label: t('contacts.makePrimary'),
                          run: () => primary.mutate(x),
                        },
                      ]
                    : []),
                ]}
              />
            </li>
          ))}
        </ul>
      )}
      <ContactDrawer
        client={{ id: client.id, label: client.name }}
        opened={adding}
        onClose={() => setAdding(false)}
      />
    </section>
  );
}
