import { hasCode, isApiError } from '@/api/errors';
import { errorText } from '@/components';
import { i18next } from '@/i18n';
import { pickErrors } from '@/lib/forms';

type Problems = { password?: string; code?: string; other?: string };

/** A refused step of the second factor, put where it belongs: at the password, at the code, or above both. */
export function problemsOf(error: unknown): Problems {
  if (!error) return {};
  if (hasCode(error, 'otp_invalid', 'otp_required'))
    return { code: i18next.t('account.twoFactor.wrongCode') };
  if (hasCode(error, 'invalid_credentials'))
    return { password: i18next.t('account.twoFactor.wrongPassword') };
  if (hasCode(error, 'account_locked', 'rate_limited')) return { other: i18next.t('account.twoFactor.wait') };
  if (hasCode(error, 'two_factor_required')) return { other: i18next.t('account.twoFactor.requiredText') };
  const fields = isApiError(error) ? pickErrors(error.fields, ['password', 'code']) : {};
  if (fields.password) return { password: i18next.t('account.twoFactor.wrongPassword') };
  if (fields.code) return { code: i18next.t('account.twoFactor.wrongCode') };
  return { other: errorText(error) };
}
