import { Button, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Notice } from '../Notice';
import { errorText } from '../toast';
import c from './bulk.module.css';
import { type BulkWish, useBulkChange, useBulkCount } from './query';
import { type BulkEntity, type Selection, SMALL } from './selection';

type Props = {
  entity: BulkEntity;
  selection: Selection;
  title: string;
  /** Null while it is not said completely. */
  wish: BulkWish | null;
  confirm: (count: number) => string;
  danger?: boolean;
  children?: ReactNode;
  onClose: () => void;
  onDone: () => void;
};

/** Says how many records a change touches before it is made: the server counts what the selection means now. */
export function CountDialog({
  entity,
  selection,
  title,
  wish,
  confirm,
  danger,
  children,
  onClose,
  onDone,
}: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const count = useBulkCount(entity, selection, wish);
  const change = useBulkChange(entity);
  const n = wish ? count.data : undefined;
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={480}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      {children}
      {count.isError && wish && <Notice tone="neg">{errorText(count.error)}</Notice>}
      <p className={c.count} role="status" data-testid="bulk-count">
        {n === undefined
          ? wish && !count.isError && t('bulk.counting')
          : n === 0
            ? t(`bulk.noneChange.${entity}`)
            : t(`bulk.willChange.${entity}`, { count: n, n: f.int(n) })}
        {n !== undefined && n > SMALL && <span className={c.later}>{t('bulk.later')}</span>}
      </p>
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('components.cancel')}
        </Button>
        <Button
          color={danger ? 'red.8' : undefined}
          loading={change.isPending}
          disabled={!wish || !n}
          onClick={() => wish && change.mutate({ selection, wish }, { onSuccess: onDone })}
        >
          {n ? confirm(n) : t('bulk.apply')}
        </Button>
      </Group>
    </Modal>
  );
}
