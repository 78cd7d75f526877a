import { ActionIcon, Tooltip } from '@mantine/core';
import { IconFileExport } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import { canExport, type Exportable } from './query';

const ExportDialog = lazy(async () => ({ default: (await import('./ExportDialog')).ExportDialog }));

type Props = {
  entity: Exportable;
  /** What the server was asked for. */
  params: Query;
  /** The columns on screen, by the server's words; none where the list has no columns. */
  columns?: string[];
  total: number;
  estimate: boolean;
  search: ListSearch;
  onSearch: (next: ListSearch, replace?: boolean) => void;
};

/** The list as a file. The address says that the dialog is open, so commands can open it, too. */
export function ExportButton({ search, onSearch, ...rest }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  if (!canExport(can, rest.entity)) return null;
  const label = t('export.action');
  const show = (open: boolean) => onSearch({ ...search, export: open ? '1' : undefined }, true);
  return (
    <>
      <Tooltip label={label}>
        <ActionIcon aria-label={label} aria-haspopup="dialog" onClick={() => show(true)}>
          <IconFileExport size={16} />
        </ActionIcon>
      </Tooltip>
      {search.export === '1' && (
        <Suspense fallback={null}>
          <ExportDialog {...rest} onClose={() => show(false)} />
        </Suspense>
      )}
    </>
  );
}
