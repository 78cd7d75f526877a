import { Button, Group } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { errorText, Notice } from '@/components';
import { useUndoOffer } from '@/data/undo';
import { focusFirstInvalid, pickErrors } from '@/lib/forms';
import { useCan } from '@/session/session';
import c from './general.module.css';
import { settingsQuery, useSaveSettings } from './query';
import { SettingField } from './SettingField';
import type { SettingGroup, SettingOut, SettingValue } from './types';
import { type Draft, otherBase, patchOf, problemOf, toDraft } from './values';

export function SettingsSection({
  group,
  settings,
}: {
  group: SettingGroup;
  settings: readonly SettingOut[];
}) {
  const { t } = useTranslation();
  const can = useCan();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveSettings();
  const offerUndo = useUndoOffer();
  const [draft, setDraft] = useState<Draft>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const patch = patchOf(settings, draft);
  const dirty = Object.keys(patch).length > 0;
  const base = otherBase(settings, patch);

  const change = (key: string, value: SettingValue) => {
    setDraft((d) => ({ ...d, [key]: value }));
    setErrors(({ [key]: _, ...rest }) => rest);
  };
  const discard = () => {
    setDraft({});
    setErrors({});
    setFailure(null);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!dirty) return;
    setFailure(null);
    const found: Record<string, string> = {};
    for (const s of settings) {
      const problem = s.key in patch ? problemOf(s, draft[s.key] ?? null) : null;
      if (problem) found[s.key] = t(`general.problem.${problem.key}`, problem.values);
    }
    setErrors(found);
    if (Object.keys(found).length) return focusFirstInvalid(form.current ?? document);
    save.mutate(patch, {
      onError: (error) => {
        const fields = isApiError(error)
          ? pickErrors(
              error.fields,
              settings.map((s) => s.key),
            )
          : {};
        if (Object.keys(fields).length) {
          setErrors(fields);
          focusFirstInvalid(form.current ?? document);
        } else setFailure(error);
      },
      onSuccess: ({ undo_id }) => {
        setDraft({});
        offerUndo({
          message: t('general.saved', { group: t(`general.group.${group}`) }),
          undoId: undo_id,
          refresh: [settingsQuery.queryKey],
        });
      },
    });
  };
  return (
    <section className={c.section} aria-labelledby={id}>
      <div className={c.about}>
        <h2 id={id}>{t(`general.group.${group}`)}</h2>
        <p>{t(`general.about.${group}`)}</p>
        {can('audit.read') && (
          <Link
            to="/settings/audit"
            search={{ action: 'settings.updated' } as never}
            className={c.history}
            aria-label={`${t('general.history')}: ${t(`general.group.${group}`)}`}
          >
            <IconHistory size={14} stroke={1.7} aria-hidden />
            {t('general.history')}
          </Link>
        )}
      </div>
      <form ref={form} className={c.form} onSubmit={submit} noValidate>
        {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
        {settings.map((s) => (
          <SettingField
            key={s.key}
            setting={s}
            draft={draft[s.key] ?? toDraft(s)}
            error={errors[s.key]}
            onChange={(value) => change(s.key, value)}
          />
        ))}
        {base && <Notice tone="warn">{t('general.otherBase', base)}</Notice>}
        {dirty && (
          <Group className={c.bar} justify="flex-end" gap="sm">
            <span className={c.unsaved}>{t('general.unsaved')}</span>
            <Button variant="default" onClick={discard}>
              {t('general.discard')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('components.save')}
            </Button>
          </Group>
        )}
      </form>
    </section>
  );
}
