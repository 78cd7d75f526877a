import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, record } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Dash, diffText, isProtected, Masked, Person, StatusPill } from '@/components';
import { isEmpty } from '@/components/custom/values';
import { TagPills } from '@/components/tags';
import { type CustomEntity, useCustomFields } from '@/data/customFields';
import { humanise, useKyc, useStatuses } from '@/data/lookups';

/** What a client has in one field of a merge, as it reads everywhere else. */
export function FieldValue({ client, field }: { client: Client; field: string }): ReactNode {
  const f = useFormat();
  const statuses = useStatuses('client');
  const kyc = useKyc();
  switch (field) {
    case 'email':
    case 'phone':
    case 'address':
      return <Masked plain record={client} field={field} value={client[field]} />;
    case 'date_of_birth':
      if (isProtected(client, field))
        return <Masked plain record={client} field={field} value={client[field]} />;
      return client.date_of_birth ? <bdi>{f.date(client.date_of_birth)}</bdi> : <Dash />;
    case 'status':
      return <StatusPill label={statuses.label(client.status)} hue={statuses.hue(client.status)} />;
    case 'kyc_status':
      return <StatusPill label={kyc.label(client.kyc_status)} hue={kyc.hue(client.kyc_status)} />;
    case 'owner':
      return (
        <>
          <Person name={client.assigned_to_name} />
          {client.team_name && (
            <>
              {' '}
              <bdi className="dim">{client.team_name}</bdi>
            </>
          )}
        </>
      );
    case 'follow_up':
      if (!client.follow_up_at) return <Dash />;
      return (
        <bdi>
          {f.dateTime(client.follow_up_at)}
          {client.follow_up_note && ` — ${client.follow_up_note}`}
        </bdi>
      );
    case 'country':
      return client.country ? f.country(client.country) : <Dash />;
    case 'language':
      return client.language ? f.language(client.language) : <Dash />;
    case 'source':
      return client.source ? humanise(client.source) : <Dash />;
    case 'partner':
      return client.partner_name ? <bdi>{client.partner_name}</bdi> : <Dash />;
    case 'tags':
      return client.tags.length ? <TagPills wrap names={client.tags} /> : <Dash />;
    default: {
      if (field.startsWith('custom.')) return <OwnValue of="client" custom={client.custom} field={field} />;
      const value = client[field as keyof Client];
      return isEmpty(value) ? <Dash /> : <bdi>{diffText(value)}</bdi>;
    }
  }
}

/** The value of one of the company's own fields, by its words. */
export function OwnValue({ of, custom, field }: { of: CustomEntity; custom: unknown; field: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const key = field.replace(/^custom\./, '');
  const own = useCustomFields(of).find((x) => x.key === key);
  const value = record(custom)[key];
  if (isEmpty(value)) return <Dash />;
  const word = (v: unknown) => own?.options.find((o) => o.key === v)?.label ?? diffText(v);
  if (typeof value === 'boolean') return t(value ? 'components.yes' : 'components.no');
  if (own?.type === 'date') return <bdi>{f.date(String(value))}</bdi>;
  return <bdi>{Array.isArray(value) ? value.map(word).join(', ') : word(value)}</bdi>;
}
