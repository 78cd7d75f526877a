import { Button, Menu } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { useListSearch } from '@/data/listSearch';
import { useListOf } from '@/data/neighbours';
import { useCan } from '@/session/session';
import { useExplain } from '../explain/useExplain';
import { useTitle } from '../page/useTitle';
import { AuditTab } from './AuditTab';
import type { Named, RecordKind } from './kind';
import { MoreMenu } from './MoreMenu';
import { RecordLayout, type Tab } from './RecordLayout';
import { Timeline } from './timeline/Timeline';
import type { Removal } from './useRemoval';

type Props<T extends Named> = {
  kind: RecordKind<T>;
  record: T;
  facts: ReactNode;
  overview: ReactNode;
  /** Between the timeline and the audit. */
  tabs: Tab[];
  /** Above the tabs. */
  head?: ReactNode;
  /** Before "Edit". */
  buttons?: ReactNode;
  /** First in the menu; false where there are none. */
  items?: ReactNode;
  /** Absent where such records are not deleted. */
  removal?: Removal;
  /** The form, which the address opens. */
  form: (state: { opened: boolean; onClose: () => void }) => ReactNode;
  /** Dialogs. */
  children?: ReactNode;
};

/** A record with all that may be done with it and all that is known of it. */
export function RecordView<T extends Named>(props: Props<T>) {
  const { kind, record, facts, overview, tabs, head, buttons, items, removal, form, children } = props;
  const { t } = useTranslation();
  const { branding } = useUi();
  const can = useCan();
  const qc = useQueryClient();
  const { search, go } = useListSearch();
  const list = useListOf(search.list, kind.listQuery);
  const why = useExplain({ type: kind.one, id: record.id, label: record.name });
  const editable = can(`${kind.entity}.update`);
  const removable = removal && can(`${kind.entity}.delete`);
  useTitle(record.name, branding.name);
  return (
    <>
      <RecordLayout
        back={{ to: `/${kind.entity}`, label: t(kind.title) }}
        entity={kind.entity}
        // one that is being deleted has no place any more
        list={removal?.gone ? { word: list.word } : list}
        id={record.id}
        name={record.name}
        pills={kind.pills(record)}
        onNear={(id) => void qc.prefetchQuery(kind.query(id))}
        head={head}
        actions={
          <>
            {buttons}
            {editable && (
              <Button
                variant="default"
                leftSection={<IconPencil size={14} />}
                onClick={() => go({ ...search, edit: '1' })}
              >
                {t('record.edit')}
              </Button>
            )}
            {(items || why.item || removable) && (
              <MoreMenu name={record.name}>
                {items}
                {why.item}
                {removable && (
                  <Menu.Item leftSection={<IconTrash size={15} />} c="var(--neg)" onClick={removal.start}>
                    {removal.label}
                  </Menu.Item>
                )}
              </MoreMenu>
            )}
          </>
        }
        facts={facts}
        tab={search.tab ?? 'overview'}
        onTab={(tab) => go({ ...search, tab: tab === 'overview' ? undefined : tab, kind: undefined })}
        tabs={[
          { key: 'overview', label: t('record.overview'), content: overview },
          {
            key: 'timeline',
            label: t('record.timeline'),
            content: (
              <Timeline
                entity={kind.entity}
                id={record.id}
                chapter={search.kind}
                onChapter={(chapter) => go({ ...search, kind: chapter })}
              />
            ),
          },
          ...tabs,
          ...(can('audit.read')
            ? [
                {
                  key: 'audit',
                  label: t('record.audit'),
                  content: <AuditTab kind={kind.one} id={record.id} />,
                },
              ]
            : []),
        ]}
      />
      {children}
      {why.dialog}
      {form({
        opened: search.edit === '1' && editable,
        onClose: () => go({ ...search, edit: undefined }),
      })}
    </>
  );
}
