import i18next from 'i18next';
import { hasCode, isApiError } from '@/api/errors';
import { errorText } from '@/components';
import { fieldText } from '@/lib/forms';

const KNOWN: [RegExp, string][] = [
  [/there is no such role/, 'goneRole'],
  [/is there twice/, 'idTaken'],
  [/at most 40 letters/, 'badId'],
  [/no secret is kept under this id/, 'goneSecret'],
  [/must have 16 to 1000/, 'shortSecret'],
  [/at most 20 origins/, 'badOrigins'],
  [/^must be at most 5/, 'manySecrets'],
];

/** What the server says of a field of this page, as a sentence in the reader's language. */
export function faultText(message: string): string {
  const key = KNOWN.find(([pattern]) => pattern.test(message))?.[1];
  return key ? i18next.t(`console.problem.${key}`) : fieldText(message);
}

/** Why nothing was saved, where it is not about one field. */
export function refusalText(error: unknown): string {
  if (hasCode(error, 'role_beyond_own')) return i18next.t('console.beyondOwn');
  if (isApiError(error) && error.status === 403) return i18next.t('console.notAllowed');
  return errorText(error);
}
