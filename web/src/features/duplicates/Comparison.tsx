import { IconEqual } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Avatar, Dash, Ltr, Person, StatusPill } from '@/components';
import { TagPills } from '@/components/tags';
import { humanise, useKyc, useStatuses } from '@/data/lookups';
import c from './duplicates.module.css';
import { type Compared, compared } from './likeness';
import type { Pair, Side } from './types';

/** The two records of a pair beside each other; what both have alike is marked. */
export function Comparison({ pair }: { pair: Pair }) {
  const { t } = useTranslation();
  return (
    <table className={c.compare}>
      <thead>
        <tr>
          <th scope="col">
            <span className="sr-only">{t('duplicates.field')}</span>
          </th>
          <Head side={pair.a} />
          <Head side={pair.b} />
        </tr>
      </thead>
      <tbody>
        {compared(pair).map(({ field, same }) => (
          <tr key={field} data-same={same || undefined}>
            <th scope="row">
              {t(`clients.field.${field}`)}
              {same && (
                <span className={c.same}>
                  <IconEqual size={13} aria-hidden />
                  <span className="sr-only">{t('duplicates.same')}</span>
                </span>
              )}
            </th>
            <td>
              <Value side={pair.a} field={field} />
            </td>
            <td>
              <Value side={pair.b} field={field} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Head({ side }: { side: Side }) {
  return (
    <th scope="col">
      <Link to={`/clients/${side.id}`} className={c.person}>
        <Avatar name={side.name} size={28} />
        <bdi>{side.name}</bdi>
      </Link>
    </th>
  );
}

function Value({ side, field }: { side: Side; field: Compared }): ReactNode {
  const f = useFormat();
  const statuses = useStatuses('client');
  const kyc = useKyc();
  switch (field) {
    case 'status':
      return <StatusPill label={statuses.label(side.status)} hue={statuses.hue(side.status)} />;
    case 'kyc_status':
      return <StatusPill label={kyc.label(side.kyc_status)} hue={kyc.hue(side.kyc_status)} />;
    case 'assigned_to_name':
      return <Person name={side.assigned_to_name} />;
    case 'tags':
      return <TagPills wrap names={side.tags} />;
    default: {
      const value = side[field];
      if (!value) return <Dash />;
      if (field === 'country') return f.country(value);
      if (field === 'date_of_birth' || field === 'created_at') return <bdi>{f.date(value)}</bdi>;
      if (field === 'source') return humanise(value);
      if (field === 'team_name') return <bdi>{value}</bdi>;
      return <Ltr>{value}</Ltr>;
    }
  }
}
