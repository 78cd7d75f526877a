import { useTranslation } from 'react-i18next';
import { Notice } from '@/components';
import c from './captcha.module.css';

/** How far the calculation is: shown only while somebody waits for it. */
export function WorkBar({ part, error }: { part: number | null; error?: string }) {
  const { t } = useTranslation();
  if (error) return <Notice tone="neg">{error}</Notice>;
  if (part === null || part >= 1) return null;
  return (
    <div className={c.work}>
      <progress className={c.bar} max={1} value={part} aria-label={t('captcha.working')} />
      <p className={c.note} role="status">
        {t('captcha.working')}
      </p>
    </div>
  );
}
