import { Button } from '@mantine/core';
import { IconArchive } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Code } from '@/components';
import type { CustomFieldOut } from '@/data/customFields';
import c from './customfields.module.css';

type Props = { fields: readonly CustomFieldOut[]; onBringBack: (field: CustomFieldOut) => void };

/** Fields that were put away. Their values stay with the records. */
export function Archived({ fields, onBringBack }: Props) {
  const { t } = useTranslation();
  if (!fields.length) return null;
  return (
    <details className={c.archived}>
      <summary>
        <IconArchive size={15} stroke={1.7} aria-hidden />
        {t('customfields.archivedTitle', { count: fields.length })}
      </summary>
      <ul aria-label={t('customfields.archivedTitle', { count: fields.length })}>
        {fields.map((f) => (
          <li key={f.id}>
            <span className={c.old} dir="auto">
              {f.label}
            </span>
            <span className={c.about}>{t(`customfields.types.${f.type}`)}</span>
            <Code>{f.key}</Code>
            <Button
              variant="default"
              size="compact-sm"
              aria-label={`${t('customfields.bringBack')}: ${f.label}`}
              onClick={() => onBringBack(f)}
            >
              {t('customfields.bringBack')}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
