import { Link } from '@tanstack/react-router';
import { useFormat } from '@/app/ui';
import { Dash } from '@/components';
import c from './overview.module.css';

/** A number that leads to what it counts; nothing to look at is no link. */
export function Figure({ n, to, label }: { n: number | null | undefined; to?: string; label: string }) {
  const f = useFormat();
  if (n === null || n === undefined) return <Dash />;
  if (!n || !to) return <span className={`num ${n ? '' : c.zero}`}>{f.int(n)}</span>;
  const [path, query] = to.split('?');
  return (
    <Link
      to={path as never}
      search={Object.fromEntries(new URLSearchParams(query)) as never}
      className={`num ${c.figure}`}
      aria-label={`${label}: ${f.int(n)}`}
    >
      {f.int(n)}
    </Link>
  );
}
