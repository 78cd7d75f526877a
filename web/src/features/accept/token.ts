import { isApiError } from '@/api/errors';

export type TokenProblem = 'used' | 'expired' | 'unknown';

/** Why a link does not work any more; null when the failure is something else. */
export function tokenProblem(error: unknown): TokenProblem | null {
  if (!isApiError(error)) return null;
  if (error.code === 'token_used') return 'used';
  if (error.code === 'token_expired') return 'expired';
  if (error.code === 'token_unknown' || error.status === 404) return 'unknown';
  return error.status === 410 ? 'expired' : null;
}
