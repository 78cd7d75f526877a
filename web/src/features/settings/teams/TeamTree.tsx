import { IconBuilding, IconGripVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Team } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Person, RowActions } from '@/components';
import { PickMenu } from '@/components/PickMenu';
import c from './teams.module.css';
import { canMove, membersBelow, possibleParents, type TeamNode } from './tree';
import { TOP, useTreeDrag } from './useTreeDrag';

type Props = {
  teams: Team[];
  tree: TeamNode[];
  /** The company: what stands above all teams. */
  company: string;
  selected?: string;
  manage: boolean;
  onSelect: (team: Team) => void;
  onEdit: (team: Team) => void;
  onMove: (team: Team, parent: Team | null) => void;
};
type Moving = { team: Team; anchor: DOMRect };

/** Drag a team onto another one, or choose "Move to…" in its menu. */
export function TeamTree({ teams, tree, company, selected, manage, onSelect, onEdit, onMove }: Props) {
  const { t } = useTranslation();
  const [moving, setMoving] = useState<Moving | null>(null);
  const find = (id: string | null | undefined) => teams.find((x) => x.id === id) ?? null;
  const move = (id: string, over: string) => {
    const team = find(id);
    if (team) onMove(team, over === TOP ? null : find(over));
  };
  const { drag, start } = useTreeDrag({
    enabled: manage,
    fits: (id, over) => canMove(teams, id, over === TOP ? null : over),
    onDrop: move,
  });
  const askWhere = (team: Team) => {
    const row = document.querySelector(`[data-team="${team.id}"] [aria-haspopup]`);
    if (row) setMoving({ team, anchor: row.getBoundingClientRect() });
  };
  const over = (id: string) => (drag?.over === id ? (drag.fits ? 'yes' : 'no') : undefined);
  return (
    <div className={c.tree} data-dragging={drag ? true : undefined}>
      <div className={c.root} data-drop={TOP} data-over={over(TOP)}>
        <IconBuilding size={16} stroke={1.7} aria-hidden />
        <span className={c.rootName} dir="auto">
          {company}
        </span>
        {drag && <span className={c.meta}>{t('teams.topLevel')}</span>}
      </div>
      <Branch
        nodes={tree}
        depth={0}
        {...{ selected, manage, onSelect, onEdit, askWhere, over, start, dragged: drag?.id }}
      />
      {drag &&
        createPortal(
          <div className={c.ghost} style={{ left: drag.x, top: drag.y }} data-fits={drag.fits || undefined}>
            {find(drag.id)?.name}
          </div>,
          document.body,
        )}
      {moving && (
        <PickMenu
          anchor={moving.anchor}
          label={t('teams.moveTeam', { name: moving.team.name })}
          none={t('teams.topLevel')}
          value={moving.team.parent_id ?? ''}
          options={possibleParents(teams, moving.team.id).map((x) => ({ value: x.id, label: x.name }))}
          onPick={(to) => onMove(moving.team, find(to))}
          onClose={() => setMoving(null)}
        />
      )}
    </div>
  );
}

type BranchProps = Pick<Props, 'selected' | 'manage' | 'onSelect' | 'onEdit'> & {
  nodes: TeamNode[];
  depth: number;
  askWhere: (team: Team) => void;
  over: (id: string) => 'yes' | 'no' | undefined;
  start: ReturnType<typeof useTreeDrag>['start'];
  dragged?: string;
};

function Branch({ nodes, depth, ...rest }: BranchProps) {
  const { t } = useTranslation();
  const f = useFormat();
  const { selected, manage, onSelect, onEdit, askWhere, over, start, dragged } = rest;
  return (
    <ul>
      {nodes.map((node) => {
        const { team, children } = node;
        const all = membersBelow(node);
        return (
          <li key={team.id}>
            <div
              className={c.team}
              style={{ paddingInlineStart: 12 + depth * 24 }}
              data-team={team.id}
              data-drop={team.id}
              data-over={over(team.id)}
              data-dragged={dragged === team.id || undefined}
              data-selected={selected === team.id || undefined}
              onPointerDown={start(team.id)}
            >
              <span className={c.elbow} aria-hidden />
              {manage && (
                <span className={c.handle} data-handle aria-hidden>
                  <IconGripVertical size={15} stroke={1.7} />
                </span>
              )}
              <button
                type="button"
                className={c.name}
                aria-current={selected === team.id ? 'true' : undefined}
                onClick={() => onSelect(team)}
              >
                <span className={c.ell} dir="auto">
                  {team.name}
                </span>
              </button>
              <span className={c.meta}>
                {t('settings.teams.members', { count: team.members, n: f.int(team.members) })}
                {all > team.members && <> · {t('teams.withBelow', { n: f.int(all) })}</>}
              </span>
              <span className={c.leader}>
                {team.leader_name && (
                  <>
                    <span className="sr-only">{t('settings.teams.field.leader_id')} </span>
                    <Person name={team.leader_name} size={20} />
                  </>
                )}
              </span>
              {manage && (
                <span data-nodrag>
                  <RowActions
                    name={team.name}
                    actions={[
                      { key: 'edit', label: t('settings.teams.edit'), run: () => onEdit(team) },
                      { key: 'move', label: t('teams.moveTo'), run: () => askWhere(team) },
                    ]}
                  />
                </span>
              )}
            </div>
            {children.length > 0 && <Branch nodes={children} depth={depth + 1} {...rest} />}
          </li>
        );
      })}
    </ul>
  );
}
