import { StatusPill } from '@/components';
import {
  type FieldGroup,
  LEVEL_HUE,
  LEVELS,
  type SensitiveField,
  useAccessWords,
} from '@/components/explain';
import { type Base, type Edits, matches, withLevel } from './draft';
import c from './editor.module.css';
import { RuleRow } from './RuleRow';
import { Segments } from './Segments';

const GROUPS: FieldGroup[] = ['contact', 'identity', 'finance'];
type Props = {
  fields: readonly SensitiveField[];
  base: Base;
  edits: Edits;
  find: string;
  onlyChanged: boolean;
  onEdit?: (edits: Edits) => void;
};

/** How much of each sensitive field the role sees. */
export function FieldRows({ fields, base, edits, find, onlyChanged, onEdit }: Props) {
  const words = useAccessWords();
  return GROUPS.map((group) => {
    const rows = fields.filter(
      (f) =>
        f.group === group &&
        (!onlyChanged || edits.fields[f.key] !== undefined) &&
        matches(find, words.sees(f.key), words.group(group), f.key),
    );
    if (!rows.length) return null;
    return (
      <section key={group} className={c.group} aria-label={words.group(group)}>
        <header className={c.groupHead}>
          <h3>{words.group(group)}</h3>
        </header>
        {rows.map((f) => {
          const was = base.fields[f.key] ?? 'hidden';
          const now = edits.fields[f.key] ?? was;
          return (
            <RuleRow
              key={f.key}
              name={words.sees(f.key)}
              was={now === was ? undefined : words.level(was)}
              onBack={() => onEdit?.(withLevel(base, edits, f.key, was))}
            >
              {onEdit ? (
                <Segments
                  label={words.sees(f.key)}
                  value={now}
                  slots={LEVELS}
                  options={f.levels}
                  text={words.level}
                  hue={(l) => LEVEL_HUE[l]}
                  onPick={(l) => onEdit(withLevel(base, edits, f.key, l))}
                />
              ) : (
                <StatusPill label={words.level(now)} hue={LEVEL_HUE[now]} />
              )}
            </RuleRow>
          );
        })}
      </section>
    );
  });
}
