import { useCallback, useEffect, useRef, useState } from 'react';
import { type Captcha, publicApi } from '@/api/public';
import { solve } from './solve';

/** An answer is not kept until the last second in which the server takes it. */
const MARGIN = 60_000;
type Done = { answer: Captcha; until: number };

/**
 * The calculation for a form: `start` at the first touch, so that it is done by the time of sending; `take` for the
 * request, which waits for it. An answer is good once.
 */
export function useWork(enabled: boolean) {
  const running = useRef<Promise<Done> | null>(null);
  const stop = useRef<AbortController | null>(null);
  const [part, setPart] = useState<number | null>(null);
  useEffect(() => () => stop.current?.abort(new DOMException('left', 'AbortError')), []);

  const start = useCallback((): Promise<Done> => {
    if (running.current) return running.current;
    const controller = new AbortController();
    stop.current = controller;
    const work = (async () => {
      setPart(0);
      const challenge = await publicApi.captcha(controller.signal);
      const answer = await solve(challenge, setPart, controller.signal);
      setPart(1);
      return { answer, until: Date.parse(challenge.expires_at) - MARGIN };
    })();
    running.current = work;
    work.catch(() => {
      // the next attempt begins anew
      if (running.current === work) running.current = null;
      if (!controller.signal.aborted) setPart(null);
    });
    return work;
  }, []);

  const begin = useCallback(() => {
    // a failure is told when the form is sent
    if (enabled) start().catch(() => undefined);
  }, [enabled, start]);

  const take = useCallback(async (): Promise<Captcha | undefined> => {
    if (!enabled) return undefined;
    let done = await start();
    if (done.until < Date.now()) {
      running.current = null;
      done = await start();
    }
    running.current = null;
    setPart(null);
    return done.answer;
  }, [enabled, start]);

  return { begin, take, part };
}
