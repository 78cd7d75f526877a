import { MultiSelect, SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { useOwnerOptions, useTeamOptions } from '@/data/lookups';
import c from './bulk.module.css';
import { CountDialog } from './CountDialog';
import type { BulkWish } from './query';
import { type BulkEntity, type Selection, sizeOf } from './selection';

type Props = {
  entity: BulkEntity;
  selection: Selection;
  /** Whose records they are, where they are handed on as a whole. */
  from?: string;
  onClose: () => void;
  onDone: () => void;
};
const WAYS = ['user', 'team', 'spread', 'nobody'] as const;
type Way = (typeof WAYS)[number];
const METHODS = ['round_robin', 'load'] as const;

/** To one person, to a team's pool, spread over several people, or to nobody. */
export function AssignDialog({ entity, selection, from, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const [way, setWay] = useState<Way>('user');
  const [user, setUser] = useState<string | null>(null);
  const [team, setTeam] = useState<string | null>(null);
  const [among, setAmong] = useState<string[]>([]);
  const [members, setMembers] = useState<string | null>(null);
  const [by, setBy] = useState<(typeof METHODS)[number]>('round_robin');
  const size = sizeOf(selection);
  const common = {
    size: 'sm',
    searchable: true,
    // the dialog opens with the focus here, and nobody asked for the list yet
    openOnFocus: false,
    nothingFoundMessage: t('components.noMatch'),
    comboboxProps: { withinPortal: true },
  } as const;
  return (
    <CountDialog
      entity={entity}
      selection={selection}
      title={
        from
          ? t(`bulk.transferTitle.${entity}`, { name: from })
          : t(`bulk.assignTitle.${entity}`, { count: size, n: f.int(size) })
      }
      wish={wishOf({ way, user, team, among, members, by })}
      confirm={(count) => t('bulk.confirmAssign', { count, n: f.int(count) })}
      onClose={onClose}
      onDone={onDone}
    >
      <div className={c.form}>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t('bulk.to')}
          value={way}
          onChange={(v) => setWay(v as Way)}
          data={WAYS.filter((w) => w !== 'team' || teams.length > 0).map((value) => ({
            value,
            label: t(`bulk.way.${value}`),
          }))}
        />
        {way === 'user' && (
          <Select
            {...common}
            label={t('bulk.user')}
            data-autofocus
            data={owners.map((o) => ({ value: o.value, label: o.label }))}
            value={user}
            onChange={setUser}
          />
        )}
        {way === 'team' && (
          <Select
            {...common}
            label={t('bulk.team')}
            description={t('bulk.teamHelp')}
            data={teams.map((o) => ({ value: o.value, label: o.label }))}
            value={team}
            onChange={setTeam}
          />
        )}
        {way === 'spread' && (
          <>
            <MultiSelect
              {...common}
              label={t('bulk.among')}
              disabled={members !== null}
              data={owners.map((o) => ({ value: o.value, label: o.label }))}
              value={among}
              onChange={setAmong}
            />
            {teams.length > 0 && (
              <Select
                {...common}
                label={t('bulk.orTeam')}
                clearable
                disabled={among.length > 0}
                data={teams.map((o) => ({ value: o.value, label: o.label }))}
                value={members}
                onChange={setMembers}
              />
            )}
            <Select
              size="sm"
              label={t('bulk.by')}
              description={t(`bulk.methodHelp.${by}`)}
              allowDeselect={false}
              data={METHODS.map((value) => ({ value, label: t(`bulk.method.${value}`) }))}
              value={by}
              onChange={(v) => setBy(v === 'load' ? 'load' : 'round_robin')}
            />
          </>
        )}
        {way === 'nobody' && <p className={c.help}>{t('bulk.nobodyHelp')}</p>}
      </div>
    </CountDialog>
  );
}

type Said = {
  way: Way;
  user: string | null;
  team: string | null;
  among: string[];
  members: string | null;
  by: 'round_robin' | 'load';
};

/** What was said, as soon as it says enough. */
export function wishOf({ way, user, team, among, members, by }: Said): BulkWish | null {
  switch (way) {
    case 'user':
      return user ? { assign: { assigned_to: user } } : null;
    case 'team':
      return team ? { assign: { team_id: team } } : null;
    case 'nobody':
      return { assign: { assigned_to: null } };
    default:
      if (members) return { assign: { distribute: { team_id: members, by } } };
      return among.length ? { assign: { distribute: { users: among, by } } } : null;
  }
}
