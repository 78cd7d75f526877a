import { ActionIcon, Button, Switch, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Code, EmptyState, Notice, StatusPill } from '@/components';
import c from './console.module.css';
import { type SecretRow, secretFault } from './draft';
import { MOST } from './secret';

type Props = {
  rows: SecretRow[];
  errors: Record<string, string>;
  disabled: boolean;
  onAdd: () => void;
  onToggle: (id: string, active: boolean) => void;
  onDelete: (id: string) => void;
  onKeep: (id: string) => void;
};

/** Secrets by name and fingerprint; none can be read again. */
export function SecretList({ rows, errors, disabled, onAdd, onToggle, onDelete, onKeep }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const staying = rows.filter((x) => !x.removed);
  const none = rows.length > 0 && !staying.some((x) => x.active);
  return (
    <div className={c.secrets} role="group" aria-labelledby={id}>
      <span id={id} className={c.label}>
        {t('console.secrets')}
      </span>
      {rows.length === 0 ? (
        <div className={c.box}>
          <EmptyState title={t('console.noSecrets')} text={t('console.noSecretsText')} compact />
        </div>
      ) : (
        <ul className={c.list}>
          {rows.map((x) => (
            <Row
              key={x.id}
              row={x}
              fault={secretFault(errors, x.place)}
              disabled={disabled}
              onToggle={(active) => onToggle(x.id, active)}
              onDelete={() => onDelete(x.id)}
              onKeep={() => onKeep(x.id)}
            />
          ))}
        </ul>
      )}
      {errors.secrets && <p className={c.error}>{errors.secrets}</p>}
      {none && <Notice tone="warn">{t('console.noneActive')}</Notice>}
      <p className={c.hint}>{t('console.rotation')}</p>
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={15} aria-hidden />}
          disabled={disabled || staying.length >= MOST}
          onClick={onAdd}
        >
          {t('console.add')}
        </Button>
        {staying.length >= MOST && <p className={c.hint}>{t('console.most', { count: MOST })}</p>}
      </div>
    </div>
  );
}

type RowProps = {
  row: SecretRow;
  fault?: string;
  disabled: boolean;
  onToggle: (active: boolean) => void;
  onDelete: () => void;
  onKeep: () => void;
};

function Row({ row, fault, disabled, onToggle, onDelete, onKeep }: RowProps) {
  const { t } = useTranslation();
  const label = t('console.deleteOf', { id: row.id });
  return (
    <li
      data-secret={row.id}
      data-removed={row.removed || undefined}
      data-error={fault ? true : undefined}
      tabIndex={fault ? -1 : undefined}
    >
      <div className={c.main}>
        <bdi className={c.id}>{row.id}</bdi>
        {row.fingerprint ? (
          <span className={c.meta}>
            {t('console.fingerprint')} <Code>{row.fingerprint}</Code>
          </span>
        ) : (
          <span className={c.meta}>{t('console.notSaved')}</span>
        )}
        {fault && (
          <span className={c.error} role="alert">
            {fault}
          </span>
        )}
      </div>
      {row.removed ? (
        <>
          <StatusPill label={t('console.goes')} hue="red" />
          <Button variant="default" size="compact-sm" onClick={onKeep}>
            {t('console.keep')}
            <span className="sr-only"> {row.id}</span>
          </Button>
        </>
      ) : (
        <>
          <Switch
            label={t('console.active')}
            aria-label={t('console.activeOf', { id: row.id })}
            checked={row.active}
            disabled={disabled}
            onChange={(e) => onToggle(e.currentTarget.checked)}
          />
          <Tooltip label={label}>
            <ActionIcon aria-label={label} disabled={disabled} onClick={onDelete}>
              <IconTrash size={16} stroke={1.7} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </li>
  );
}
