import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice, OptionalLabel } from '@/components';
import c from './console.module.css';
import { type Edits, issuerOf } from './draft';
import type { ConsoleSetup } from './types';

type Props = {
  saved: ConsoleSetup;
  edits: Edits;
  error?: string;
  disabled: boolean;
  onChange: (issuer: string) => void;
};

/** People are known by issuer and subject: under another issuer they are strangers. */
export function IssuerField({ saved, edits, error, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const issuer = issuerOf(saved, edits);
  const changes = saved.secrets.length > 0 && issuer.trim() !== (saved.issuer ?? '');
  return (
    <div className={c.stack}>
      <TextInput
        label={<OptionalLabel>{t('console.issuer')}</OptionalLabel>}
        description={t('console.issuerHelp')}
        classNames={{ input: c.ltr }}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        placeholder={t('console.anyIssuer')}
        value={issuer}
        error={error}
        disabled={disabled}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
      {changes && <Notice tone="warn">{t('console.issuerChanges')}</Notice>}
    </div>
  );
}
