import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { type Lead, record } from '@/api/types';
import { useFormat } from '@/app/ui';
import {
  ConfirmDialog,
  diffText,
  ErrorState,
  errorText,
  Masked,
  Notice,
  SkeletonLines,
  toast,
} from '@/components';
import { Tags } from '@/components/record';
import { useNames } from '@/data/names';
import { fieldText } from '@/lib/forms';
import { useCan } from '@/session/session';
import { LinkChoice, type LinkTarget } from '../duplicates';
import c from './convert.module.css';
import { type Chance, isComplete, OpportunityPart, opportunityOf } from './OpportunityPart';
import { conversionQuery, useConvertLead } from './query';

/** Everything the client gets, before it is there; nothing of it is typed again. */
export function ConvertDialog({ lead, onClose }: { lead: Lead; onClose: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const names = useNames();
  const navigate = useNavigate();
  const convert = useConvertLead();
  const preview = useQuery(conversionQuery(lead.id));
  const [target, setTarget] = useState<LinkTarget>(null);
  // whose address it is already, if this person may know
  const [chance, setChance] = useState<Chance | null>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const show = (field: string): ReactNode => {
    if (field === 'email' || field === 'phone')
      return <Masked record={lead} field={field} value={lead[field]} />;
    if (field === 'tags') return <Tags tags={lead.tags} />;
    if (field === 'follow_up_at' && lead.follow_up_at) return f.dateTime(lead.follow_up_at);
    if (field === 'assigned_to') return lead.assigned_to_name;
    if (field === 'team_id') return lead.team_name;
    if (field === 'partner_id') return lead.partner_name;
    const own = field.startsWith('custom.') ? record(lead.custom)[field.slice(7)] : undefined;
    const value = own ?? lead[field as keyof Lead];
    return <bdi>{names.value('lead', field, value) ?? diffText(value)}</bdi>;
  };
  const left = preview.data?.left ?? [];
  return (
    <ConfirmDialog
      opened
      title={t('leads.convertTitle', { name: lead.name })}
      text={t(target ? 'leads.linkText' : 'leads.convertText')}
      confirm={t(target ? 'leads.link' : 'leads.convert')}
      busy={convert.isPending}
      disabled={!preview.data || (chance !== null && !isComplete(chance))}
      onClose={onClose}
      onConfirm={() =>
        convert.mutate(
          { id: lead.id, client_id: target?.id, opportunity: chance ? opportunityOf(chance) : undefined },
          {
            onError: (e) => setTaken((old) => (isApiError(e) && (e.data.client_id as string)) || old),
            onSuccess: ({ client_id, opportunity_id }) => {
              toast.done(t(target ? 'leads.linked' : 'leads.converted', { name: lead.name }));
              onClose();
              if (opportunity_id && can('opportunities.read'))
                void navigate({ to: `/opportunities/${opportunity_id}` });
              else if (can('clients.read')) void navigate({ to: `/clients/${client_id}` });
            },
          },
        )
      }
    >
      {preview.isLoading && <SkeletonLines lines={6} gap={16} />}
      {preview.isError && <ErrorState compact error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.data && (
        <dl className={c.carry} aria-label={t('leads.carried')}>
          {preview.data.carried.map((field) => (
            <div key={field} style={{ display: 'contents' }}>
              <dt>{names.field('lead', field)}</dt>
              <dd>{show(field)}</dd>
            </div>
          ))}
        </dl>
      )}
      <LinkChoice lead={lead} value={target} onChange={setTarget} named={taken} />
      {can('opportunities.create') && <OpportunityPart lead={lead} value={chance} onChange={setChance} />}
      {left.length > 0 && (
        <p className={c.left}>
          {t('leads.staysBehind', { fields: left.map((x) => names.field('lead', x)).join(', ') })}
        </p>
      )}
      {convert.isError && (
        <div className={c.problem}>
          <Notice tone="neg">{problem(convert.error)}</Notice>
        </div>
      )}
    </ConfirmDialog>
  );
}

/** A client needs more than a lead: the server names the field, and that is said. */
function problem(error: unknown): string {
  const first = isApiError(error) ? Object.entries(error.fields)[0] : undefined;
  return isApiError(error) && error.code === 'validation_failed' && first
    ? `${first[0]}: ${fieldText(first[1][0] ?? '')}`
    : errorText(error);
}
