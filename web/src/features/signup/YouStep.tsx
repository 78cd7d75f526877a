import { Button, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Failure } from '@/components/onboarding/Failure';
import { NewPasswordField } from '@/components/onboarding/NewPasswordField';
import { tenantHost } from '@/lib/slug';
import type { Change } from './CompanyStep';
import type { Draft, Errors } from './draft';
import c from './SignupPage.module.css';

export function YouStep({
  draft,
  change,
  errors,
  password,
  onPassword,
  busy,
  failure,
  onBack,
}: {
  draft: Draft;
  change: Change;
  errors: Errors;
  password: string;
  onPassword: (value: string) => void;
  busy: boolean;
  failure: unknown;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={c.fields}>
      <TextInput
        name="name"
        label={t('signup.name')}
        autoComplete="name"
        maxLength={120}
        value={draft.name}
        onChange={(e) => {
          const name = e.currentTarget.value;
          change((d) => ({ ...d, name }), 'name');
        }}
        error={errors.name}
      />
      <TextInput
        name="email"
        type="email"
        label={t('signup.email')}
        description={t('signup.emailHelp')}
        autoComplete="email"
        maxLength={254}
        value={draft.email}
        onChange={(e) => {
          const email = e.currentTarget.value;
          change((d) => ({ ...d, email }), 'email');
        }}
        error={errors.email}
        classNames={{ input: c.ltr }}
      />
      <NewPasswordField
        value={password}
        onChange={onPassword}
        personal={[draft.name, draft.company, draft.slug, draft.email]}
        error={errors.password}
      />
      {!Object.keys(errors).length && <Failure error={failure} />}
      <div className={c.actions}>
        <Button variant="default" size="md" onClick={onBack} disabled={busy}>
          {t('signup.back')}
        </Button>
        <Button type="submit" size="md" loading={busy}>
          {t('signup.create')}
        </Button>
      </div>
      <p className={c.note}>
        {t('signup.summary')} <bdi dir="ltr">{tenantHost(draft.slug, location.host)}</bdi>
      </p>
    </div>
  );
}
