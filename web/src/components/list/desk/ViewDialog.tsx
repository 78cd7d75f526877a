import { Button, Group, Modal, MultiSelect, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { View } from '@/api/types';
import type { CustomEntity } from '@/data/customFields';
import { rolesQuery } from '@/data/lookups';
import { toStored, type ViewState } from '@/lib/viewState';
import { scopeOf } from '@/session/permissions';
import { useMe } from '@/session/session';
import { Notice } from '../../Notice';
import { errorText } from '../../toast';
import c from './desk.module.css';
import { useCreateView, useUpdateView } from './views';

type Props = {
  entity: CustomEntity;
  /** The view that is changed; without it a new one is saved. */
  view?: View;
  /** What a new view holds. */
  state: ViewState;
  onClose: () => void;
  onDone: (view: View) => void;
};

/** Name, sharing and who gets it first. */
export function ViewDialog({ entity, view, state, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const { user } = useMe();
  const scope = scopeOf(user, 'views.share');
  const create = useCreateView();
  const update = useUpdateView();
  const roles = useQuery({
    ...rolesQuery,
    enabled: scope === 'all' && user.permissions.includes('roles.read'),
  });
  const [name, setName] = useState(view?.name ?? '');
  const [shared, setShared] = useState(view?.shared ?? 'own');
  const [first, setFirst] = useState(view?.default ?? false);
  const [forRoles, setForRoles] = useState<string[]>(view?.default_for_roles ?? []);
  const [missing, setMissing] = useState(false);
  const busy = create.isPending || update.isPending;
  const failure = create.error ?? update.error;
  const choices = ['own', ...(scope === 'none' ? [] : ['team']), ...(scope === 'all' ? ['all'] : [])];
  const mayAssign = scope === 'all' && shared === 'all' && (roles.data?.data.length ?? 0) > 0;

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!name.trim()) return setMissing(true);
    const done = { onSuccess: onDone };
    const common = { name: name.trim(), shared, ...(mayAssign ? { default_for_roles: forRoles } : {}) };
    if (view) {
      const patch = {
        ...(common.name === view.name ? {} : { name: common.name }),
        ...(shared === view.shared ? {} : { shared }),
        ...(first === view.default ? {} : { default: first }),
        ...(mayAssign && forRoles.join() !== view.default_for_roles.join()
          ? { default_for_roles: forRoles }
          : {}),
      };
      return update.mutate({ id: view.id, patch }, done);
    }
    create.mutate({ entity, ...common, default: first, query: toStored(state) }, done);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={view ? t('desk.editView') : t('desk.saveView')}
      size={440}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form onSubmit={submit} noValidate className={c.form}>
        {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
        <TextInput
          label={t('desk.name')}
          value={name}
          maxLength={80}
          autoComplete="off"
          error={missing && !name.trim() ? t('desk.needName') : undefined}
          onChange={(e) => setName(e.currentTarget.value)}
          data-autofocus
        />
        <fieldset className={c.sharing}>
          <legend id={id}>{t('desk.sharing')}</legend>
          {choices.map((value) => (
            <label key={value}>
              <input
                type="radio"
                name={`${id}-shared`}
                checked={shared === value}
                onChange={() => setShared(value)}
              />
              <span>
                {t(`desk.shared.${value}`)}
                <small>{t(`desk.sharedHelp.${value}`)}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <Switch
          size="sm"
          label={t('desk.first')}
          checked={first}
          onChange={(e) => setFirst(e.currentTarget.checked)}
        />
        {mayAssign && (
          <MultiSelect
            label={t('desk.forRoles')}
            description={t('desk.forRolesHelp')}
            data={(roles.data?.data ?? []).map((r) => ({ value: r.id, label: r.name }))}
            value={forRoles}
            onChange={setForRoles}
            nothingFoundMessage={t('components.noMatch')}
          />
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('components.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
