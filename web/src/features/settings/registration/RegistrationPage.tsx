import { useQuery } from '@tanstack/react-query';
import { ErrorState, SkeletonLines } from '@/components';
import { settingsQuery } from '../general/query';
import { SettingsSection } from '../general/SettingsSection';
import type { SettingGroup } from '../general/types';
import shared from '../settings.module.css';
import { CaptchaSecret } from './CaptchaSecret';
import { ConsentsSection } from './ConsentsSection';
import { FormLink } from './FormLink';

/** How people become clients by themselves: the form's address, its rules, its texts, what keeps robots out. */
export function RegistrationPage() {
  const query = useQuery(settingsQuery);
  if (query.isError && !query.data)
    return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const of = (group: SettingGroup) => query.data?.filter((s) => s.group === group) ?? [];
  const value = (key: string) => query.data?.find((s) => s.key === key)?.value;
  const provider = value('captcha_provider');
  return (
    <div className={shared.page}>
      {query.isPending && <SkeletonLines lines={10} gap={30} />}
      {query.isSuccess && (
        <>
          <FormLink enabled={value('registration_enabled') === true} />
          <SettingsSection group="registration" settings={of('registration')} />
          <ConsentsSection />
          <SettingsSection group="captcha" settings={of('captcha')} />
          {(provider === 'hcaptcha' || provider === 'turnstile') && <CaptchaSecret />}
        </>
      )}
    </div>
  );
}
