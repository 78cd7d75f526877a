import { Button } from '@mantine/core';
import { IconCompass, IconPlugX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { errorText } from '@/components';
import { MessagePage } from '@/components/page/MessagePage';
import c from './PublicShell.module.css';

export function NotFound() {
  const { t } = useTranslation();
  const home = location.pathname.startsWith('/owner') ? '/owner' : '/';
  return (
    <main className={c.shell}>
      <MessagePage
        icon={<IconCompass size={26} stroke={1.5} />}
        title={t('page.notFound.title')}
        text={t('page.notFound.text')}
        actions={
          <Button component="a" href={home} size="md">
            {t('page.notFound.home')}
          </Button>
        }
      />
    </main>
  );
}

/** A new release may have replaced the files this tab knows: loading again is the cure. */
export function PageFailed({ error }: { error: unknown }) {
  const { t } = useTranslation();
  return (
    <main className={c.shell}>
      <MessagePage
        icon={<IconPlugX size={26} stroke={1.5} />}
        tone="warn"
        title={t('page.failed.title')}
        text={errorText(error)}
        actions={
          <Button size="md" onClick={() => location.reload()}>
            {t('page.failed.reload')}
          </Button>
        }
      />
    </main>
  );
}
