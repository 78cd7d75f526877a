import { Button, Group } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { useUi } from '@/app/ui';
import { errorText, Notice } from '@/components';
import { useUndoOffer } from '@/data/undo';
import { focusFirstInvalid, pickErrors } from '@/lib/forms';
import type { Branding } from '@/theme/branding';
import shared from '../settings.module.css';
import { BrandPreview } from './BrandPreview';
import c from './branding.module.css';
import { LookFields } from './LookFields';
import { PictureFields } from './PictureFields';
import { brandingQuery, useSaveBranding } from './query';
import { PICTURES, patchOf } from './types';

/** What is chosen shows at once in both previews; the app itself follows when it is saved. */
export function BrandingForm({ saved }: { saved: Branding }) {
  const { t } = useTranslation();
  const qc = useQueryClient();
  const { setBranding } = useUi();
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveBranding();
  const offerUndo = useUndoOffer();
  const [chosen, setChosen] = useState<Partial<Branding>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const look = { ...saved, ...chosen };
  const patch = patchOf(saved, look);
  const dirty = Object.keys(patch).length > 0;
  const change = (part: Partial<Branding>) => {
    setChosen((d) => ({ ...d, ...part }));
    const keys = Object.keys(part);
    setErrors((e) => Object.fromEntries(Object.entries(e).filter(([key]) => !keys.includes(key))));
  };
  const discard = () => {
    setChosen({});
    setErrors({});
    setFailure(null);
  };
  const fail = (found: Record<string, string>) => {
    setErrors(found);
    focusFirstInvalid(form.current ?? document);
  };
  const takeBack = () =>
    void qc.fetchQuery({ ...brandingQuery, staleTime: 0 }).then((old) => setBranding(old));
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!dirty) return;
    setFailure(null);
    if (!look.name.trim()) return fail({ name: t('branding.needName') });
    save.mutate(patch, {
      onError: (error) => {
        const known = ['name', 'primary', 'radius', 'font', 'neutral', 'locale', ...PICTURES];
        const found = isApiError(error) ? pickErrors(error.fields, known) : {};
        if (Object.keys(found).length) fail(found);
        else setFailure(error);
      },
      onSuccess: ({ undo_id }) => {
        discard();
        offerUndo({
          message: t('branding.saved'),
          undoId: undo_id,
          refresh: [brandingQuery.queryKey],
          onUndone: takeBack,
        });
      },
    });
  };
  return (
    <div className={`${shared.page} ${c.layout}`}>
      <form ref={form} className={c.form} onSubmit={submit} noValidate>
        <p className={c.intro}>{t('branding.intro')}</p>
        {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
        <LookFields look={look} errors={errors} onChange={change} />
        <PictureFields look={look} errors={errors} onChange={change} />
        {dirty && (
          <Group className={c.bar} justify="flex-end" gap="sm">
            <span className={c.unsaved}>{t('branding.unsaved')}</span>
            <Button variant="default" onClick={discard}>
              {t('branding.discard')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('components.save')}
            </Button>
          </Group>
        )}
      </form>
      <section className={c.previews} aria-label={t('branding.preview.title')}>
        <BrandPreview look={look} scheme="light" />
        <BrandPreview look={look} scheme="dark" />
      </section>
    </div>
  );
}
