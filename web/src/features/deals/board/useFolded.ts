import { useCallback, useState } from 'react';

const keyOf = (pipeline: string) => `brokerdesk.board.${pipeline}`;

function read(pipeline: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(pipeline)) ?? '[]');
    return Array.isArray(kept) ? kept.filter((x): x is string => typeof x === 'string') : [];
  } catch {
    return [];
  }
}

/** Which columns of a pipeline are folded, on this machine. */
export function useFolded(pipeline: string) {
  const [state, setState] = useState(() => ({ pipeline, folded: read(pipeline) }));
  const folded = state.pipeline === pipeline ? state.folded : read(pipeline);
  if (state.pipeline !== pipeline) setState({ pipeline, folded });
  const toggle = useCallback(
    (stage: string) =>
      setState((now) => {
        const next = now.folded.includes(stage)
          ? now.folded.filter((x) => x !== stage)
          : [...now.folded, stage];
        try {
          localStorage.setItem(keyOf(now.pipeline), JSON.stringify(next));
        } catch {
          // a full or forbidden store: it is remembered until the page goes
        }
        return { ...now, folded: next };
      }),
    [],
  );
  return { folded, toggle };
}
