import { Button } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ColourField } from '@/components/onboarding/ColourField';
import { LogoField } from '@/components/onboarding/LogoField';
import type { Change } from './CompanyStep';
import type { Draft, Errors } from './draft';
import c from './SignupPage.module.css';

export function BrandStep({
  draft,
  change,
  errors,
  onBack,
}: {
  draft: Draft;
  change: Change;
  errors: Errors;
  onBack: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className={c.fields}>
      <ColourField
        value={draft.primary}
        onChange={(primary) => change((d) => ({ ...d, primary, primaryOwn: true }), 'primary')}
        error={errors.primary}
      />
      <LogoField
        value={draft.logo}
        onChange={(logo) => change((d) => ({ ...d, logo }), 'logo')}
        error={errors.logo}
      />
      <p className={c.note}>{t('signup.brandNote')}</p>
      <div className={c.actions}>
        <Button variant="default" size="md" onClick={onBack}>
          {t('signup.back')}
        </Button>
        <Button type="submit" size="md" rightSection={<IconArrowRight size={16} className="flip" />}>
          {t('signup.continue')}
        </Button>
      </div>
    </div>
  );
}
