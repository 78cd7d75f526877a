import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { toast } from '@/components';
import { AssignDialog, BulkActions, type Selection } from '@/components/bulk';
import { ListView, useCustomColumns } from '@/components/list';
import { PickMenu } from '@/components/PickMenu';
import { useFresh } from '@/data/fresh';
import { useList } from '@/data/lists';
import { useStatuses } from '@/data/lookups';
import { listWord } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { HIDDEN_BY_DEFAULT, useLeadColumns } from './columns';
import { LEAD_FILTERS, leadListQuery, useLeadFields } from './filters';
import { LeadDrawer } from './LeadDrawer';
import { LeadPeek } from './LeadPeek';
import { useUpdateLead } from './query';

type Editing = { lead: Lead; anchor: DOMRect } | null;
const NO_FILTERS: never[] = [];

export function LeadsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const params = useMemo(() => leadListQuery(search), [search]);
  const list = useList('leads', params);
  const fields = useLeadFields(list.rows);
  const statuses = useStatuses('lead');
  const fresh = useFresh();
  const update = useUpdateLead();
  const [editing, setEditing] = useState<Editing>(null);
  const [assigning, setAssigning] = useState<string | null>(null);

  const canUpdate = can('leads.update');
  const openStatus = useCallback((lead: Lead, anchor: DOMRect) => setEditing({ lead, anchor }), []);
  const own = useLeadColumns(canUpdate ? openStatus : null);
  const custom = useCustomColumns<Lead>('lead');
  const columns = useMemo(() => [...own, ...custom], [own, custom]);
  const go = useCallback(
    (next: ListSearch, replace = true) => void navigate({ to: '.', search: next as never, replace }),
    [navigate],
  );
  const open = useCallback(
    (id: string) => void navigate({ to: `/leads/${id}`, search: { list: listWord(search) } as never }),
    [navigate, search],
  );
  const peek = useCallback((id: string) => go({ ...search, peek: id }), [go, search]);
  const bulk = ['leads.assign', 'leads.update', 'leads.export'].some(can)
    ? (selection: Selection, clear: () => void) => (
        <BulkActions entity="leads" selection={selection} clear={clear} />
      )
    : undefined;

  return (
    <>
      <ListView<Lead>
        name="leads"
        label={t('leads.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        filters={NO_FILTERS}
        desk={{ entity: 'lead', fields, quick: LEAD_FILTERS }}
        search={search}
        onSearch={go}
        list={list}
        fresh={fresh}
        params={params}
        exports="leads"
        bulk={bulk}
        onOpen={open}
        onPeek={peek}
        peeked={search.peek}
        peek={
          search.peek && (
            <LeadPeek
              id={search.peek}
              row={list.rows.find((r) => r.id === search.peek)}
              params={params}
              onGo={peek}
              onOpen={open}
              onClose={() => go({ ...search, peek: undefined })}
            />
          )
        }
        onEdit={
          canUpdate
            ? (id, row) => {
                const lead = list.rows.find((r) => r.id === id);
                const pill = row.querySelector('[data-edit]');
                if (lead && pill) setEditing({ lead, anchor: pill.getBoundingClientRect() });
              }
            : undefined
        }
        onAssign={can('leads.assign') && can('users.read') ? (id) => setAssigning(id) : undefined}
        nothingYet={{
          title: t('leads.nothing'),
          text: t('leads.nothingText'),
          action: can('leads.create') && (
            <Button onClick={() => go({ ...search, new: '1' }, false)}>{t('leads.add')}</Button>
          ),
        }}
      />
      {editing && (
        <PickMenu
          anchor={editing.anchor}
          label={t('leads.field.status')}
          options={statuses.next(editing.lead.status)}
          value={editing.lead.status}
          onPick={(status) => {
            if (status === editing.lead.status) return;
            update.mutate({ lead: editing.lead, patch: { status } }, { onError: (e) => toast.failure(e) });
          }}
          onClose={() => setEditing(null)}
        />
      )}
      {assigning && (
        <AssignDialog
          entity="leads"
          selection={{ kind: 'rows', ids: [assigning] }}
          onClose={() => setAssigning(null)}
          onDone={() => setAssigning(null)}
        />
      )}
      <LeadDrawer
        opened={search.new === '1' && can('leads.create')}
        onClose={() => go({ ...search, new: undefined })}
        onDone={(id) => void navigate({ to: `/leads/${id}` })}
      />
    </>
  );
}
