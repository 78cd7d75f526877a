import { Button } from '@mantine/core';
import { IconBriefcase, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DealKind } from '@/api/sales';
import { EmptyState, ErrorState, hueOrGrey, Money, SkeletonLines, StatusPill } from '@/components';
import { useCan } from '@/session/session';
import { DealDrawer, type DealPreset } from './DealDrawer';
import c from './deals.module.css';
import { dealsOfQuery } from './query';

type Props = { of: Pick<DealPreset, 'client' | 'contact'> };

/** The opportunities and deals of a client or a contact, as far as this person sees them. */
export function DealsOf({ of }: Props) {
  const can = useCan();
  return (
    <div className={c.overview}>
      {(['opportunities', 'deals'] as const)
        .filter((kind) => can(`${kind}.read`))
        .map((kind) => (
          <Part key={kind} kind={kind} of={of} />
        ))}
    </div>
  );
}

function Part({ kind, of }: Props & { kind: DealKind }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const [adding, setAdding] = useState(false);
  const query = useQuery(
    dealsOfQuery(kind, of.contact ? { contact_id: of.contact.id } : { client_id: of.client?.id }),
  );
  const rows = query.data?.data ?? [];
  return (
    <section>
      <div className={c.headRow}>
        <h3>{t(`deals.title.${kind}`)}</h3>
        {can(`${kind}.create`) && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => setAdding(true)}
          >
            {t(`deals.add.${kind}`)}
          </Button>
        )}
      </div>
      {query.isLoading ? (
        <SkeletonLines lines={2} gap={22} />
      ) : query.isError && !query.data ? (
        <ErrorState compact error={query.error} onRetry={() => void query.refetch()} />
      ) : !rows.length ? (
        <EmptyState
          compact
          icon={<IconBriefcase size={20} stroke={1.6} />}
          title={t(`deals.nothing.${kind}`)}
        />
      ) : (
        <ul className={c.list}>
          {rows.map((d) => (
            <li key={d.id}>
              <Link className={c.listName} to={`/${kind}/${d.id}`} dir="auto">
                {d.name}
              </Link>
              <StatusPill label={d.stage_label} hue={hueOrGrey(d.stage_hue)} />
              <Money amount={d.amount} currency={d.currency} />
            </li>
          ))}
        </ul>
      )}
      <DealDrawer
        kind={kind}
        preset={of}
        opened={adding}
        onClose={() => setAdding(false)}
        onDone={(id) => void navigate({ to: `/${kind}/${id}` })}
      />
    </section>
  );
}
