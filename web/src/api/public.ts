import { tenantApi } from './client';

/** What a tenant's pages without a login may call. */
export type PublicForm = { partner: { id: string; name: string } | null; company: string };
export type PublicLead = {
  partner_id?: string;
  first_name: string;
  last_name: string;
  email: string;
  phone?: string;
  country?: string;
  message?: string;
};
export type Invitation = { email: string; name: string; company: string };

const open = { auth: false } as const;

export const publicApi = {
  form: (partnerId: string | null, signal?: AbortSignal) =>
    tenantApi.get<PublicForm>('/public/form', { ...open, query: { partner_id: partnerId }, signal }),
  lead: (body: PublicLead) => tenantApi.post<{ id: string }>('/public/leads', body, open),
  checkInvitation: (token: string) => tenantApi.post<Invitation>('/invitations/check', { token }, open),
  acceptInvitation: (token: string, password: string) =>
    tenantApi.post<void>('/invitations/accept', { token, password }, open),
  resetPassword: (token: string, password: string) =>
    tenantApi.post<void>('/auth/reset', { token, password }, open),
  forgot: (email: string) => tenantApi.post<void>('/auth/forgot', { email }, open),
};
