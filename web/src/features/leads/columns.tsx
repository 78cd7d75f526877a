import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Avatar, Code, Dash, Masked, Person, RelativeTime, StatusPill, StatusPillButton } from '@/components';
import type { Col } from '@/components/DataTable';
import { column } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { DueDate } from '@/components/record';
import { TagPills } from '@/components/tags';
import { humanise, useStatuses } from '@/data/lookups';

export const HIDDEN_BY_DEFAULT = ['email', 'team_name', 'message', 'tags'];

export function useLeadColumns(onStatus: ((lead: Lead, anchor: DOMRect) => void) | null): Col<Lead>[] {
  const { t } = useTranslation();
  const f = useFormat();
  const statuses = useStatuses('lead');
  return useMemo(() => {
    const col = (
      id: string,
      size: number,
      cell: (l: Lead) => ReactNode,
      more?: Parameters<typeof column>[4],
    ) => column<Lead>(id, t(`leads.field.${id}`), size, cell, more);
    return [
      col(
        'name',
        216,
        (l) => (
          <a href={`/leads/${l.id}`} className={cells.name}>
            <Avatar name={l.name} />
            <span className={cells.ell} dir="auto">
              {l.name}
            </span>
          </a>
        ),
        { sort: true, fixed: true },
      ),
      col(
        'status',
        144,
        (l) =>
          onStatus ? (
            <StatusPillButton
              label={statuses.label(l.status)}
              hue={statuses.hue(l.status)}
              data-edit
              aria-haspopup="listbox"
              onClick={(e) => onStatus(l, e.currentTarget.getBoundingClientRect())}
            />
          ) : (
            <StatusPill label={statuses.label(l.status)} hue={statuses.hue(l.status)} />
          ),
        { sort: true },
      ),
      col('assigned_to_name', 156, (l) => <Person name={l.assigned_to_name} />, { sort: true }),
      col(
        'country',
        88,
        (l) => (l.country ? <Code title={f.country(l.country)}>{l.country}</Code> : <Dash />),
        { sort: true },
      ),
      col('phone', 164, (l) => <Masked plain record={l} field="phone" value={l.phone} />),
      col('email', 230, (l) => <Masked plain record={l} field="email" value={l.email} />),
      col('source', 130, (l) => (l.source ? humanise(l.source) : <Dash />), { sort: true }),
      col('partner_name', 140, (l) => l.partner_name ?? <Dash />, { sort: true }),
      col('team_name', 130, (l) => l.team_name ?? <Dash />, { sort: true }),
      col('message', 220, (l) => (l.message ? <span className={cells.ell}>{l.message}</span> : <Dash />)),
      col('tags', 180, (l) => <TagPills names={l.tags} />),
      col('follow_up_at', 150, (l) => <DueDate plain at={l.follow_up_at} />, { sort: true }),
      col('created_at', 118, (l) => <RelativeTime at={l.created_at} />, { sort: true }),
    ];
  }, [t, f, statuses, onStatus]);
}
