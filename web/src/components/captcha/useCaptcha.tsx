import { type ReactNode, useCallback, useRef, useState } from 'react';
import type { Captcha, CaptchaKind } from '@/api/public';
import { ProviderBox } from './ProviderBox';
import { useWork } from './useWork';
import { WorkBar } from './WorkBar';

/** What a form needs of a captcha, whichever it is. */
export type CaptchaHandle = {
  /** At the first touch of the form. */
  begin: () => void;
  /** For the request; `undefined` where nothing is asked for or, of a provider, nothing was solved yet. */
  take: () => Promise<Captcha | undefined>;
  /** Whether a provider's box still waits for the visitor. */
  waiting: boolean;
  /** Stands above the button. */
  element: ReactNode;
};

export function useCaptcha(captcha: CaptchaKind | undefined, busy: boolean, error?: string): CaptchaHandle {
  const kind = captcha?.kind ?? 'off';
  const work = useWork(kind === 'proof_of_work');
  const [token, setToken] = useState<string | null>(null);
  const [round, setRound] = useState(0);
  const current = useRef(token);
  current.current = token;
  const isProvider = kind === 'hcaptcha' || kind === 'turnstile';
  const { take: takeWork } = work;
  const take = useCallback(async () => {
    if (!isProvider) return takeWork();
    const answer = current.current;
    // good once: the box starts anew for the next attempt
    setToken(null);
    setRound((n) => n + 1);
    return answer ? { token: answer } : undefined;
  }, [isProvider, takeWork]);
  return {
    begin: work.begin,
    take,
    waiting: isProvider && token === null,
    element: isProvider ? (
      <ProviderBox
        kind={kind}
        siteKey={captcha?.site_key ?? ''}
        round={round}
        error={error}
        onToken={setToken}
      />
    ) : (
      <WorkBar part={busy ? work.part : null} error={error} />
    ),
  };
}
