import { IconFileExport } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import { useCan } from '@/session/session';
import type { Selection } from '../bulk/selection';
import { canExport, type Exportable } from './query';

const ExportDialog = lazy(async () => ({ default: (await import('./ExportDialog')).ExportDialog }));

type Props = {
  entity: Exportable;
  selection: Selection;
  params: Query;
  columns: string[];
  total: number;
  estimate: boolean;
};

/** In the bar of chosen rows: these as a file. They stay chosen. */
export function ExportSelected({ entity, selection, estimate, ...rest }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  const [open, setOpen] = useState(false);
  if (!canExport(can, entity)) return null;
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <IconFileExport size={15} aria-hidden />
        {t('export.confirm')}
      </button>
      {open && (
        <Suspense fallback={null}>
          <ExportDialog
            {...rest}
            entity={entity}
            selection={selection}
            estimate={estimate && selection.kind === 'all'}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
