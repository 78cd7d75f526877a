import { tenantApi as api } from '@/api/client';
import { toast } from '@/components/toast';
import { i18next } from '@/i18n';

/** A follow-up of the person's own has come: says whose, what for, and leads there. */
export async function tellDue(event: string, data: string, go: (to: string) => void): Promise<void> {
  const entity = event.startsWith('lead.') ? 'leads' : 'clients';
  try {
    const { id } = JSON.parse(data) as { id: string };
    const record = await api.call<{ name: string; follow_up_note?: string | null }>(
      'get',
      `/${entity}/${id}`,
    );
    const message = [i18next.t('record.due.came', { name: record.name }), record.follow_up_note]
      .filter(Boolean)
      .join(' — ');
    toast.news(message, i18next.t('record.open'), () => go(`/${entity}/${id}`));
  } catch {
    // a record that is gone needs nobody to come back to it
  }
}
