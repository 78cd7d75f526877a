import { useTranslation } from 'react-i18next';
import type { TwoFactorSetup } from '@/api/types';
import { CopyButton } from '@/components';
import { spaced } from './codes';
import { QrCode } from './QrCode';
import c from './twofactor.module.css';

/** The picture for the phone, and the same as text for a phone without a camera or a screen reader. */
export function Scan({ setup }: { setup: TwoFactorSetup }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={c.text}>{t('account.twoFactor.scan')}</p>
      <QrCode text={setup.otpauth_url} label={t('account.twoFactor.qr')} />
      <div className={c.secret}>
        <span className={c.text}>{t('account.twoFactor.orType')}</span>
        <span className={c.secretRow}>
          <code dir="ltr" data-testid="secret">
            {spaced(setup.secret)}
          </code>
          <CopyButton value={setup.secret} label={t('account.twoFactor.copySecret')} />
        </span>
      </div>
    </>
  );
}
