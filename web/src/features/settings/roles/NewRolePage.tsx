import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { EmptyState, ErrorState, toast } from '@/components';
import { type Catalogue, catalogueQuery } from '@/components/explain';
import type { ListSearch } from '@/lib/listSearch';
import { useCan } from '@/session/session';
import {
  type Base,
  baseOf,
  countOf,
  current,
  type Edits,
  NO_EDITS,
  newRoleOf,
  patchOf,
  stepsOf,
} from './draft';
import { EditorFrame, EditorSkeleton, SaveBar } from './EditorFrame';
import c from './editor.module.css';
import { roleListQuery, useCreateRole } from './query';
import { RecordPreviewPanel } from './RecordPreviewPanel';
import { Refusal } from './Refusal';
import { RoleEditor } from './RoleEditor';
import type { Role } from './types';
import { useLeaveGuard } from './useLeaveGuard';

export function NewRolePage() {
  const { t } = useTranslation();
  const can = useCan();
  const roles = useQuery(roleListQuery);
  const catalogue = useQuery(catalogueQuery);
  const failed = roles.error ?? catalogue.error;
  if (!can('roles.manage'))
    return <EmptyState title={t('staff.noAccess.title')} text={t('staff.noAccess.text')} />;
  if (failed)
    return (
      <ErrorState
        error={failed}
        onRetry={() => {
          void roles.refetch();
          void catalogue.refetch();
        }}
      />
    );
  if (!roles.data || !catalogue.data) return <EditorSkeleton />;
  return <Creating roles={roles.data} catalogue={catalogue.data} />;
}

function Creating({ roles, catalogue }: { roles: Role[]; catalogue: Catalogue }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  const source = roles.find((r) => r.id === search.copy);
  const [edits, setEdits] = useState<Edits>(NO_EDITS);
  const [nameError, setNameError] = useState<string | null>(null);
  const name = useRef<HTMLInputElement>(null);
  const create = useCreateRole();
  const base: Base = { ...baseOf(catalogue, source), name: '' };
  const guard = useLeaveGuard(countOf(patchOf(base, edits)) > 0);

  const nameIsWrong = (problem: string) => {
    setNameError(problem);
    name.current?.focus();
  };
  const save = () => {
    if (!current(base, edits).name.trim()) {
      nameIsWrong(t('roles.needName'));
      return;
    }
    create.mutate(newRoleOf(base, edits, source?.id), {
      onSuccess: (role) => {
        toast.done(t('roles.created', { name: role.name }));
        guard.leave(() => void navigate({ to: `/settings/roles/${role.id}` }));
      },
      onError: (e) => {
        if (hasCode(e, 'role_exists') || (isApiError(e) && e.fields.name)) nameIsWrong(t('roles.taken'));
      },
    });
  };
  return (
    <>
      <EditorFrame
        name={t('roles.new')}
        preview={
          <RecordPreviewPanel rules={current(base, edits)} changed={stepsOf(base, edits).map((s) => s.key)} />
        }
        bar={
          <SaveBar
            count={stepsOf(base, edits).length}
            submit={t('roles.create')}
            busy={create.isPending}
            onSubmit={save}
          />
        }
      >
        <div>
          <Select
            className={c.copyOf}
            label={t('roles.startFrom')}
            placeholder={t('roles.empty')}
            data={roles.map((r) => ({ value: r.id, label: r.name }))}
            value={source?.id ?? null}
            onChange={(copy) =>
              void navigate({ to: '.', search: (copy ? { copy } : {}) as never, replace: true })
            }
            clearable
          />
          {create.error && !nameError ? <Refusal error={create.error} /> : null}
          <RoleEditor
            catalogue={catalogue}
            base={base}
            edits={edits}
            onEdit={(next) => {
              if (next.name !== edits.name) setNameError(null);
              setEdits(next);
            }}
            nameError={nameError}
            nameRef={name}
          />
        </div>
      </EditorFrame>
      {guard.dialog}
    </>
  );
}
