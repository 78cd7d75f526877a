import { useTranslation } from 'react-i18next';
import { useOwnerOptions, useTeamOptions } from '@/data/lookups';
import { Dash, Person } from '../Values';
import { InlinePick } from './Inline';
import { Fact } from './RecordLayout';

type Owned = Record<'assigned_to' | 'assigned_to_name' | 'team_id' | 'team_name', string | null>;
type Given = Pick<Owned, 'assigned_to'> | Pick<Owned, 'team_id'>;
type Named = Pick<Owned, 'assigned_to_name'> | Pick<Owned, 'team_name'>;
type Props = {
  record: { [K in keyof Owned]?: Owned[K] | undefined };
  label: (field: 'assigned_to_name' | 'team_name') => string;
  readOnly: boolean;
  onPick: (patch: Given, shown: Named) => void;
};

/** Whose a record is, and which team's. */
export function OwnerFacts({ record, label, readOnly, onPick }: Props) {
  const { t } = useTranslation();
  const owners = useOwnerOptions();
  const teams = useTeamOptions();
  const nameOf = (options: typeof owners, value: string) =>
    options.find((o) => o.value === value)?.label ?? null;
  return (
    <>
      <Fact label={label('assigned_to_name')}>
        <InlinePick
          label={label('assigned_to_name')}
          value={record.assigned_to}
          options={owners}
          none={t('data.unassigned')}
          readOnly={readOnly || !owners.length}
          show={
            record.assigned_to_name ? (
              <Person name={record.assigned_to_name} size={20} />
            ) : (
              <span className="dim">{t('data.unassigned')}</span>
            )
          }
          onPick={(v) => onPick({ assigned_to: v || null }, { assigned_to_name: nameOf(owners, v) })}
        />
      </Fact>
      <Fact label={label('team_name')}>
        <InlinePick
          label={label('team_name')}
          value={record.team_id}
          options={teams}
          none={t('components.notSet')}
          readOnly={readOnly || !teams.length}
          show={record.team_name ? <bdi>{record.team_name}</bdi> : <Dash />}
          onPick={(v) => onPick({ team_id: v || null }, { team_name: nameOf(teams, v) })}
        />
      </Fact>
    </>
  );
}
