import { useTranslation } from 'react-i18next';

/** Required is the default: only optional fields say so. */
export function OptionalLabel({ children }: { children: string }) {
  const { t } = useTranslation();
  return (
    <>
      {children} <span className="dim">{t('components.optional')}</span>
    </>
  );
}
