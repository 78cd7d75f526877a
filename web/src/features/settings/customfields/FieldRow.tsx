import { useTranslation } from 'react-i18next';
import { Code, RowActions } from '@/components';
import type { CustomFieldOut } from '@/data/customFields';
import c from './customfields.module.css';

type Props = { field: CustomFieldOut; onEdit: () => void; onArchive: () => void };

export function FieldRow({ field, onEdit, onArchive }: Props) {
  const { t } = useTranslation();
  const options = field.options.map((o) => o.label).join(', ');
  return (
    <>
      <button type="button" className={c.name} onClick={onEdit}>
        <span dir="auto">{field.label}</span>
        <span className="sr-only">{t('customfields.edit')}</span>
      </button>
      <span className={c.about}>
        {t(`customfields.types.${field.type}`)}
        {field.required && ` · ${t('customfields.required')}`}
        {options && (
          <>
            {' · '}
            <bdi>{options}</bdi>
          </>
        )}
      </span>
      <Code title={t('customfields.keyFixed')}>{field.key}</Code>
      <RowActions
        name={field.label}
        actions={[
          { key: 'edit', label: t('customfields.edit'), run: onEdit },
          { key: 'archive', label: t('customfields.archive'), run: onArchive },
        ]}
      />
    </>
  );
}
