import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { diffText } from '@/components';
import { useMe } from '@/session/session';
import { useCustomFields } from './customFields';
import { humanise, useKyc, useOwnerOptions, usePartnerOptions, useStatuses, useTeamOptions } from './lookups';
import { usePipelines } from './pipelines';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2}))?$/;
const PEOPLE = new Set(['assigned_to', 'leader_id', 'reassign_to', 'reassigned_to', 'created_by']);
const TEAMS = new Set(['team_id', 'parent_id']);

/** Words for what the audit log says in keys and ids: actions, actors, fields and their values. */
export function useNames() {
  const { t, i18n } = useTranslation();
  const f = useFormat();
  const { user } = useMe();
  const clientStatuses = useStatuses('client');
  const leadStatuses = useStatuses('lead');
  const kyc = useKyc();
  const users = useOwnerOptions();
  const teams = useTeamOptions();
  const partners = usePartnerOptions();
  const clientFields = useCustomFields('client');
  const leadFields = useCustomFields('lead');
  const contactFields = useCustomFields('contact');
  const dealFields = useCustomFields('deal');
  const pipelines = usePipelines();
  return useMemo(() => {
    const first = (keys: string[], fallback: string) => {
      const key = keys.find((k) => i18n.exists(k));
      return key ? t(key) : humanise(fallback);
    };
    const people = new Map(users.map((o) => [o.value, o.label]));
    people.set(user.id, user.name);
    const groups = new Map(teams.map((o) => [o.value, o.label]));
    if (user.team_id && user.team_name) groups.set(user.team_id, user.team_name);
    const ownFields = new Map(
      [...clientFields, ...leadFields, ...contactFields, ...dealFields].map((o) => [
        `${o.entity} custom.${o.key}`,
        o.label,
      ]),
    );
    const brokers = new Map(partners.map((o) => [o.value, o.label]));

    const text = (type: string, field: string, value: unknown): ReactNode => {
      if (typeof value === 'boolean') return t(value ? 'components.yes' : 'components.no');
      if (typeof value === 'number') return f.int(value);
      if (field === 'distributed_to' && Array.isArray(value))
        return value.map((id) => people.get(String(id)) ?? t('components.someone')).join(', ');
      if (typeof value !== 'string' || !value) return diffText(value);
      if (field === 'stage' || field === 'pipeline')
        return (
          pipelines.stageOptions.find((o) => field === 'stage' && o.value === value)?.label ??
          pipelines.of(value)?.name ??
          humanise(value)
        );
      if (field === 'status' && type === 'contact') return first([`contacts.status.${value}`], value);
      if (field === 'status' && type === 'client') return clientStatuses.label(value);
      if (field === 'status' && type === 'lead') return leadStatuses.label(value);
      if (field === 'status' && type === 'user') return first([`settings.users.state.${value}`], value);
      if (type === 'status' && field === 'hue') return first([`statuses.hue.${value}`], value);
      if (field === 'outcome') return first([`statuses.outcome.${value}`], value);
      if (type === 'custom_field' && field === 'type') return first([`customfields.types.${value}`], value);
      if (field === 'kyc_status') return kyc.label(value);
      if (field === 'country') return f.country(value);
      if (field === 'language') return f.language(value);
      if (PEOPLE.has(field)) return people.get(value) ?? t('components.someone');
      if (TEAMS.has(field)) return groups.get(value) ?? t('components.someTeam');
      if (field === 'partner_id') return brokers.get(value) ?? diffText(null);
      if (field === 'converted_client_id')
        return <Link to={`/clients/${value}`}>{t('leads.openClient')}</Link>;
      if (UUID.test(value)) return `…${value.slice(-6)}`;
      if (INSTANT.test(value)) return value.includes('T') ? f.dateTime(value) : f.date(value);
      return value;
    };
    return {
      action: (action: string) =>
        first(
          [`audit.does.${action.replaceAll('.', '_')}`, `settings.audit.does.${action.replaceAll('.', '_')}`],
          action,
        ),
      actor: (actor: { id?: string | null; name: string } | null | undefined) =>
        !actor
          ? t('components.system')
          : actor.id
            ? actor.name
            : first([`components.actor.${actor.name.replaceAll(' ', '_')}`], actor.name),
      field: (type: string, field: string) =>
        ownFields.get(`${type} ${field}`) ??
        first(
          [
            `${type === 'opportunity' ? 'deal' : type}s.field.${field}`,
            `settings.${type}s.field.${field}`,
            `general.setting.${field}.title`,
            `audit.field.${field}`,
          ],
          field,
        ),
      value: text,
    };
  }, [
    t,
    i18n,
    f,
    user,
    clientStatuses,
    leadStatuses,
    kyc,
    users,
    teams,
    partners,
    clientFields,
    leadFields,
    contactFields,
    dealFields,
    pipelines,
  ]);
}
