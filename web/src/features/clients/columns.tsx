import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Client } from '@/api/types';
import { useFormat } from '@/app/ui';
import {
  Avatar,
  Code,
  Dash,
  isProtected,
  Masked,
  Money,
  Person,
  RelativeTime,
  StatusPill,
  StatusPillButton,
} from '@/components';
import type { Col } from '@/components/DataTable';
import { column } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { DueDate } from '@/components/record';
import { TagPills } from '@/components/tags';
import { humanise, useKyc, useStatuses } from '@/data/lookups';
import { useMoneyShown } from '@/data/selling';
import { fieldLevel } from '@/session/permissions';
import { useMe } from '@/session/session';

export const HIDDEN_BY_DEFAULT = ['language', 'email', 'team_name', 'tags'];

export function useClientColumns(
  onStatus: ((client: Client, anchor: DOMRect) => void) | null,
): Col<Client>[] {
  const { t } = useTranslation();
  const f = useFormat();
  const statuses = useStatuses('client');
  const kyc = useKyc();
  const money = useMoneyShown();
  const { user } = useMe();
  const seesBalance = fieldLevel(user, 'clients.balance') === 'full';
  return useMemo(() => {
    const col = (
      id: string,
      size: number,
      cell: (c: Client) => ReactNode,
      more?: Parameters<typeof column>[4],
    ) => column<Client>(id, t(`clients.field.${id}`), size, cell, more);
    return [
      col(
        'name',
        220,
        (c) => (
          <a href={`/clients/${c.id}`} className={cells.name}>
            <Avatar name={c.name} />
            <span className={cells.ell} dir="auto">
              {c.name}
            </span>
          </a>
        ),
        { sort: true, fixed: true },
      ),
      col(
        'status',
        140,
        (c) =>
          onStatus ? (
            <StatusPillButton
              label={statuses.label(c.status)}
              hue={statuses.hue(c.status)}
              data-edit
              aria-haspopup="listbox"
              onClick={(e) => onStatus(c, e.currentTarget.getBoundingClientRect())}
            />
          ) : (
            <StatusPill label={statuses.label(c.status)} hue={statuses.hue(c.status)} />
          ),
        { sort: true },
      ),
      ...(kyc.shown
        ? [
            col(
              'kyc_status',
              120,
              (c) => <StatusPill label={kyc.label(c.kyc_status)} hue={kyc.hue(c.kyc_status)} />,
              { sort: true },
            ),
          ]
        : []),
      col('assigned_to_name', 160, (c) => <Person name={c.assigned_to_name} />, { sort: true }),
      col(
        'country',
        96,
        (c) => (c.country ? <Code title={f.country(c.country)}>{c.country}</Code> : <Dash />),
        { sort: true },
      ),
      col('language', 120, (c) => (c.language ? f.language(c.language) : <Dash />)),
      ...(money
        ? [
            col(
              'balance',
              124,
              (c) =>
                isProtected(c, 'balance') ? (
                  <Masked plain record={c} field="balance" value={c.balance} />
                ) : (
                  <Money amount={c.balance} currency={c.currency} />
                ),
              // an order would tell what the mask hides: the server refuses it
              { num: true, sort: seesBalance },
            ),
          ]
        : []),
      col('phone', 164, (c) => <Masked plain record={c} field="phone" value={c.phone} />),
      col('email', 230, (c) => <Masked plain record={c} field="email" value={c.email} />),
      col('source', 130, (c) => (c.source ? humanise(c.source) : <Dash />), { sort: true }),
      col('team_name', 130, (c) => c.team_name ?? <Dash />, { sort: true }),
      col('tags', 180, (c) => <TagPills names={c.tags} />),
      col('follow_up_at', 150, (c) => <DueDate plain at={c.follow_up_at} />, { sort: true }),
      col('last_activity_at', 130, (c) => <RelativeTime at={c.last_activity_at} />, { sort: true }),
      col('created_at', 120, (c) => <RelativeTime at={c.created_at} />, { sort: true }),
    ];
  }, [t, f, statuses, kyc, money, onStatus, seesBalance]);
}
