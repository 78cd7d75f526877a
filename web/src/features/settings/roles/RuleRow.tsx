import { IconArrowBackUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import c from './editor.module.css';

type Props = {
  name: string;
  /** What it was before, when it is not that any more. */
  was?: string;
  onBack?: () => void;
  children: ReactNode;
};

/** One permission or field: its name, a mark when it was changed, the choice. */
export function RuleRow({ name, was, onBack, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={c.row} data-changed={was !== undefined || undefined}>
      <span className={c.rowName}>{name}</span>
      {was !== undefined && (
        <button type="button" className={c.was} onClick={onBack}>
          <IconArrowBackUp size={13} className="flip" aria-hidden />
          {t('roles.was', { value: was })}
          <span className="sr-only">: {t('roles.putBack', { name })}</span>
        </button>
      )}
      {children}
    </div>
  );
}
