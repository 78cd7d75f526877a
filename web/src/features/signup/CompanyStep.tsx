import { Button, TextInput } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Template } from '@/api/platform';
import { ErrorState } from '@/components';
import { SlugField } from '@/components/onboarding/SlugField';
import { TemplateCards, TemplateCardsLoading } from '@/components/onboarding/TemplateCards';
import type { SlugState } from '@/components/onboarding/useSlugCheck';
import { type Draft, type Errors, withCompany, withSlug, withTemplate } from './draft';
import c from './SignupPage.module.css';

export type Change = (next: (d: Draft) => Draft, ...fields: (keyof Errors)[]) => void;

export function CompanyStep({
  draft,
  change,
  errors,
  slugState,
  templates,
}: {
  draft: Draft;
  change: Change;
  errors: Errors;
  slugState: SlugState;
  templates: UseQueryResult<Template[]>;
}) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(false);
  return (
    <div className={c.fields}>
      <TextInput
        name="company"
        label={t('signup.company')}
        placeholder={t('signup.companyExample')}
        value={draft.company}
        maxLength={120}
        autoComplete="organization"
        onChange={(e) => {
          const company = e.currentTarget.value;
          change((d) => withCompany(d, company), 'company', ...(draft.slugOwn ? [] : ['slug' as const]));
        }}
        error={errors.company}
        data-autofocus
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: only notes that the field was left */}
      <div onBlur={() => setLeft(true)}>
        <SlugField
          value={draft.slug}
          onChange={(slug) => change((d) => withSlug(d, slug), 'slug')}
          state={slugState}
          error={errors.slug}
          touched={left || !!errors.slug}
        />
      </div>
      {templates.data ? (
        <TemplateCards
          templates={templates.data}
          value={draft.template}
          error={errors.template}
          onChange={(name) => {
            const found = templates.data.find((x) => x.name === name);
            change((d) => withTemplate(d, name, found?.branding?.primary), 'template');
          }}
        />
      ) : templates.isError ? (
        <ErrorState compact error={templates.error} onRetry={() => void templates.refetch()} />
      ) : (
        <TemplateCardsLoading />
      )}
      <div className={c.actions}>
        <Button type="submit" size="md" rightSection={<IconArrowRight size={16} className="flip" />}>
          {t('signup.continue')}
        </Button>
      </div>
    </div>
  );
}
