import { Button } from '@mantine/core';
import { IconUserShare } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { toast } from '@/components';
import { ListView } from '@/components/list';
import { PickMenu } from '@/components/PickMenu';
import { useFresh } from '@/data/fresh';
import { useList } from '@/data/lists';
import { useOwnerOptions, useStatuses } from '@/data/lookups';
import { listWord } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { HIDDEN_BY_DEFAULT, useLeadColumns } from './columns';
import { leadListQuery, useLeadFilters } from './filters';
import { LeadDrawer } from './LeadDrawer';
import { LeadPeek } from './LeadPeek';
import { useAssignLeads, useUpdateLead } from './query';

type Editing = { lead: Lead; anchor: DOMRect } | null;
type Assigning = { ids: string[]; anchor: DOMRect; clear: () => void } | null;

export function LeadsPage() {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const params = useMemo(() => leadListQuery(search), [search]);
  const list = useList('leads', params);
  const filters = useLeadFilters(list.rows);
  const statuses = useStatuses('lead');
  const owners = useOwnerOptions();
  const fresh = useFresh();
  const update = useUpdateLead();
  const assign = useAssignLeads();
  const [editing, setEditing] = useState<Editing>(null);
  const [assigning, setAssigning] = useState<Assigning>(null);

  const canUpdate = can('leads.update');
  const openStatus = useCallback((lead: Lead, anchor: DOMRect) => setEditing({ lead, anchor }), []);
  const columns = useLeadColumns(canUpdate ? openStatus : null);
  const go = useCallback(
    (next: ListSearch, replace = true) => void navigate({ to: '.', search: next as never, replace }),
    [navigate],
  );
  const open = useCallback(
    (id: string) => void navigate({ to: `/leads/${id}`, search: { list: listWord(search) } as never }),
    [navigate, search],
  );
  const peek = useCallback((id: string) => go({ ...search, peek: id }), [go, search]);
  const bulk =
    can('leads.assign') && can('users.read')
      ? (ids: string[], clear: () => void) => (
          <button
            type="button"
            aria-haspopup="listbox"
            onClick={(e) => setAssigning({ ids, clear, anchor: e.currentTarget.getBoundingClientRect() })}
          >
            <IconUserShare size={15} aria-hidden />
            {t('leads.assign')}
          </button>
        )
      : undefined;

  return (
    <>
      <ListView<Lead>
        name="leads"
        label={t('leads.title')}
        columns={columns}
        hiddenByDefault={HIDDEN_BY_DEFAULT}
        filters={filters}
        search={search}
        onSearch={go}
        list={list}
        fresh={fresh}
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
        <PickMenu
          anchor={assigning.anchor}
          label={t('leads.assign')}
          options={owners}
          none={t('data.unassigned')}
          onPick={(to) => {
            const name = owners.find((o) => o.value === to)?.label ?? null;
            const { ids, clear } = assigning;
            assign.mutate(
              { ids, to: to || null, name },
              {
                onSuccess: () =>
                  toast.done(t('leads.assigned', { count: ids.length, name: name ?? t('data.unassigned') })),
              },
            );
            clear();
          }}
          onClose={() => setAssigning(null)}
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
