import { useTranslation } from 'react-i18next';
import type { Status } from '@/api/types';
import { Code, hueOrGrey, RowActions, StatusPill } from '@/components';
import c from './statuses.module.css';

type Props = {
  status: Status;
  onEdit: () => void;
  onDefault: () => void;
  onDelete: () => void;
};

export function StatusRow({ status, onEdit, onDefault, onDelete }: Props) {
  const { t } = useTranslation();
  const notes = [
    status.is_default && t('statuses.default'),
    status.closed && t('statuses.closed'),
    status.outcome !== 'none' && t(`statuses.outcome.${status.outcome}`),
    status.transitions && t('statuses.followedBy', { count: status.transitions.length }),
  ].filter(Boolean);
  return (
    <>
      <button type="button" className={c.main} onClick={onEdit}>
        <StatusPill label={status.label} hue={hueOrGrey(status.hue)} />
        <span className="sr-only">{t('statuses.edit')}</span>
      </button>
      <span className={c.notes}>{notes.join(' · ')}</span>
      <Code title={t('statuses.keyHelp')}>{status.key}</Code>
      <RowActions
        name={status.label}
        actions={[
          { key: 'edit', label: t('statuses.edit'), run: onEdit },
          // the default stays until another one is: new records need a status
          ...(status.is_default
            ? []
            : [
                ...(status.closed
                  ? []
                  : [{ key: 'default', label: t('statuses.makeDefault'), run: onDefault }]),
                { key: 'delete', label: t('statuses.delete'), run: onDelete },
              ]),
        ]}
      />
    </>
  );
}
