import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { StatusPill } from '@/components';
import { type Permission, SCOPE_HUE, SCOPES, useAccessWords } from '@/components/explain';
import { areasOf, type Base, type Edits, matches, scopesOf, withArea, withScope } from './draft';
import c from './editor.module.css';
import { RuleRow } from './RuleRow';
import { Segments } from './Segments';

type Props = {
  permissions: readonly Permission[];
  base: Base;
  edits: Edits;
  find: string;
  onlyChanged: boolean;
  /** Absent for those who may only look. */
  onEdit?: (edits: Edits) => void;
};

/** Permissions by area, one row each. */
export function PermissionRows({ permissions, base, edits, find, onlyChanged, onEdit }: Props) {
  const { t } = useTranslation();
  const words = useAccessWords();
  const shown = permissions.filter(
    (p) =>
      (!onlyChanged || edits.permissions[p.key] !== undefined) &&
      matches(find, words.can(p.key), words.area(p.area), p.key),
  );
  return areasOf(shown).map(([area, rows]) => {
    const whole = permissions.filter((p) => p.area === area);
    return (
      <section key={area} className={c.group} aria-label={words.area(area)}>
        <header className={c.groupHead}>
          <h3>{words.area(area)}</h3>
          {onEdit && whole.length > 1 && (
            <Menu position="bottom-end" withinPortal={false} floatingStrategy="fixed">
              <Menu.Target>
                <button type="button" className={c.setAll}>
                  {t('roles.setArea')}
                  <span className="sr-only"> {words.area(area)}</span>
                  <IconChevronDown size={13} aria-hidden />
                </button>
              </Menu.Target>
              <Menu.Dropdown>
                {SCOPES.filter((s) => whole.some((p) => scopesOf(p).includes(s))).map((s) => (
                  <Menu.Item key={s} onClick={() => onEdit(withArea(base, edits, whole, s))}>
                    <StatusPill label={words.scope(s)} hue={SCOPE_HUE[s]} />
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </header>
        {rows.map((p) => {
          const was = base.permissions[p.key] ?? 'none';
          const now = edits.permissions[p.key] ?? was;
          return (
            <RuleRow
              key={p.key}
              name={words.can(p.key)}
              was={now === was ? undefined : words.scope(was)}
              onBack={() => onEdit?.(withScope(base, edits, p.key, was))}
            >
              {onEdit ? (
                <Segments
                  label={words.can(p.key)}
                  value={now}
                  slots={SCOPES}
                  options={scopesOf(p)}
                  text={words.scope}
                  hue={(s) => SCOPE_HUE[s]}
                  onPick={(s) => onEdit(withScope(base, edits, p.key, s))}
                />
              ) : (
                <StatusPill label={words.scope(now)} hue={SCOPE_HUE[now]} />
              )}
            </RuleRow>
          );
        })}
      </section>
    );
  });
}
