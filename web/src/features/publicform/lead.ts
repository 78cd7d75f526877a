import type { PublicLead } from '@/api/public';
import { isPhone, westernDigits } from '@/lib/digits';
import { isEmail } from '@/lib/forms';

export type LeadValues = {
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
  country: string | null;
  message: string;
};
export type LeadErrors = Partial<Record<keyof LeadValues, string>>;
export const LEAD_FIELDS = ['first_name', 'last_name', 'email', 'phone', 'country', 'message'] as const;

export const EMPTY_LEAD: LeadValues = {
  first_name: '',
  last_name: '',
  email: '',
  phone: '',
  country: null,
  message: '',
};

export function checkLead(v: LeadValues): LeadErrors {
  const errors: LeadErrors = {};
  if (!v.first_name.trim()) errors.first_name = 'first_name';
  if (!v.last_name.trim()) errors.last_name = 'last_name';
  if (!isEmail(v.email)) errors.email = v.email.trim() ? 'email_invalid' : 'email';
  if (v.phone.trim() && !isPhone(v.phone)) errors.phone = 'phone';
  return errors;
}

/** Optional fields that were left empty are not sent at all. */
export function leadBody(v: LeadValues, partnerId: string | null, language: string): PublicLead {
  const phone = westernDigits(v.phone).trim();
  const message = v.message.trim();
  return {
    ...(partnerId ? { partner_id: partnerId } : {}),
    first_name: v.first_name.trim(),
    last_name: v.last_name.trim(),
    email: v.email.trim(),
    ...(phone ? { phone } : {}),
    ...(v.country ? { country: v.country } : {}),
    ...(language ? { language } : {}),
    ...(message ? { message } : {}),
  };
}
