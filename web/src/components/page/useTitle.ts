import { useEffect } from 'react';

/** The browser tab's name: the page first, then whose it is. */
export function useTitle(page: string, owner = 'Brokerdesk'): void {
  useEffect(() => {
    document.title = page ? `${page} · ${owner}` : owner;
  }, [page, owner]);
}
