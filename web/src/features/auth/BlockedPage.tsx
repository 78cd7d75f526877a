import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { useTitle } from '@/components/page/useTitle';
import { AuthFrame } from './AuthFrame';
import c from './auth.module.css';

/** The company lets people in from certain addresses only, and this is another one. */
export function BlockedPage() {
  const { t } = useTranslation();
  const { branding } = useUi();
  useTitle(t('auth.blockedTitle'), branding.name);
  return (
    <AuthFrame
      title={t('auth.blockedTitle')}
      text={t('auth.blockedText', { name: branding.name })}
      corner={<LanguageSwitch />}
    >
      <ul className={c.hints}>
        <li>{t('auth.blockedNetwork')}</li>
        <li>{t('auth.blockedAsk')}</li>
      </ul>
      <Button size="sm" fullWidth mt="lg" onClick={() => window.location.reload()}>
        {t('components.retry')}
      </Button>
    </AuthFrame>
  );
}
