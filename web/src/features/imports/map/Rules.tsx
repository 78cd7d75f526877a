import { Checkbox, Radio, SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/session/session';
import c from '../imports.module.css';
import type { Draft } from '../mapping';
import { type DuplicateRule, type ImportEntity, isPeople, type MatchKey, mayUpdate, rulesOf } from '../types';
import m from './map.module.css';

type Props = { entity: ImportEntity; draft: Draft; onChange: (next: Draft) => void };

/** Who counts as somebody who is there already, and what happens to them. */
export function Rules({ entity, draft, onChange }: Props) {
  const { t } = useTranslation();
  const can = useCan();
  return (
    <div className={c.form}>
      {entity !== 'users' && isPeople(entity) && (
        <div className={m.control}>
          <span id="import-match">{t('imports.rules.same')}</span>
          <SegmentedControl
            aria-labelledby="import-match"
            size="sm"
            value={draft.match.join('+')}
            onChange={(v) => onChange({ ...draft, match: v.split('+') as MatchKey[] })}
            data={['email', 'phone', 'email+phone'].map((value) => ({
              value,
              label: t(`imports.rules.match.${value.replace('+', '_')}`),
            }))}
          />
        </div>
      )}
      <Radio.Group
        label={t('imports.rules.then')}
        value={draft.duplicates}
        onChange={(v) => onChange({ ...draft, duplicates: v as DuplicateRule })}
      >
        <div className={m.rules}>
          {rulesOf(entity).map((rule) => (
            <Radio
              key={rule}
              value={rule}
              disabled={rule === 'update' && !mayUpdate(can, entity)}
              label={t(`imports.rules.rule.${rule}`)}
              description={t(`imports.rules.help.${rule}`)}
            />
          ))}
        </div>
      </Radio.Group>
      {draft.duplicates === 'update' && (
        <div className={m.control}>
          <span id="import-update">{t('imports.rules.which')}</span>
          <SegmentedControl
            aria-labelledby="import-update"
            size="sm"
            value={draft.update}
            onChange={(v) => onChange({ ...draft, update: v === 'all' ? 'all' : 'empty' })}
            data={(['empty', 'all'] as const).map((value) => ({
              value,
              label: t(`imports.rules.update.${value}`),
            }))}
          />
        </div>
      )}
      {entity === 'users' && (
        <Checkbox
          label={t('imports.rules.invite')}
          description={t('imports.rules.inviteHelp')}
          checked={draft.invite}
          onChange={(e) => onChange({ ...draft, invite: e.currentTarget.checked })}
        />
      )}
    </div>
  );
}
