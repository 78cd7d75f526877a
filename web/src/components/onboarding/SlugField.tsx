import { Loader, TextInput } from '@mantine/core';
import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { cleanSlug, slugAlternatives, tenantHost } from '@/lib/slug';
import c from './onboarding.module.css';
import type { SlugState } from './useSlugCheck';

const REASONS = ['slug_invalid', 'slug_reserved', 'slug_taken'] as const;

/** The tenant's address, with the verdict while one types. */
export function SlugField({
  value,
  onChange,
  state,
  error,
  touched,
  name = 'slug',
}: {
  value: string;
  onChange: (slug: string) => void;
  state: SlugState;
  /** An error from the last submission; the live verdict has precedence. */
  error?: string;
  touched: boolean;
  name?: string;
}) {
  const { t } = useTranslation();
  const refused = (REASONS as readonly string[]).includes(state) && (touched || state !== 'slug_invalid');
  const message = refused
    ? t(`onboarding.slug.${state}`)
    : state === 'free' || state === 'checking'
      ? undefined
      : error;
  const others = state === 'slug_taken' ? slugAlternatives(value).slice(0, 3) : [];
  return (
    <div className={c.slug}>
      <TextInput
        name={name}
        label={t('onboarding.slug.label')}
        value={value}
        onChange={(e) => onChange(cleanSlug(e.currentTarget.value))}
        error={message}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={32}
        classNames={{ section: c.slugSection }}
        rightSectionWidth="auto"
        rightSection={
          <span className={c.suffix} dir="ltr">
            .{location.host}
          </span>
        }
        dir="ltr"
        styles={{ input: { paddingInlineEnd: `calc(${location.host.length + 1}ch + 20px)` } }}
      />
      <p className={c.verdict} data-s={state} role="status">
        {state === 'checking' && (
          <>
            <Loader size={12} color="gray" /> {t('onboarding.slug.checking')}
          </>
        )}
        {state === 'free' && (
          <>
            <IconCircleCheck size={14} />
            <span>
              <bdi dir="ltr">{tenantHost(value, location.host)}</bdi> {t('onboarding.slug.free')}
            </span>
          </>
        )}
        {state === 'unknown' && (
          <>
            <IconAlertCircle size={14} /> {t('onboarding.slug.unknown')}
          </>
        )}
        {(state === 'empty' || (state === 'slug_invalid' && !refused)) && t('onboarding.slug.help')}
        {others.length > 0 && (
          <>
            <span>{t('onboarding.slug.try')}</span>
            {others.map((other) => (
              <button key={other} type="button" className={c.other} onClick={() => onChange(other)}>
                <bdi dir="ltr">{other}</bdi>
              </button>
            ))}
          </>
        )}
      </p>
    </div>
  );
}
