import { Switch, Textarea, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type Ref, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState, OptionalLabel } from '@/components';
import { type Catalogue, useAccessWords } from '@/components/explain';
import { type Base, current, type Edits, matches, stepsOf } from './draft';
import c from './editor.module.css';
import { FieldRows } from './FieldRows';
import { PermissionRows } from './PermissionRows';

type Props = {
  catalogue: Catalogue;
  base: Base;
  edits: Edits;
  /** Absent for those who may only look. */
  onEdit?: (edits: Edits) => void;
  nameError?: string | null;
  nameRef?: Ref<HTMLInputElement>;
};

/** Everything a role is: who it is for, what it may do, what it sees. */
export function RoleEditor({ catalogue, base, edits, onEdit, nameError, nameRef }: Props) {
  const { t } = useTranslation();
  const words = useAccessWords();
  const [find, setFind] = useState('');
  const [only, setOnly] = useState(false);
  const now = current(base, edits);
  const steps = stepsOf(base, edits);
  const onlyChanged = only && steps.length > 0;
  const none = steps.length === 0;
  useEffect(() => {
    // the next change must not make all other rows vanish
    if (none) setOnly(false);
  }, [none]);
  const changedKeys = new Set(steps.map((s) => s.key));
  const hits = [
    ...catalogue.permissions.map((p) => [p.key, words.can(p.key), words.area(p.area)] as const),
    ...catalogue.fields.map((f) => [f.key, words.sees(f.key), words.group(f.group)] as const),
  ].filter((texts) => matches(find, ...texts) && (!onlyChanged || changedKeys.has(texts[0])));
  const rows = { base, edits, find, onlyChanged, onEdit };
  return (
    <div className={c.editor}>
      <section className={c.basics} aria-label={t('roles.basics')}>
        <TextInput
          ref={nameRef}
          label={t('roles.field.name')}
          value={now.name}
          error={nameError}
          readOnly={!onEdit}
          autoComplete="off"
          maxLength={80}
          onChange={(e) => onEdit?.({ ...edits, name: e.currentTarget.value })}
        />
        <Textarea
          label={
            onEdit ? (
              <OptionalLabel>{t('roles.field.description')}</OptionalLabel>
            ) : (
              t('roles.field.description')
            )
          }
          value={now.description}
          readOnly={!onEdit}
          autosize
          minRows={1}
          maxRows={4}
          maxLength={400}
          onChange={(e) => onEdit?.({ ...edits, description: e.currentTarget.value })}
        />
        <Switch
          label={t('roles.field.two_factor_required')}
          description={t('roles.twoFactorHelp')}
          checked={now.two_factor_required}
          disabled={!onEdit}
          onChange={(e) => onEdit?.({ ...edits, two_factor_required: e.currentTarget.checked })}
        />
      </section>
      <div className={c.tools}>
        <TextInput
          className={c.find}
          aria-label={t('roles.find')}
          placeholder={t('roles.find')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
        />
        {steps.length > 0 && (
          <Switch
            label={t('roles.onlyChanged')}
            checked={only}
            onChange={(e) => setOnly(e.currentTarget.checked)}
          />
        )}
      </div>
      {hits.length === 0 && <EmptyState title={t('roles.noMatch')} compact />}
      {hits.some(([key]) => key in base.permissions) && (
        <section aria-labelledby="role-permissions">
          <h2 id="role-permissions" className={c.heading}>
            {t('roles.permissions')}
          </h2>
          <p className={c.hint}>{t('roles.permissionsHelp')}</p>
          <PermissionRows permissions={catalogue.permissions} {...rows} />
        </section>
      )}
      {hits.some(([key]) => key in base.fields) && (
        <section aria-labelledby="role-fields">
          <h2 id="role-fields" className={c.heading}>
            {t('roles.fields')}
          </h2>
          <p className={c.hint}>{t('roles.fieldsHelp')}</p>
          <FieldRows fields={catalogue.fields} {...rows} />
        </section>
      )}
    </div>
  );
}
