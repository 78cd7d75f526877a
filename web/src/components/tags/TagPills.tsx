import type { Hue } from '../StatusPill';
import { Dash } from '../Values';
import c from './tags.module.css';
import { useTags } from './useTags';

export function TagPill({ name, hue }: { name: string; hue: Hue }) {
  return (
    <span className={c.tag} data-hue={hue}>
      <bdi>{name}</bdi>
    </span>
  );
}

/** A record's tags in their colours; what does not fit is cut off by the cell, and is in its title. */
export function TagPills({ names, wrap }: { names: readonly string[]; wrap?: boolean }) {
  const { hue } = useTags();
  if (!names.length) return <Dash />;
  return (
    <span className={wrap ? c.wrap : c.row} title={wrap ? undefined : names.join(', ')}>
      {names.map((name) => (
        <TagPill key={name} name={name} hue={hue(name)} />
      ))}
    </span>
  );
}
