import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import c from './ui.module.css';

/** Copies text and says so for a moment. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <button
      type="button"
      className={c.copy}
      onClick={(e) => {
        e.stopPropagation();
        clipboard.copy(value);
      }}
    >
      {clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      <span aria-live="polite">{clipboard.copied ? t('components.copied') : label}</span>
    </button>
  );
}
