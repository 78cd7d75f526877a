import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/**
 * View state that lives in the URL. `read` turns whatever the address bar holds into a valid state;
 * a value equal to the default is left out, so that plain addresses stay plain.
 */
export function useView<T extends object>(
  read: (raw: Record<string, unknown>) => T,
): [T, (patch: Partial<T>, options?: { replace?: boolean }) => void] {
  const raw = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const view = useMemo(() => read(raw), [raw, read]);
  const set = useCallback(
    (patch: Partial<T>, options: { replace?: boolean } = {}) => {
      const plain = read({}) as Record<string, unknown>;
      void navigate({
        to: '.',
        replace: options.replace ?? false,
        search: (old: Record<string, unknown>) => {
          const next: Record<string, unknown> = { ...old, ...read(old), ...patch };
          for (const key of Object.keys(next))
            if (next[key] === plain[key] || next[key] === '' || next[key] == null) delete next[key];
          return next;
        },
      } as never);
    },
    [navigate, read],
  );
  return [view, set];
}
