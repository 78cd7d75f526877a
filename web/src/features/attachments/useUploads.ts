import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { isApiError } from '@/api/errors';
import type { Attachment } from '@/api/types';
import { upload } from '@/api/upload';
import { errorText } from '@/components';
import { pickErrors } from '@/lib/forms';
import { linkOf, type Parent, refreshFiles } from './query';

export type Upload = { key: number; name: string; share: number; problem: string | null };

/** Files on their way, one after the other; one that failed stays until it is put away. */
export function useUploads(parent: Parent) {
  const qc = useQueryClient();
  const [list, setList] = useState<Upload[]>([]);
  const next = useRef(0);
  const line = useRef<Promise<void>>(Promise.resolve());
  const stops = useRef(new Map<number, AbortController>());

  const set = (key: number, patch: Partial<Upload>) =>
    setList((all) => all.map((u) => (u.key === key ? { ...u, ...patch } : u)));
  const drop = (key: number) => {
    stops.current.get(key)?.abort();
    stops.current.delete(key);
    setList((all) => all.filter((u) => u.key !== key));
  };
  const send = async (key: number, file: File) => {
    const stop = stops.current.get(key);
    if (!stop) return;
    try {
      await upload<Attachment>('/attachments', file, linkOf(parent), {
        signal: stop.signal,
        onProgress: ({ loaded, total }) => set(key, { share: total ? loaded / total : 0 }),
      });
      drop(key);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      const field = isApiError(error)
        ? Object.values(pickErrors(error.fields, Object.keys(error.fields)))
        : [];
      set(key, { problem: field[0] ?? errorText(error) });
    }
    refreshFiles(qc, parent);
  };
  const add = (files: readonly File[]) => {
    for (const file of files) {
      const key = next.current++;
      stops.current.set(key, new AbortController());
      setList((all) => [...all, { key, name: file.name, share: 0, problem: null }]);
      line.current = line.current.then(() => send(key, file));
    }
  };
  return { list, add, drop };
}
