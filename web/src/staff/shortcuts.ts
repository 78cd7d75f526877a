import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { shortcutAllowed } from '@/lib/keys';
import { allowedItems, MAIN_NAV } from './nav';

type Options = {
  can: (key: string) => boolean;
  toggleSidebar: () => void;
  openPalette: () => void;
  openSheet: () => void;
  create: () => void;
};
const SEQUENCE = 1200;

/** The app-wide keys; lists add their own for rows and for finding. */
export function useShortcuts(options: Options) {
  const navigate = useNavigate();
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const latest = useRef({ ...options, navigate, scheme, setColorScheme });
  latest.current = { ...options, navigate, scheme, setColorScheme };

  useEffect(() => {
    let waiting = 0;
    const onKey = (e: KeyboardEvent) => {
      const now = latest.current;
      if ((e.ctrlKey || e.metaKey) && !e.altKey && e.key.toLowerCase() === 'k') {
        e.preventDefault();
        now.openPalette();
        return;
      }
      if (e.altKey && !e.ctrlKey && e.code === 'KeyT') {
        e.preventDefault();
        now.setColorScheme(now.scheme === 'dark' ? 'light' : 'dark');
        return;
      }
      if (!shortcutAllowed(e)) return;
      const key = e.key.toLowerCase();
      if (Date.now() < waiting) {
        waiting = 0;
        const item = allowedItems(MAIN_NAV, now.can).find((i) => i.letter === key);
        if (item) {
          e.preventDefault();
          void now.navigate({ to: item.to });
          return;
        }
      }
      if (key === 'g') waiting = Date.now() + SEQUENCE;
      else if (key === 'c') {
        e.preventDefault();
        now.create();
      } else if (e.key === '[') now.toggleSidebar();
      else if (e.key === '?') now.openSheet();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
