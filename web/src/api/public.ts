import { tenantApi } from './client';
import type { components } from './schema.gen';
import type { Wire } from './wire';

/** What a tenant's pages without a login may call. */
type Schemas = components['schemas'];
export type PublicForm = Wire<Schemas['PublicFormOut']>;
export type PublicLead = Wire<Schemas['PublicLeadIn']>;
export type Invitation = Wire<Schemas['InvitationOut']>;
export type RegistrationForm = Wire<Schemas['RegistrationFormOut']>;
export type FormConsent = Wire<Schemas['FormConsentOut']>;
export type Registration = Wire<Schemas['RegistrationIn']>;
export type CaptchaKind = Wire<Schemas['CaptchaKindOut']>;
export type Challenge = Wire<Schemas['ChallengeOut']>;
export type Captcha = Wire<Schemas['CaptchaIn']>;

const open = { auth: false } as const;

export const publicApi = {
  form: (partnerId: string | null, signal?: AbortSignal) =>
    tenantApi.get('/public/form', { ...open, query: { partner_id: partnerId }, signal }),
  lead: (body: PublicLead) => tenantApi.post('/public/leads', { ...open, body }),
  captcha: (signal?: AbortSignal) => tenantApi.get('/public/captcha', { ...open, signal }),
  registration: (partnerId: string | null, signal?: AbortSignal) =>
    tenantApi.get('/public/registration', { ...open, query: { partner_id: partnerId }, signal }),
  register: (body: Registration) => tenantApi.post('/public/register', { ...open, body }),
  verifyRegistration: (token: string) =>
    tenantApi.post('/public/register/verify', { ...open, body: { token } }),
  checkInvitation: (token: string) => tenantApi.post('/invitations/check', { ...open, body: { token } }),
  acceptInvitation: (token: string, password: string) =>
    tenantApi.post('/invitations/accept', { ...open, body: { token, password } }),
  /** `otp`: with a second factor set up, a link from the mail alone is not enough. */
  resetPassword: (token: string, password: string, otp?: string) => {
    const body = { token, password, ...(otp ? { otp } : {}) };
    return tenantApi.post('/auth/reset', { ...open, body });
  },
  forgot: (email: string) => tenantApi.post('/auth/forgot', { ...open, body: { email } }),
};
