import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { useSession } from '@/session/session';
import { AuthFrame } from './AuthFrame';
import c from './auth.module.css';
import { PasswordForm } from './PasswordForm';

export function ForcedPasswordPage() {
  const { t } = useTranslation();
  const { signOut } = useSession();
  return (
    <AuthFrame title={t('auth.forcedTitle')} text={t('auth.forcedText')} corner={<LanguageSwitch />}>
      <PasswordForm />
      <UnstyledButton className={c.link} mt="lg" fz={13} onClick={() => void signOut()}>
        {t('auth.otherAccount')}
      </UnstyledButton>
    </AuthFrame>
  );
}
