import type { Captcha, Challenge } from '@/api/public';
import { progress, type Report } from './work';

/** Calculates in a worker of its own; ends with the signal. */
export function solve(
  challenge: Challenge,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<Captcha> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./pow.worker.ts', import.meta.url), { type: 'module' });
    const end = () => worker.terminate();
    signal.addEventListener('abort', () => {
      end();
      reject(signal.reason);
    });
    worker.onerror = (e) => {
      end();
      reject(new Error(e.message || 'the calculation could not be started'));
    };
    worker.onmessage = (e: MessageEvent<Report>) => {
      if ('tried' in e.data) return onProgress(progress(e.data.tried, challenge.difficulty));
      end();
      resolve({ ...challenge, nonce: e.data.nonce });
    };
    const { challenge: text, salt, difficulty } = challenge;
    worker.postMessage({ challenge: text, salt, difficulty });
  });
}
