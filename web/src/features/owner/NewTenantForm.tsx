import { Button, Checkbox, Group, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconShieldCheck } from '@tabler/icons-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { ErrorState } from '@/components';
import { ColourField } from '@/components/onboarding/ColourField';
import { Failure } from '@/components/onboarding/Failure';
import { SlugField } from '@/components/onboarding/SlugField';
import { TemplateCards, TemplateCardsLoading } from '@/components/onboarding/TemplateCards';
import { useSlugCheck } from '@/components/onboarding/useSlugCheck';
import { focusFirstInvalid } from '@/lib/forms';
import { suggestSlug } from '@/lib/slug';
import c from './drawer.module.css';
import {
  checkNewTenant,
  type NewTenantErrors,
  type NewTenantValues,
  newTenantBody,
  newTenantServerErrors,
} from './newTenant';
import { useCloneSources, useCreateTenant, useTemplates } from './query';

export function NewTenantForm({
  from,
  onStarted,
  onCancel,
}: {
  from: string;
  onStarted: (provisioning: string) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [values, setValues] = useState<NewTenantValues>({
    kind: from ? 'tenant' : 'template',
    template: '',
    tenant: from,
    name: '',
    slug: '',
    adminName: '',
    adminEmail: '',
    primary: null,
  });
  const [ownSlug, setOwnSlug] = useState(false);
  const [errors, setErrors] = useState<NewTenantErrors>({});
  const [search, setSearch] = useState('');
  const [asked] = useDebouncedValue(search, 250);
  const form = useRef<HTMLFormElement>(null);
  const templates = useTemplates();
  const [picked, setPicked] = useState<{ value: string; label: string } | null>(
    from ? { value: from, label: from } : null,
  );
  // the box holds the label of what was picked: that is no search
  const sources = useCloneSources(asked === picked?.label ? '' : asked, values.kind === 'tenant');
  const slugState = useSlugCheck(values.slug);
  const create = useCreateTenant();
  const template = values.template || templates.data?.[0]?.name || '';

  const set = (patch: Partial<NewTenantValues>) => {
    setValues((old) => ({ ...old, ...patch }));
    setErrors((old) => Object.fromEntries(Object.entries(old).filter(([k]) => !(k in patch))));
  };
  const text = (code: string | undefined) =>
    code ? t([`owner.new.error.${code}`, `onboarding.slug.${code}`], { defaultValue: code }) : undefined;
  const refuse = (found: NewTenantErrors) => {
    setErrors(found);
    focusFirstInvalid(form.current?.parentElement ?? document);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const full = { ...values, template };
    const found = checkNewTenant(full);
    if (slugState === 'slug_taken' || slugState === 'slug_reserved') found.slug = slugState;
    if (Object.keys(found).length) return refuse(found);
    create.mutate(newTenantBody(full), {
      onSuccess: (started) => onStarted(started.provisioning_id),
      onError: (error) => {
        if (!isApiError(error)) return;
        if (hasCode(error, 'slug_taken', 'slug_reserved', 'slug_invalid')) refuse({ slug: error.code });
        else refuse(newTenantServerErrors(error.fields));
      },
    });
  };
  const options = (sources.data?.data ?? []).map((x) => ({ value: x.slug, label: `${x.name} (${x.slug})` }));
  if (picked && !options.some((o) => o.value === picked.value)) options.unshift(picked);
  return (
    <form ref={form} className={c.form} onSubmit={submit} noValidate>
      <div className={c.fields}>
        <SegmentedControl
          fullWidth
          withItemsBorders={false}
          className={c.segments}
          aria-label={t('owner.new.source')}
          value={values.kind}
          onChange={(kind) => set({ kind: kind as NewTenantValues['kind'] })}
          data={[
            { value: 'template', label: t('owner.new.fromTemplate') },
            { value: 'tenant', label: t('owner.new.fromTenant') },
          ]}
        />
        {values.kind === 'template' ? (
          templates.data ? (
            <TemplateCards
              label={t('owner.new.template')}
              templates={templates.data}
              value={template}
              onChange={(name) => set({ template: name })}
              error={text(errors.template)}
            />
          ) : templates.isError ? (
            <ErrorState compact error={templates.error} onRetry={() => void templates.refetch()} />
          ) : (
            <TemplateCardsLoading />
          )
        ) : (
          <>
            <Select
              label={t('owner.new.tenant')}
              placeholder={t('owner.new.tenantPick')}
              searchable
              data={options}
              value={values.tenant || null}
              onChange={(tenant, option) => {
                setPicked(option ? { value: option.value, label: option.label } : null);
                set({ tenant: tenant ?? '' });
              }}
              onSearchChange={setSearch}
              filter={({ options: all }) => all}
              nothingFoundMessage={t(sources.isError ? 'components.couldNotLoad' : 'owner.new.tenantNone')}
              error={text(errors.tenant)}
              allowDeselect={false}
            />
            <div className={c.clone}>
              <p className={c.cloneTitle}>{t('owner.new.copied')}</p>
              <p>{t('owner.new.copiedText')}</p>
              <p className={c.cloneSafe}>
                <IconShieldCheck size={16} stroke={1.7} aria-hidden />
                <span>{t('owner.new.neutral')}</span>
              </p>
            </div>
          </>
        )}
        <hr className={c.rule} />
        <TextInput
          name="name"
          label={t('owner.new.name')}
          value={values.name}
          maxLength={120}
          autoComplete="off"
          onChange={(e) => {
            const name = e.currentTarget.value;
            set(ownSlug ? { name } : { name, slug: suggestSlug(name) });
          }}
          error={text(errors.name)}
        />
        <SlugField
          value={values.slug}
          onChange={(slug) => {
            setOwnSlug(slug !== '');
            set({ slug });
          }}
          state={slugState}
          error={text(errors.slug)}
          touched={ownSlug || !!errors.slug}
        />
        <TextInput
          name="admin-name"
          label={t('owner.new.adminName')}
          value={values.adminName}
          maxLength={120}
          autoComplete="off"
          onChange={(e) => set({ adminName: e.currentTarget.value })}
          error={text(errors.adminName)}
        />
        <TextInput
          name="admin-email"
          type="email"
          label={t('owner.new.adminEmail')}
          description={t('owner.new.adminHelp')}
          value={values.adminEmail}
          maxLength={254}
          autoComplete="off"
          onChange={(e) => set({ adminEmail: e.currentTarget.value })}
          error={text(errors.adminEmail)}
        />
        <Checkbox
          label={t('owner.new.keepColour')}
          checked={values.primary === null}
          onChange={(e) => set({ primary: e.currentTarget.checked ? null : '#2f5bea' })}
        />
        {values.primary !== null && (
          <ColourField
            value={values.primary}
            onChange={(primary) => set({ primary })}
            error={text(errors.primary)}
          />
        )}
        {!Object.keys(errors).length && <Failure error={create.error} />}
      </div>
      <Group className={c.foot} justify="flex-end" gap="sm">
        <Button variant="default" size="sm" onClick={onCancel}>
          {t('components.cancel')}
        </Button>
        <Button type="submit" size="sm" loading={create.isPending}>
          {t('owner.new.submit')}
        </Button>
      </Group>
    </form>
  );
}
