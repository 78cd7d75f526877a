import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageSwitch } from '@/components/LanguageSwitch';
import { SetUp } from '@/features/account/twofactor/SetUp';
import { useSession } from '@/session/session';
import { AuthFrame } from './AuthFrame';
import c from './auth.module.css';

/** The role or the company demands a second factor: nothing else is open until it is set up. */
export function ForcedTwoFactorPage() {
  const { t } = useTranslation();
  const { signOut, reload } = useSession();
  const [done, setDone] = useState(false);
  return (
    <AuthFrame
      title={done ? t('auth.twoFactorDone') : t('auth.twoFactorTitle')}
      text={done ? undefined : t('auth.twoFactorText')}
      corner={<LanguageSwitch />}
    >
      <div className={c.form}>
        <SetUp onEnabled={() => setDone(true)} onDone={() => void reload()} />
      </div>
      {!done && (
        <UnstyledButton className={c.link} mt="lg" fz={13} onClick={() => void signOut()}>
          {t('auth.otherAccount')}
        </UnstyledButton>
      )}
    </AuthFrame>
  );
}
