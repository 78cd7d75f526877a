import { Button, Group } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { ConfirmDialog, Notice, toast } from '@/components';
import { focusFirstInvalid } from '@/lib/forms';
import { useCan } from '@/session/session';
import general from '../general/general.module.css';
import { useLeaveGuard } from '../roles/useLeaveGuard';
import { AddSecretDialog } from './AddSecretDialog';
import c from './console.module.css';
import { type Edits, faultNames, kept, NO_EDITS, patchOf, removed, secretsOf, toggled } from './draft';
import { faultText, refusalText } from './faults';
import { IssuerField } from './IssuerField';
import { OriginsField } from './OriginsField';
import { originsProblem } from './origins';
import { useSaveConsole } from './query';
import { RoleFields } from './RoleFields';
import { SecretList } from './SecretList';
import { Section } from './Section';
import type { ConsoleSetup } from './types';

/** Everything that decides which tokens are good, saved in one go: half of a change would shut people out. */
export function ConsoleForm({ saved }: { saved: ConsoleSetup }) {
  const { t } = useTranslation();
  const mayLetIn = useCan()('users.manage');
  const form = useRef<HTMLFormElement>(null);
  const save = useSaveConsole();
  const [edits, setEdits] = useState<Edits>(NO_EDITS);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [failure, setFailure] = useState<unknown>(null);
  const [adding, setAdding] = useState(false);
  const [deleting, setDeleting] = useState<string | null>(null);
  const rows = secretsOf(saved, edits);
  const patch = patchOf(saved, edits);
  const dirty = Object.keys(patch).length > 0;
  const guard = useLeaveGuard(dirty, t('console.leaveText'));

  /** `about`: the beginning of the names of the faults that the change may have mended. */
  const edit = (about: string, next: Edits) => {
    setEdits(next);
    setErrors((e) => Object.fromEntries(Object.entries(e).filter(([name]) => !name.startsWith(about))));
  };
  const discard = () => {
    setEdits(NO_EDITS);
    setErrors({});
    setFailure(null);
  };
  const fail = (found: Record<string, string>) => {
    setErrors(found);
    focusFirstInvalid(form.current ?? document);
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!dirty || save.isPending) return;
    setFailure(null);
    setErrors({});
    const problem = patch.cors_origins ? originsProblem(patch.cors_origins) : null;
    if (problem) return fail({ cors_origins: t(`console.problem.${problem.key}`, problem) });
    save.mutate(patch, {
      onError: (error) => {
        const names = faultNames(rows);
        const found = Object.entries(isApiError(error) ? error.fields : {}).flatMap(([name, [first]]) =>
          first && names.includes(name) ? [[name, faultText(first)]] : [],
        );
        if (found.length) fail(Object.fromEntries(found));
        else setFailure(error);
      },
      onSuccess: () => {
        discard();
        toast.done(t('console.saved'));
      },
    });
  };
  return (
    <>
      <form ref={form} className={c.form} onSubmit={submit} noValidate>
        {!mayLetIn && <Notice>{t('console.notAllowed')}</Notice>}
        <Section title={t('console.tokens')} about={<p>{t('console.tokensAbout')}</p>}>
          <IssuerField
            saved={saved}
            edits={edits}
            error={errors.issuer}
            disabled={!mayLetIn}
            onChange={(issuer) => edit('issuer', { ...edits, issuer })}
          />
          <SecretList
            rows={rows}
            errors={errors}
            disabled={!mayLetIn}
            onAdd={() => setAdding(true)}
            onToggle={(id, active) => edit('secrets', toggled(saved, edits, id, active))}
            onDelete={(id) =>
              edits.added.some((x) => x.id === id) ? edit('secrets', removed(edits, id)) : setDeleting(id)
            }
            onKeep={(id) => edit('secrets', kept(edits, id))}
          />
        </Section>
        <Section title={t('console.roles')} about={<p>{t('console.rolesAbout')}</p>}>
          <RoleFields
            saved={saved}
            edits={edits}
            errors={errors}
            disabled={!mayLetIn}
            onChange={(word, role) =>
              edit(`role_map.${word}`, { ...edits, roles: { ...edits.roles, [word]: role } })
            }
          />
        </Section>
        <Section title={t('console.origins')} about={<p>{t('console.originsAbout')}</p>}>
          <OriginsField
            saved={saved}
            edits={edits}
            error={errors.cors_origins}
            disabled={!mayLetIn}
            onChange={(origins) => edit('cors_origins', { ...edits, origins })}
          />
        </Section>
        {failure ? (
          <div className={c.failure}>
            <Notice tone="neg">{refusalText(failure)}</Notice>
          </div>
        ) : null}
        {dirty && (
          <Group className={`${general.bar} ${c.bar}`} justify="flex-end" gap="sm">
            <span className={general.unsaved}>{t('console.unsaved')}</span>
            <Button variant="default" onClick={discard}>
              {t('console.discard')}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t('components.save')}
            </Button>
          </Group>
        )}
      </form>
      <AddSecretDialog
        opened={adding}
        taken={rows.map((x) => x.id)}
        onClose={() => setAdding(false)}
        onAdd={(secret) => {
          setAdding(false);
          edit('secrets', { ...edits, added: [secret, ...edits.added] });
        }}
      />
      <ConfirmDialog
        opened={deleting !== null}
        title={t('console.deleteTitle', { id: deleting })}
        text={t('console.deleteText')}
        confirm={t('console.delete')}
        danger
        onClose={() => setDeleting(null)}
        onConfirm={() => {
          if (deleting) edit('secrets', removed(edits, deleting));
          setDeleting(null);
        }}
      />
      {guard.dialog}
    </>
  );
}
