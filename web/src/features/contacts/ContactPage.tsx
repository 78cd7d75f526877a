import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowMerge, IconDots, IconPencil, IconStar, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { useUi } from '@/app/ui';
import { ErrorState, toast } from '@/components';
import { useExplain } from '@/components/explain/useExplain';
import { useTitle } from '@/components/page/useTitle';
import { AuditTab, RecordLayout, RecordNav, RecordSkeleton, Timeline } from '@/components/record';
import { useListSearch } from '@/data/listSearch';
import { listOf, useListOf } from '@/data/neighbours';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { DealsOf } from '../deals/DealsOf';
import { FollowMerge, MergeContact, Merges, mergedInto } from '../duplicates';
import { recordTabs } from '../recordTabs';
import { ContactDrawer } from './ContactDrawer';
import { ContactFacts } from './ContactFacts';
import { ContactPills } from './ContactPills';
import c from './contacts.module.css';
import { contactListQuery } from './filters';
import { contactQuery, useDeleteContact, useMakePrimary, useRestoreContact } from './query';

export function ContactPage() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const { t } = useTranslation();
  const search = useSearch({ strict: false }) as ListSearch;
  const list = useListOf(search.list, contactListQuery);
  const query = useQuery(contactQuery(id));
  if (query.data) return <Loaded contact={query.data} />;
  const kept = mergedInto(query.error);
  if (kept) return <FollowMerge kind="contacts" to={kept} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <RecordSkeleton
      nav={
        <RecordNav
          back={{ to: '/contacts', label: t('contacts.title') }}
          entity="contacts"
          list={list}
          id={id}
          tab={search.tab}
        />
      }
    />
  );
}

function Loaded({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const qc = useQueryClient();
  const navigate = useNavigate();
  const { search, go } = useListSearch();
  const list = useListOf(search.list, contactListQuery);
  const remove = useDeleteContact();
  const restore = useRestoreContact();
  const primary = useMakePrimary();
  const [merging, setMerging] = useState(false);
  const why = useExplain({ type: 'contact', id: contact.id, label: contact.name });
  const editable = can('contacts.update');
  useTitle(contact.name, branding.name);
  const del = () =>
    remove.mutate(contact.id, {
      onSuccess: () => {
        // this page is gone by then, and with it the callbacks of a plain `mutate`
        toast.undo(t('contacts.deleted', { name: contact.name }), () => {
          void restore
            .mutateAsync(contact.id)
            .then(() => navigate({ to: `/contacts/${contact.id}` }))
            .catch(() => undefined);
        });
        void navigate({ to: '/contacts', search: listOf(search.list) as never });
      },
    });
  const mayPrimary = editable && contact.client_id && !contact.is_primary;
  const hasDeals = can('deals.read') || can('opportunities.read');
  return (
    <>
      <RecordLayout
        back={{ to: '/contacts', label: t('contacts.title') }}
        entity="contacts"
        // one that is being deleted has no place any more
        list={remove.isPending || remove.isSuccess ? { word: list.word } : list}
        id={contact.id}
        name={contact.name}
        pills={<ContactPills contact={contact} />}
        onNear={(id) => void qc.prefetchQuery(contactQuery(id))}
        actions={
          <>
            {editable && (
              <Button
                variant="default"
                leftSection={<IconPencil size={14} />}
                onClick={() => go({ ...search, edit: '1' })}
              >
                {t('contacts.edit')}
              </Button>
            )}
            {(mayPrimary || can('contacts.merge') || can('contacts.delete') || why.item) && (
              <Menu position="bottom-start" withinPortal={false} floatingStrategy="fixed">
                <Menu.Target>
                  <ActionIcon
                    variant="default"
                    size={30}
                    aria-label={t('components.actionsFor', { name: contact.name })}
                  >
                    <IconDots size={16} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  {mayPrimary && (
                    <Menu.Item leftSection={<IconStar size={15} />} onClick={() => primary.mutate(contact)}>
                      {t('contacts.makePrimary')}
                    </Menu.Item>
                  )}
                  {can('contacts.merge') && (
                    <Menu.Item leftSection={<IconArrowMerge size={15} />} onClick={() => setMerging(true)}>
                      {t('contacts.merge')}
                    </Menu.Item>
                  )}
                  {why.item}
                  {can('contacts.delete') && (
                    <Menu.Item leftSection={<IconTrash size={15} />} c="var(--neg)" onClick={del}>
                      {t('contacts.delete')}
                    </Menu.Item>
                  )}
                </Menu.Dropdown>
              </Menu>
            )}
          </>
        }
        facts={<ContactFacts contact={contact} editable={editable} />}
        tab={search.tab ?? 'overview'}
        onTab={(tab) => go({ ...search, tab: tab === 'overview' ? undefined : tab, kind: undefined })}
        tabs={[
          {
            key: 'overview',
            label: t('contacts.overview'),
            content: (
              <div className={c.overview}>
                {contact.description && (
                  <section>
                    <h3 className={c.headline}>{t('contacts.field.description')}</h3>
                    <p className={c.words} dir="auto">
                      {contact.description}
                    </p>
                  </section>
                )}
                <Merges kind="contacts" id={contact.id} />
                {hasDeals && <DealsOf of={{ contact: { id: contact.id, label: contact.name } }} />}
                <section>
                  <h3 className={c.headline}>{t('components.latest')}</h3>
                  <Timeline entity="contacts" id={contact.id} max={5} />
                </section>
              </div>
            ),
          },
          {
            key: 'timeline',
            label: t('contacts.timeline'),
            content: (
              <Timeline
                entity="contacts"
                id={contact.id}
                chapter={search.kind}
                onChapter={(kind) => go({ ...search, kind })}
              />
            ),
          },
          ...recordTabs({ can, t, parent: { kind: 'contact', id: contact.id }, name: contact.name }),
          ...(can('audit.read')
            ? [
                {
                  key: 'audit',
                  label: t('contacts.audit'),
                  content: <AuditTab kind="contact" id={contact.id} />,
                },
              ]
            : []),
        ]}
      />
      {why.dialog}
      {merging && <MergeContact contact={contact} onClose={() => setMerging(false)} />}
      <ContactDrawer
        contact={contact}
        opened={search.edit === '1' && editable}
        onClose={() => go({ ...search, edit: undefined })}
      />
    </>
  );
}
