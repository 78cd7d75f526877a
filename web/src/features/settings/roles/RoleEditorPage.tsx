import { Button } from '@mantine/core';
import { IconCopy, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { useFormat, useUi } from '@/app/ui';
import { ErrorState, Notice, StatusPill, toast } from '@/components';
import { type Catalogue, catalogueQuery } from '@/components/explain';
import { useTitle } from '@/components/page/useTitle';
import { useCan } from '@/session/session';
import { DeleteRoleDialog } from './DeleteRoleDialog';
import { baseOf, countOf, current, type Edits, NO_EDITS, patchOf, stepsOf } from './draft';
import { EditorFrame, EditorSkeleton, SaveBar } from './EditorFrame';
import { roleQuery, useUpdateRole } from './query';
import { RecordPreviewPanel } from './RecordPreviewPanel';
import { RoleEditor } from './RoleEditor';
import { SaveDialog } from './SaveDialog';
import type { Role } from './types';
import { useLeaveGuard } from './useLeaveGuard';

export function RoleEditorPage() {
  const { roleId = '' } = useParams({ strict: false }) as { roleId?: string };
  const role = useQuery(roleQuery(roleId));
  const catalogue = useQuery(catalogueQuery);
  const failed = (role.data ? null : role.error) ?? catalogue.error;
  if (failed)
    return (
      <ErrorState
        error={failed}
        onRetry={() => {
          void role.refetch();
          void catalogue.refetch();
        }}
      />
    );
  if (!role.data || !catalogue.data) return <EditorSkeleton />;
  return <Editing key={role.data.id} role={role.data} catalogue={catalogue.data} />;
}

function Editing({ role, catalogue }: { role: Role; catalogue: Catalogue }) {
  const { t } = useTranslation();
  const f = useFormat();
  const { branding } = useUi();
  const can = useCan();
  const navigate = useNavigate();
  const manage = can('roles.manage');
  const [edits, setEdits] = useState<Edits>(NO_EDITS);
  const [nameError, setNameError] = useState<string | null>(null);
  const [asking, setAsking] = useState<'save' | 'delete' | null>(null);
  const name = useRef<HTMLInputElement>(null);
  const update = useUpdateRole(role.id);
  const base = baseOf(catalogue, role);
  const patch = patchOf(base, edits);
  const count = countOf(patch);
  const guard = useLeaveGuard(count > 0);
  useTitle(role.name, branding.name);

  const nameIsWrong = (problem: string) => {
    setAsking(null);
    setNameError(problem);
    // the dialog gives the focus back first
    setTimeout(() => name.current?.focus(), 220);
  };
  const review = () => {
    update.reset();
    if (!current(base, edits).name.trim()) nameIsWrong(t('roles.needName'));
    else setAsking('save');
  };
  const save = () =>
    update.mutate(patch, {
      onSuccess: (fresh) => {
        setAsking(null);
        setEdits(NO_EDITS);
        toast.done(t('roles.saved', { name: fresh.name }));
      },
      onError: (e) => {
        if (hasCode(e, 'role_exists') || (isApiError(e) && e.fields.name)) nameIsWrong(t('roles.taken'));
      },
    });
  const edit = (next: Edits) => {
    if (next.name !== edits.name) setNameError(null);
    setEdits(next);
  };
  return (
    <>
      <EditorFrame
        name={role.name}
        meta={
          <>
            {role.builtin && <StatusPill label={t('roles.builtin')} hue="grey" />}
            <span className="dim">
              {t('settings.roles.users', { count: role.users, n: f.int(role.users) })}
            </span>
          </>
        }
        actions={
          manage && (
            <>
              <Button
                variant="default"
                leftSection={<IconCopy size={14} aria-hidden />}
                onClick={() =>
                  void navigate({ to: '/settings/roles/new', search: { copy: role.id } as never })
                }
              >
                {t('roles.copy')}
              </Button>
              <Button
                variant="default"
                leftSection={<IconTrash size={14} aria-hidden />}
                onClick={() => setAsking('delete')}
              >
                {t('roles.delete.action')}
              </Button>
            </>
          )
        }
        preview={
          <RecordPreviewPanel rules={current(base, edits)} changed={stepsOf(base, edits).map((s) => s.key)} />
        }
        bar={
          count > 0 && (
            <SaveBar
              count={count}
              submit={t('roles.review')}
              onDiscard={() => {
                setEdits(NO_EDITS);
                setNameError(null);
              }}
              onSubmit={review}
            />
          )
        }
      >
        <div>
          {!manage && <Notice>{t('roles.readOnly')}</Notice>}
          <RoleEditor
            catalogue={catalogue}
            base={base}
            edits={edits}
            onEdit={manage ? edit : undefined}
            nameError={nameError}
            nameRef={name}
          />
        </div>
      </EditorFrame>
      {asking === 'save' && (
        <SaveDialog
          role={role}
          patch={patch}
          busy={update.isPending}
          failure={update.error}
          onSave={save}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'delete' && (
        <DeleteRoleDialog
          role={role}
          onClose={() => setAsking(null)}
          onDone={() => guard.leave(() => void navigate({ to: '/settings/roles' }))}
        />
      )}
      {guard.dialog}
    </>
  );
}
