import { Button, Switch } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { Partner } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Avatar, CopyButton, Dash, Ltr, RelativeTime, StatusPill } from '@/components';
import { column, ListView } from '@/components/list';
import cells from '@/components/list/cells.module.css';
import { useListSearch } from '@/data/listSearch';
import { patchRecord, putRecord, useList } from '@/data/lists';
import { apiQuery } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { PartnerDrawer } from './PartnerDrawer';

const NO_FILTERS: [] = [];

export function PartnersPage() {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const manage = can('partners.manage');
  const qc = useQueryClient();
  const { search, go } = useListSearch();
  const list = useList(
    'partners',
    useMemo(() => apiQuery(search, NO_FILTERS), [search]),
  );
  const approve = useMutation({
    mutationFn: ({ id, approved }: { id: string; approved: boolean }) =>
      api.patch('/partners/{id}', { path: { id }, body: { approved } }),
    onMutate: ({ id, approved }) => ({ undo: patchRecord<Partner>(qc, 'partners', id, { approved }) }),
    onError: (_e, _v, context) => context?.undo(),
    onSuccess: (fresh) => putRecord<Partner>(qc, 'partners', fresh),
  });
  const setApproved = approve.mutate;

  const columns = useMemo(
    () => [
      column<Partner>(
        'name',
        t('partners.field.name'),
        240,
        (p) => (
          <a href={`/partners?edit=${p.id}`} className={cells.name}>
            <Avatar name={p.name} />
            <span className={cells.ell} dir="auto">
              {p.name}
            </span>
          </a>
        ),
        { fixed: true },
      ),
      column<Partner>('email', t('partners.field.email'), 230, (p) =>
        p.email ? <Ltr>{p.email}</Ltr> : <Dash />,
      ),
      column<Partner>('approved', t('partners.field.approved'), 150, (p) =>
        manage ? (
          <Switch
            size="xs"
            checked={p.approved}
            aria-label={t('partners.approve', { name: p.name })}
            onChange={(e) => setApproved({ id: p.id, approved: e.currentTarget.checked })}
          />
        ) : (
          <StatusPill
            label={p.approved ? t('partners.yes') : t('partners.no')}
            hue={p.approved ? 'green' : 'grey'}
          />
        ),
      ),
      column<Partner>('leads', t('partners.field.leads'), 140, (p) => f.int(p.leads), { num: true }),
      column<Partner>('form_url', t('partners.field.form_url'), 200, (p) =>
        p.approved ? <CopyButton value={p.form_url} label={t('partners.copy')} /> : <Dash />,
      ),
      column<Partner>('created_at', t('partners.field.created_at'), 130, (p) => (
        <RelativeTime at={p.created_at} />
      )),
    ],
    [t, f, manage, setApproved],
  );
  const editing = list.rows.find((p) => p.id === search.edit);
  return (
    <>
      <ListView<Partner>
        name="partners"
        label={t('partners.title')}
        columns={columns}
        filters={NO_FILTERS}
        search={search}
        onSearch={go}
        list={list}
        onOpen={(id) => {
          if (manage) go({ ...search, edit: id }, false);
        }}
        nothingYet={{
          title: t('partners.nothing'),
          text: t('partners.nothingText'),
          action: manage && (
            <Button onClick={() => go({ ...search, new: '1' }, false)}>{t('partners.add')}</Button>
          ),
        }}
      />
      <PartnerDrawer
        partner={editing}
        opened={manage && (search.new === '1' || Boolean(editing))}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
    </>
  );
}
