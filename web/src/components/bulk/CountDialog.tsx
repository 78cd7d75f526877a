import { Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Notice } from '../Notice';
import { errorText } from '../toast';
import c from './bulk.module.css';
import { type BulkWish, useBulkChange, useBulkCount } from './query';
import { type BulkEntity, type Selection, SMALL, untouched } from './selection';

type Props = {
  entity: BulkEntity;
  selection: Selection;
  title: string;
  /** Null while it is not said completely. */
  wish: BulkWish | null;
  confirm: (count: number) => string;
  /** What is told once it is done. */
  say?: (count: number) => string;
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
  say,
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
  const status = wish !== null && 'change' in wish && wish.change.status !== undefined;
  const stays = n || (n === 0 && status) ? untouched(selection, n) : 0;
  const apply = useRef<HTMLButtonElement>(null);
  // with nothing to fill in, the answer is the next key
  const asks = children === undefined && !danger && Boolean(n);
  useEffect(() => {
    if (asks) apply.current?.focus();
  }, [asks]);
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
            : t(`bulk.${danger ? 'willGo' : 'willChange'}.${entity}`, { count: n, n: f.int(n) })}
        {stays > 0 && (
          <span className={c.later}>
            {t(status ? 'bulk.stayStatus' : 'bulk.stay', { count: stays, n: f.int(stays) })}
          </span>
        )}
        {n !== undefined && n > SMALL && <span className={c.later}>{t('bulk.later')}</span>}
      </p>
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus={danger || undefined}>
          {t('components.cancel')}
        </Button>
        <Button
          ref={apply}
          color={danger ? 'red.8' : undefined}
          loading={change.isPending}
          disabled={!wish || !n}
          onClick={() => wish && change.mutate({ selection, wish, say }, { onSuccess: onDone })}
        >
          {n ? confirm(n) : t('bulk.apply')}
        </Button>
      </Group>
    </Modal>
  );
}
