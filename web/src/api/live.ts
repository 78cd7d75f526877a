import type { ApiClient } from './client';
import { isApiError } from './errors';

export type StreamEvent = { id: string | null; event: string; data: string };
export type LiveState = 'connecting' | 'live' | 'lost';

/** Incremental parser of an event stream: feed text in any pieces, get whole events out. */
export function sseParser(onEvent: (e: StreamEvent) => void): (chunk: string) => void {
  let buffer = '';
  let event = '';
  let data: string[] = [];
  let id: string | null = null;
  const line = (text: string) => {
    if (text === '') {
      if (data.length) onEvent({ id, event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    if (text.startsWith(':')) return;
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
  };
  return (chunk) => {
    buffer += chunk;
    let end = buffer.search(/\r\n|\n|\r(?!$)/);
    while (end >= 0) {
      const width = buffer.startsWith('\r\n', end) ? 2 : 1;
      line(buffer.slice(0, end));
      buffer = buffer.slice(end + width);
      end = buffer.search(/\r\n|\n|\r(?!$)/);
    }
  };
}

export const backoff = (attempt: number, random = Math.random()): number =>
  Math.min(30_000, 1000 * 2 ** Math.min(attempt, 5)) * (0.75 + random * 0.5);

type Options = {
  api: Pick<ApiClient, 'raw'>;
  path: string;
  auth?: boolean;
  onEvent: (e: StreamEvent) => void;
  onState?: (s: LiveState) => void;
  /** Return false to stop for good, for example when the stream has ended by design. */
  keepGoing?: () => boolean;
};
const SILENCE = 45_000;

/** Reads a server event stream with the session's token, resumes after the last id, reconnects with backoff. */
export function openStream({ api, path, auth = true, onEvent, onState, keepGoing = () => true }: Options) {
  let closed = false;
  let attempt = 0;
  let lastId: string | null = null;
  let abort = new AbortController();
  let wake: (() => void) | null = null;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const online = () => wake?.();
  window.addEventListener('online', online);

  const read = async () => {
    abort = new AbortController();
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (lastId !== null) headers['last-event-id'] = lastId;
    const res = await api.raw(path, { headers, signal: abort.signal, auth, cache: 'no-store' });
    const reader = res.body?.getReader();
    if (!reader) return;
    attempt = 0;
    onState?.('live');
    const text = new TextDecoder();
    const feed = sseParser((e) => {
      if (e.id !== null) lastId = e.id;
      onEvent(e);
    });
    let timer = setTimeout(() => abort.abort(), SILENCE);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => abort.abort(), SILENCE);
        feed(text.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(timer);
    }
  };

  const loop = async () => {
    while (!closed && keepGoing()) {
      onState?.(attempt === 0 ? 'connecting' : 'lost');
      try {
        await read();
      } catch (e) {
        if (isApiError(e) && [401, 403, 404].includes(e.status)) {
          onState?.('lost');
          break;
        }
      }
      if (closed || !keepGoing()) break;
      attempt += 1;
      if (attempt > 1) onState?.('lost');
      await pause(attempt === 1 ? 500 : backoff(attempt));
    }
  };
  void loop();

  return () => {
    closed = true;
    window.removeEventListener('online', online);
    wake?.();
    abort.abort();
  };
}
