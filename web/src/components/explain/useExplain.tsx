import { Menu } from '@mantine/core';
import { IconHelpHexagon } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCan } from '@/session/session';
import type { ResourceRef } from './types';

const ExplainDialog = lazy(async () => ({ default: (await import('./ExplainDialog')).ExplainDialog }));

/** "Why can somebody see this?" in a record's menu, for whoever may ask; null for the others. */
export function useExplain(resource: ResourceRef): { item: ReactNode; dialog: ReactNode } {
  const { t } = useTranslation();
  const can = useCan();
  const [asking, setAsking] = useState(false);
  if (!can('access.explain')) return { item: null, dialog: null };
  return {
    item: (
      <Menu.Item leftSection={<IconHelpHexagon size={15} />} onClick={() => setAsking(true)}>
        {t('explain.why')}
      </Menu.Item>
    ),
    dialog: asking && (
      <Suspense fallback={null}>
        <ExplainDialog resource={resource} onClose={() => setAsking(false)} />
      </Suspense>
    ),
  };
}
