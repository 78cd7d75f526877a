import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ListSearch } from '@/lib/listSearch';

/** What stands in a page's address after the question mark, and how it changes. */
export function useListSearch() {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListSearch;
  /** In place of the entry in the browser's history, or as one more that its back button leaves again. */
  const go = useCallback(
    (next: ListSearch, replace = true) => void navigate({ to: '.', search: next as never, replace }),
    [navigate],
  );
  return { search, go };
}
