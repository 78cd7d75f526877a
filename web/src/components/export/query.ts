import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { tenantApi as api, type Query } from '@/api/client';
import { toast } from '../toast';

/** The lists that can be had as a file. */
export const EXPORTABLE = ['clients', 'leads', 'users', 'audit'] as const;
export type Exportable = (typeof EXPORTABLE)[number];
export const FORMATS = ['csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];
export type Wish = { entity: Exportable; format: Format; params: Query; columns: string[] | null };

/** What the list was asked for, as the server takes it: its order apart, nothing about pages. */
export function bodyOf({ entity, format, params, columns }: Wish) {
  const { sort, limit: _limit, cursor: _cursor, page: _page, ...rest } = params;
  const filter = Object.fromEntries(
    Object.entries(rest).filter(([, v]) => v !== undefined && v !== null && v !== ''),
  );
  return {
    entity,
    format,
    filter,
    ...(sort ? { sort: String(sort) } : {}),
    ...(columns ? { columns } : {}),
  };
}

/** Asks for a file; it is made in the background and found on the page of exports. */
export function useExport() {
  const { t } = useTranslation();
  const qc = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    meta: { silent: true },
    mutationFn: (wish: Wish) => api.post('/exports', { body: bodyOf(wish) }),
    onSuccess: () => toast.news(t('export.begun'), t('export.see'), () => void navigate({ to: '/exports' })),
    onSettled: () => {
      for (const key of ['exports', 'jobs']) void qc.invalidateQueries({ queryKey: [key] });
    },
  });
}

/** The link lives for minutes and is asked for when it is wanted; the server notes who got it. */
export async function download(id: string): Promise<void> {
  const { download_url } = await api.get('/exports/{id}', { path: { id } });
  if (!download_url) return;
  const a = document.createElement('a');
  a.href = download_url;
  a.rel = 'noopener';
  document.body.append(a);
  a.click();
  a.remove();
}
