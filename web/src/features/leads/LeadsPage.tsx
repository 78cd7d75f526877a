import { Button } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { toast } from '@/components';
import { RecordList, useCustomColumns, useListPage, usePicking } from '@/components/list';
import { useList } from '@/data/lists';
import { useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import { HIDDEN_BY_DEFAULT, useLeadColumns } from './columns';
import { LEAD_FILTERS, leadListQuery, useLeadFields } from './filters';
import { LeadDrawer } from './LeadDrawer';
import { LeadPeek } from './LeadPeek';
import { useUpdateLead } from './query';

export function LeadsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const page = useListPage('/leads');
  const { search, go } = page;
  const params = useMemo(() => leadListQuery(search), [search]);
  const list = useList('leads', params);
  const fields = useLeadFields(list.rows);
  const statuses = useStatuses('lead');
  const update = useUpdateLead();
  const picking = usePicking<Lead>(can('leads.update'));
  const own = useLeadColumns(picking.open);
  const custom = useCustomColumns<Lead>('lead');
  const columns = useMemo(() => [...own, ...custom], [own, custom]);
  return (
    <>
      <RecordList<Lead>
        entity="leads"
        label={t('leads.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        desk={{ entity: 'lead', fields, quick: LEAD_FILTERS }}
        page={page}
        params={params}
        list={list}
        peek={(props) => <LeadPeek {...props} />}
        picking={picking}
        pick={{
          label: t('leads.field.status'),
          options: (lead) => statuses.next(lead.status),
          value: (lead) => lead.status,
          onPick: (lead, status) =>
            update.mutate({ lead, patch: { status } }, { onError: (e) => toast.failure(e) }),
        }}
        nothingYet={{
          title: t('leads.nothing'),
          text: t('leads.nothingText'),
          action: can('leads.create') && (
            <Button onClick={() => go({ ...search, new: '1' }, false)}>{t('leads.add')}</Button>
          ),
        }}
      />
      <LeadDrawer
        opened={search.new === '1' && can('leads.create')}
        onClose={() => go({ ...search, new: undefined })}
        onDone={(id) => void navigate({ to: `/leads/${id}` })}
      />
    </>
  );
}
