import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { tenantApi as api, type Query } from '@/api/client';
import { filterOf, type Selection, bodyOf as selected } from '../bulk/selection';
import { toast } from '../toast';

/** The lists that can be had as a file. */
export const EXPORTABLE = [
  'clients',
  'leads',
  'contacts',
  'opportunities',
  'deals',
  'activities',
  'users',
  'audit',
] as const;
export type Exportable = (typeof EXPORTABLE)[number];

/** What it takes to have a list as a file; opportunities and deals share one permission. */
export const exportRight = (entity: Exportable): string =>
  `${entity === 'opportunities' ? 'deals' : entity}.export`;

/** Whether somebody may have a list as a file: it must be theirs to see, too. */
export const canExport = (can: (permission: string) => boolean, entity: Exportable): boolean =>
  can(exportRight(entity)) && can(`${entity}.read`);
export const FORMATS = ['csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];
export type Wish = {
  entity: Exportable;
  format: Format;
  params: Query;
  /** Chosen rows; without it all that the list shows. */
  selection?: Selection;
  columns: string[] | null;
  /** Of headings and statuses. */
  language?: string;
  mail?: boolean;
};

/** What the list was asked for, as the server takes it: its order apart, nothing about pages. */
export function bodyOf({ entity, format, params, selection, columns, language, mail }: Wish) {
  const { sort } = params;
  return {
    entity,
    format,
    ...(selection ? selected(selection) : { filter: filterOf(params) }),
    ...(sort ? { sort: String(sort) } : {}),
    ...(columns ? { columns } : {}),
    ...(language ? { language } : {}),
    ...(mail ? { mail } : {}),
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
