import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Notice, StatusPill, toast } from '@/components';
import { useMe, useSession } from '@/session/session';
import c from '../account.module.css';
import { useDisableTwoFactor, useNewRecoveryCodes } from '../query';
import { ProofDialog } from './ProofDialog';
import { RecoveryCodes } from './RecoveryCodes';
import { SetUp } from './SetUp';

type Open = 'set-up' | 'disable' | 'renew' | null;
/** Fewer than this many left: time for new ones. */
const FEW = 3;

export function TwoFactorSection() {
  const { t } = useTranslation();
  const f = useFormat();
  const me = useMe();
  const { reload } = useSession();
  const [open, setOpen] = useState<Open>(null);
  /** From here on closing loses codes that nobody can show again. */
  const [codes, setCodes] = useState<string[] | null>(null);
  const [enabled, setEnabled] = useState(false);
  const disable = useDisableTwoFactor();
  const renew = useNewRecoveryCodes();
  const on = me.user.two_factor;
  const left = me.recovery_codes_left ?? 0;
  const close = () => {
    setOpen(null);
    setCodes(null);
    setEnabled(false);
    disable.reset();
    renew.reset();
  };
  const finish = () => {
    close();
    void reload();
  };
  const keepOpen = codes !== null || enabled;
  return (
    <>
      <div className={c.line}>
        <StatusPill
          label={t(on ? 'account.twoFactor.on' : 'account.twoFactor.off')}
          hue={on ? 'green' : 'grey'}
        />
        {on && <span className="dim">{t('account.twoFactor.left', { count: left, n: f.int(left) })}</span>}
      </div>
      <p className={c.text}>
        {on ? t('account.twoFactor.onText') : t('account.twoFactor.offText')}
        {me.two_factor_required && ` ${t('account.twoFactor.requiredText')}`}
      </p>
      {on && left < FEW && <Notice tone="warn">{t('account.twoFactor.few')}</Notice>}
      <div className={c.buttons}>
        {on ? (
          <>
            <Button variant="default" onClick={() => setOpen('renew')}>
              {t('account.codes.renew')}
            </Button>
            {!me.two_factor_required && (
              <Button variant="default" onClick={() => setOpen('disable')}>
                {t('account.twoFactor.disable')}
              </Button>
            )}
          </>
        ) : (
          <Button onClick={() => setOpen('set-up')}>{t('account.twoFactor.setUp')}</Button>
        )}
      </div>
      <Modal
        opened={open === 'set-up' || codes !== null}
        onClose={() => (enabled ? finish() : close())}
        title={keepOpen ? t('account.codes.title') : t('account.twoFactor.setUp')}
        size={440}
        withCloseButton={!keepOpen}
        closeOnClickOutside={false}
        closeOnEscape={!keepOpen}
        closeButtonProps={{ 'aria-label': t('components.close') }}
      >
        {codes ? (
          <RecoveryCodes codes={codes} email={me.user.email} onDone={finish} />
        ) : (
          <SetUp
            onEnabled={() => setEnabled(true)}
            onDone={() => {
              finish();
              toast.done(t('account.twoFactor.enabled'));
            }}
          />
        )}
      </Modal>
      {open === 'renew' && !codes && (
        <ProofDialog
          title={t('account.codes.renewTitle')}
          text={t('account.codes.renewText')}
          confirm={t('account.codes.renew')}
          busy={renew.isPending}
          error={renew.error}
          onSubmit={(proof) => renew.mutate(proof, { onSuccess: (x) => setCodes(x.recovery_codes) })}
          onClose={close}
        />
      )}
      {open === 'disable' && (
        <ProofDialog
          title={t('account.twoFactor.disableTitle')}
          text={t('account.twoFactor.disableText')}
          confirm={t('account.twoFactor.disable')}
          danger
          busy={disable.isPending}
          error={disable.error}
          onSubmit={(proof) =>
            disable.mutate(proof, {
              onSuccess: () => {
                finish();
                toast.done(t('account.twoFactor.disabled'));
              },
            })
          }
          onClose={close}
        />
      )}
    </>
  );
}
