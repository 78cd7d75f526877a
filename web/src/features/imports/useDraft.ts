import { useCallback, useState } from 'react';
import { type Draft, startDraft } from './mapping';
import type { Import } from './types';

/** A mapping in the making survives a reload of the page. It belongs to these columns in this order and no others. */
const keyOf = (i: Import) =>
  `brokerdesk.import.${i.id}.${(i.columns ?? []).map((c) => c.name).join('\u0000')}`;

function stored(key: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') as Draft | null;
  } catch {
    return null;
  }
}

export function useDraft(i: Import) {
  const key = keyOf(i);
  const [state, setState] = useState(() => ({ key, draft: stored(key) ?? startDraft(i) }));
  // the file was read another way meanwhile: these are other columns
  const draft = state.key === key ? state.draft : startDraft(i);
  const change = useCallback(
    (next: Draft) => {
      sessionStorage.setItem(key, JSON.stringify(next));
      setState({ key, draft: next });
    },
    [key],
  );
  /** What was saved is the server's from now on. */
  const forget = useCallback(() => sessionStorage.removeItem(key), [key]);
  return { draft, change, forget };
}
