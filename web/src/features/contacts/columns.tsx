import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { Avatar, Dash, Masked, Person, RelativeTime, StatusPill, StatusPillButton } from '@/components';
import type { Col } from '@/components/DataTable';
import { column } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { TagPills } from '@/components/tags';
import { humanise } from '@/data/lookups';
import { statusHue } from './filters';
import { Rating } from './Rating';

export const HIDDEN_BY_DEFAULT = ['team_name', 'source', 'tags'];

export function useContactColumns(
  onStatus: ((contact: Contact, anchor: DOMRect) => void) | null,
): Col<Contact>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const col = (
      id: string,
      size: number,
      cell: (x: Contact) => ReactNode,
      more?: Parameters<typeof column>[4],
    ) => column<Contact>(id, t(`contacts.field.${id}`), size, cell, more);
    const text = (value: string | null | undefined) =>
      value ? (
        <span className={cells.ell} dir="auto">
          {value}
        </span>
      ) : (
        <Dash />
      );
    return [
      col(
        'name',
        216,
        (x) => (
          <a href={`/contacts/${x.id}`} className={cells.name}>
            <Avatar name={x.name} />
            <span className={cells.ell} dir="auto">
              {x.name}
            </span>
          </a>
        ),
        { sort: true, fixed: true },
      ),
      col('status', 126, (x) => {
        const label = t(`contacts.status.${x.status}`);
        return onStatus ? (
          <StatusPillButton
            label={label}
            hue={statusHue(x.status)}
            data-edit
            aria-haspopup="listbox"
            onClick={(e) => onStatus(x, e.currentTarget.getBoundingClientRect())}
          />
        ) : (
          <StatusPill label={label} hue={statusHue(x.status)} />
        );
      }),
      col('company', 150, (x) => text(x.company)),
      col('job_title', 140, (x) => text(x.job_title)),
      col('client_name', 160, (x) => text(x.client_name)),
      col('email', 220, (x) => <Masked plain record={x} field="email" value={x.email} />),
      col('phone', 160, (x) => <Masked plain record={x} field="phone" value={x.phone} />),
      col('rating', 100, (x) => <Rating value={x.rating} />, { sort: true }),
      col('assigned_to_name', 150, (x) => <Person name={x.assigned_to_name} />),
      col('team_name', 130, (x) => text(x.team_name)),
      col('source', 130, (x) => (x.source ? humanise(x.source) : <Dash />)),
      col('tags', 170, (x) => <TagPills names={x.tags} />),
      col('created_at', 118, (x) => <RelativeTime at={x.created_at} />, { sort: true }),
    ];
  }, [t, onStatus]);
}
