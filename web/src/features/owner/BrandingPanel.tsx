import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import type { Tenant, TenantPatch } from '@/api/platform';
import { toast } from '@/components';
import { ColourField } from '@/components/onboarding/ColourField';
import { Failure } from '@/components/onboarding/Failure';
import { LogoField } from '@/components/onboarding/LogoField';
import { usePatchTenant } from './query';
import c from './TenantPage.module.css';

/** Name and look of a tenant. Only what was changed is sent. */
export function BrandingPanel({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation();
  const saved = {
    name: tenant.name,
    primary: tenant.branding?.primary ?? '#2f5bea',
    logo: tenant.branding?.logo_light ?? null,
  };
  const [draft, setDraft] = useState(saved);
  const [missing, setMissing] = useState(false);
  const patch = usePatchTenant(tenant.slug);
  const branding = {
    ...(draft.primary !== saved.primary ? { primary: draft.primary } : {}),
    ...(draft.logo && draft.logo !== saved.logo ? { logo_url: draft.logo } : {}),
  };
  const body: TenantPatch = {
    ...(draft.name.trim() !== saved.name ? { name: draft.name.trim() } : {}),
    ...(Object.keys(branding).length ? { branding } : {}),
  };
  const dirty = Object.keys(body).length > 0;
  const fields = isApiError(patch.error) ? patch.error.fields : {};
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setMissing(!draft.name.trim());
    if (draft.name.trim() && dirty)
      patch.mutate(body, { onSuccess: () => toast.done(t('owner.tenant.saved')) });
  };
  return (
    <section className={c.section} aria-labelledby="tenant-branding">
      <div className={c.aside}>
        <h2 id="tenant-branding" className={c.heading}>
          {t('owner.tenant.branding')}
        </h2>
        <p>{t('owner.tenant.brandingText')}</p>
      </div>
      <form className={c.fields} onSubmit={submit} noValidate>
        <TextInput
          name="name"
          label={t('owner.new.name')}
          value={draft.name}
          maxLength={120}
          onChange={(e) => {
            const name = e.currentTarget.value;
            setDraft((d) => ({ ...d, name }));
          }}
          error={missing && !draft.name.trim() ? t('owner.new.error.name') : fields.name?.[0]}
        />
        <ColourField
          value={draft.primary}
          onChange={(primary) => setDraft((d) => ({ ...d, primary }))}
          error={fields['branding.primary']?.[0]}
        />
        <LogoField
          value={draft.logo}
          onChange={(logo) => setDraft((d) => ({ ...d, logo: logo ?? saved.logo }))}
          removable={draft.logo !== saved.logo}
          error={fields['branding.logo_url']?.[0]}
        />
        {!Object.keys(fields).length && <Failure error={patch.error} />}
        {dirty && (
          <div className={c.save}>
            <span>{t('owner.tenant.unsaved')}</span>
            <Button variant="default" size="sm" onClick={() => setDraft(saved)}>
              {t('owner.tenant.discard')}
            </Button>
            <Button type="submit" size="sm" loading={patch.isPending}>
              {t('components.save')}
            </Button>
          </div>
        )}
      </form>
    </section>
  );
}
