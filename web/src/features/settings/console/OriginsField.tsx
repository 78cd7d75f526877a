import { TagsInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice, OptionalLabel } from '@/components';
import c from './console.module.css';
import { type Edits, originsNow } from './draft';
import { isOpen, originsOf, originsProblem } from './origins';
import type { ConsoleSetup } from './types';

type Props = {
  saved: ConsoleSetup;
  edits: Edits;
  error?: string;
  disabled: boolean;
  onChange: (origins: string[]) => void;
};

/** Told at once what is no origin: a browser would silently refuse the console's page instead. */
export function OriginsField({ saved, edits, error, disabled, onChange }: Props) {
  const { t } = useTranslation();
  const origins = originsNow(saved, edits);
  const problem = edits.origins ? originsProblem(origins) : null;
  const open = origins.filter(isOpen);
  return (
    <div className={c.stack}>
      <TagsInput
        label={<OptionalLabel>{t('console.originsLabel')}</OptionalLabel>}
        description={t('console.originsHelp')}
        classNames={{ inputField: c.ltr, pill: c.chip, pillsList: c.chips }}
        placeholder={origins.length ? undefined : 'https://console.example.com'}
        splitChars={[',', ';', ' ']}
        acceptValueOnBlur
        value={origins}
        error={problem ? t(`console.problem.${problem.key}`, problem) : error}
        disabled={disabled}
        onChange={(texts) => onChange(originsOf(texts))}
      />
      {open.length > 0 && <Notice tone="warn">{t('console.openOrigin', { origin: open[0] })}</Notice>}
    </div>
  );
}
